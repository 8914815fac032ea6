-- sentence: A figure begins no later than its region ended.
-- table: observations
-- severity: error
-- hint: name the place that took it over, or correct the period
SELECT o.line, 'region_id', o.region_id
FROM observations AS o
JOIN regions AS r USING (region_id)
WHERE o.period_start > r.valid_to OR (o.period_start IS NULL AND o.period_end > r.valid_to)
