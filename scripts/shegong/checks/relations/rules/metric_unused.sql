-- sentence: Each metric, or the total that it is a component of, has an observation.
-- table: metrics
-- severity: error
-- hint: delete the metric
WITH used AS (SELECT DISTINCT metric_id FROM observations)
SELECT line, 'metric_id', metric_id, 'no observation has it or its total'
FROM metrics
WHERE metric_id NOT IN (FROM used WHERE metric_id IS NOT NULL)
  AND (component_of IS NULL OR component_of NOT IN (FROM used WHERE metric_id IS NOT NULL))
