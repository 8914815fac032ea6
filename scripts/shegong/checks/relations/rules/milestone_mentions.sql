-- sentence: Each milestone of a held source has words of its document that say when, if it has a date, and where.
-- table: milestones
-- severity: error
-- hint: enter the spans with roles date and place
SELECT m.line, IF(needed.role = 'date', 'date_start', 'region_id'), m.milestone_id
FROM milestones AS m
JOIN sources USING (source_id)
CROSS JOIN (VALUES ('date'), ('place')) AS needed(role)
WHERE sources.document_id IS NOT NULL
  AND (needed.role = 'place' OR m.date_start IS NOT NULL OR m.date_end IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM mentions
                  WHERE mentions.milestone_id = m.milestone_id AND mentions.role = needed.role
                    AND mentions.document_id = sources.document_id)
