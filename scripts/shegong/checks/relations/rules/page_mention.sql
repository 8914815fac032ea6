-- sentence: A mention supports no figure and no title of a page: a page has no span.
-- table: mentions
-- severity: error
-- hint: delete the mention, or correct the source
SELECT m.line, 'document_id', m.document_id
FROM mentions AS m
LEFT JOIN observations AS o ON o.observation_id = m.observation_id
JOIN sources AS s ON s.source_id = coalesce(o.source_id, m.source_id)
WHERE s.document_id IS NULL
