-- sentence: Each region, or a place below it, is in a row of another table.
-- table: regions
-- severity: error
-- hint: delete the region, or correct its code
WITH RECURSIVE used AS (
  SELECT region_id FROM observations
  UNION SELECT region_id FROM milestones
  UNION SELECT region_id FROM organizations
  UNION SELECT region_id FROM programmes
  UNION SELECT region_id FROM mentions
  UNION SELECT parent_id FROM regions JOIN used USING (region_id)
)
SELECT line, 'region_id', region_id, 'no row has it or a place below it'
FROM regions
WHERE region_id NOT IN (SELECT region_id FROM used WHERE region_id IS NOT NULL)
