-- sentence: Two sources do not contradict each other on one figure.
-- table: observations
-- severity: warning
-- hint: read both documents; explain the difference in note
WITH doubtful AS (
  SELECT hash(region_id, metric_id, status, period_end) AS figure
  FROM observations GROUP BY ALL
  HAVING max(value_lower) > min(value_upper)
), weighed AS MATERIALIZED (
  FROM observations WHERE hash(region_id, metric_id, status, period_end) IN (FROM doubtful)
)
SELECT b.line, 'value', b.value, a.observation_id || ' of another source is ' || printf('%.15g', a.value)
FROM weighed AS a
JOIN weighed AS b
  ON a.region_id = b.region_id AND a.metric_id = b.metric_id AND a.status = b.status AND a.period_end = b.period_end
  AND a.organization_id IS NOT DISTINCT FROM b.organization_id AND a.programme_id IS NOT DISTINCT FROM b.programme_id
  AND a.observation_id < b.observation_id AND a.source_id <> b.source_id
JOIN metrics AS m ON m.metric_id = a.metric_id
WHERE (a.period_start = b.period_start OR (m.kind = 'flow' AND a.period_start IS NULL AND b.period_start IS NULL))
  AND (a.value_lower > b.value_upper OR b.value_lower > a.value_upper)
