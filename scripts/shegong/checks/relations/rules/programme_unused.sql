-- sentence: A row or a mention refers to each programme.
-- table: programmes
-- severity: error
-- hint: delete the programme
WITH used AS (
  SELECT programme_id FROM observations
  UNION SELECT programme_id FROM milestones
  UNION SELECT programme_id FROM mentions
)
SELECT line, 'programme_id', programme_id
FROM programmes
WHERE programme_id NOT IN (SELECT programme_id FROM used WHERE programme_id IS NOT NULL)
