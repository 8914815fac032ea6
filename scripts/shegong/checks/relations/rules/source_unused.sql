-- sentence: An observation or a milestone rests on each source.
-- table: sources
-- severity: error
-- hint: delete the source, or add what it says
SELECT line, 'source_id', source_id
FROM sources
WHERE source_id NOT IN (SELECT source_id FROM observations WHERE source_id IS NOT NULL
                        UNION SELECT source_id FROM milestones WHERE source_id IS NOT NULL)
