-- sentence: Each milestone from a document has a mention of its date and of its place.
-- table: milestones
-- severity: error
-- hint: enter the spans with roles date and place
SELECT m.line, IF(needed.role = 'date', 'date_start', 'region_id'), IF(needed.role = 'date', CAST(m.date_start AS VARCHAR), m.region_id), 'no mention of ' || m.milestone_id || ' has the role ' || needed.role
FROM milestones AS m
JOIN sources USING (source_id)
CROSS JOIN (VALUES ('date'), ('place')) AS needed(role)
WHERE sources.document_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM mentions WHERE mentions.milestone_id = m.milestone_id AND mentions.role = needed.role)
