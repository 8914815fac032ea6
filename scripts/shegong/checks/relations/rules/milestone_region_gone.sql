-- sentence: An event begins no later than its region ended.
-- table: milestones
-- severity: error
-- hint: name the place that took it over, or correct the dates
SELECT m.line, 'region_id', m.region_id
FROM milestones AS m
JOIN regions AS r USING (region_id)
WHERE m.date_start > r.valid_to OR (m.date_start IS NULL AND m.date_end > r.valid_to)
