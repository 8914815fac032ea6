-- sentence: Each source has an observation or a milestone, unless it is the only source of its document.
-- table: sources
-- severity: error
-- hint: delete the source, or add the facts that it contains
SELECT line, 'source_id', source_id, 'no observation or milestone is from it'
FROM sources
WHERE source_id NOT IN (SELECT source_id FROM observations WHERE source_id IS NOT NULL
                        UNION SELECT source_id FROM milestones WHERE source_id IS NOT NULL)
  AND (document_id IS NULL OR document_id IN (SELECT document_id FROM sources WHERE document_id IS NOT NULL
                                              GROUP BY document_id HAVING count(*) > 1))
