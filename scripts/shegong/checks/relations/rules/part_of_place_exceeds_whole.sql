-- sentence: A place has no more of a stock or flow than a place that contains it, at one time.
-- table: observations
-- severity: warning
-- hint: read both documents; explain the difference in note
WITH RECURSIVE above AS (
  SELECT region_id, parent_id AS ancestor FROM regions WHERE parent_id IS NOT NULL
  UNION SELECT above.region_id, regions.parent_id FROM above JOIN regions ON regions.region_id = above.ancestor
  WHERE regions.parent_id IS NOT NULL
), whole AS MATERIALIZED (
  FROM comparable WHERE value_upper IS NOT NULL AND region_id IN (SELECT parent_id FROM regions)
)
SELECT part.line, 'value', part.value, whole.region_id || ', which contains it, has ' || printf('%.15g', whole.value)
FROM comparable AS part
JOIN above ON above.region_id = part.region_id
JOIN whole ON whole.region_id = above.ancestor AND whole.metric_id = part.metric_id
WHERE part.period_start = whole.period_start AND part.period_end = whole.period_end AND part.grade = whole.grade
  AND part.value_lower > whole.value_upper
