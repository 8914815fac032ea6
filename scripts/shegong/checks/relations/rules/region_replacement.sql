-- sentence: A place that replaces another existed longer than it.
-- table: regions
-- severity: error
-- hint: name the place of today, or correct valid_to
SELECT gone.line, 'replaced_by', gone.replaced_by
FROM regions AS gone
JOIN regions AS heir ON heir.region_id = gone.replaced_by
WHERE heir.region_id <> gone.region_id AND heir.valid_to <= gone.valid_to
