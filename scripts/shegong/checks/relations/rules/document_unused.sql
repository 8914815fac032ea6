-- sentence: Each document holds a source.
-- table: documents
-- severity: error
-- hint: add its sources, or delete it
SELECT line, 'document_id', document_id
FROM documents
WHERE document_id NOT IN (SELECT document_id FROM sources WHERE document_id IS NOT NULL)
