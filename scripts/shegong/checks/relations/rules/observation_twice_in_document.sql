-- sentence: In one document a fact is one observation, however often it is printed.
-- table: observations
-- severity: error
-- hint: put the mentions of both on one row
WITH facts AS (
  SELECT o.*, s.document_id,
         hash(s.document_id, region_id, metric_id, period_start, period_end, status, organization_id, programme_id, value) AS fact
  FROM observations AS o
  JOIN sources AS s USING (source_id)
  WHERE s.document_id IS NOT NULL
)
SELECT line, 'value', value, min(observation_id) OVER same || ' is the same fact'
FROM facts
WHERE fact IN (SELECT fact FROM facts GROUP BY fact HAVING count(*) > 1)
WINDOW same AS (
  PARTITION BY document_id, region_id, metric_id, period_start, period_end, status, organization_id, programme_id, value)
QUALIFY line > min(line) OVER same
