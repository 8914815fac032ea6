-- sentence: A parent has a higher level than its child, and an official code.
-- table: regions
-- severity: error
-- hint: name the administrative place above it
SELECT child.line, 'parent_id', child.parent_id, 'that is a ' || parent.level || ', and this is a ' || child.level
FROM regions AS child
JOIN regions AS parent ON parent.region_id = child.parent_id
JOIN place_names AS above ON above.region_id = parent.region_id
JOIN place_names AS below ON below.region_id = child.region_id
WHERE contains(parent.region_id, '-') OR above.level_rank >= below.level_rank
