-- sentence: A figure's region is its body's region.
-- table: observations
-- severity: error
-- hint: correct the region of the figure or of the body
SELECT o.line, 'region_id', o.region_id
FROM observations AS o
JOIN organizations AS b USING (organization_id)
WHERE b.region_id <> o.region_id
