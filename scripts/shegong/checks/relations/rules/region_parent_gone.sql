-- sentence: A place that exists is not in a place that no longer exists.
-- table: regions
-- severity: error
-- hint: name the place that took the parent over
SELECT child.line, 'parent_id', child.parent_id
FROM regions AS child
JOIN regions AS parent ON parent.region_id = child.parent_id
WHERE coalesce(child.valid_to > parent.valid_to, parent.valid_to IS NOT NULL)
