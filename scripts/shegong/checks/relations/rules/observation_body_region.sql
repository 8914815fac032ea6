-- sentence: The region of a figure is the region of its organization.
-- table: observations
-- severity: error
-- hint: correct the region of the figure or of the organization
SELECT o.line, 'region_id', o.region_id, 'the region of ' || organization_id || ' is ' || b.region_id
FROM observations AS o
JOIN organizations AS b USING (organization_id)
WHERE b.region_id <> o.region_id
