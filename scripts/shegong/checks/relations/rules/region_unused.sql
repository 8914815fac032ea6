-- sentence: A row or a mention points at each region or at a place below it; a province-level unit of the mainland may be unused.
-- table: regions
-- severity: error
-- hint: delete the region, or the wrong code that stands for it
WITH RECURSIVE used AS (
  SELECT region_id FROM observations
  UNION SELECT region_id FROM milestones
  UNION SELECT region_id FROM organizations
  UNION SELECT region_id FROM programmes
  UNION SELECT region_id FROM mentions
  UNION SELECT unnest([parent_id, replaced_by]) FROM regions JOIN used USING (region_id)
)
SELECT line, 'region_id', region_id
FROM regions
WHERE region_id NOT IN (SELECT region_id FROM used WHERE region_id IS NOT NULL)
  AND NOT (level = 'province' AND region_id < '700000')
