-- sentence: A row or a mention refers to each organization.
-- table: organizations
-- severity: error
-- hint: delete the organization
WITH used AS (
  SELECT organization_id FROM observations
  UNION SELECT organization_id FROM milestones
  UNION SELECT organization_id FROM programmes
  UNION SELECT organization_id FROM mentions
  UNION SELECT publisher_id FROM sources
)
SELECT line, 'organization_id', organization_id
FROM organizations
WHERE organization_id NOT IN (SELECT organization_id FROM used WHERE organization_id IS NOT NULL)
