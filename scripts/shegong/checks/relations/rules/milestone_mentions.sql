-- sentence: A held document has a mention of the date, if there is one, and of the place of each of its milestones.
-- table: milestones
-- severity: error
-- hint: enter the spans with roles date and place
SELECT m.line, IF(needed.role = 'date', 'date_end', 'region_id'), IF(needed.role = 'date', CAST(m.date_end AS VARCHAR), m.region_id), 'no mention of ' || m.milestone_id || ' in its document has the role ' || needed.role
FROM milestones AS m
JOIN sources USING (source_id)
CROSS JOIN (VALUES ('date'), ('place')) AS needed(role)
WHERE sources.document_id IS NOT NULL
  AND (needed.role = 'place' OR m.date_start IS NOT NULL OR m.date_end IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM mentions
                  WHERE mentions.milestone_id = m.milestone_id AND mentions.role = needed.role
                    AND mentions.document_id = sources.document_id)
