-- sentence: Each region, or a place below it, is in a row of another table; a mainland province may be unused.
-- table: regions
-- severity: error
-- hint: delete the region, or correct its code
WITH RECURSIVE used AS (
  SELECT region_id FROM observations
  UNION SELECT region_id FROM milestones
  UNION SELECT region_id FROM organizations
  UNION SELECT region_id FROM programmes
  UNION SELECT region_id FROM mentions
  UNION SELECT unnest([parent_id, replaced_by]) FROM regions JOIN used USING (region_id)
)
SELECT line, 'region_id', region_id, 'no row has it or a place below it'
FROM regions
WHERE region_id NOT IN (SELECT region_id FROM used WHERE region_id IS NOT NULL)
  AND NOT (level = 'province' AND region_id < '700000')
