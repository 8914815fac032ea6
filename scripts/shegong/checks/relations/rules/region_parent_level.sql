-- sentence: A parent is of a higher level than its child, and no area with a code made here.
-- table: regions
-- severity: error
-- hint: name the administrative place above it
SELECT child.line, 'parent_id', child.parent_id
FROM regions AS child
JOIN regions AS parent ON parent.region_id = child.parent_id
WHERE contains(parent.region_id, '-') OR level_rank(parent.level) >= level_rank(child.level)
