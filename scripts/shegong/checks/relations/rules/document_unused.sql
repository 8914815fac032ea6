-- sentence: Each document contains a source.
-- table: documents
-- severity: error
-- hint: add its sources, or delete it
SELECT line, 'document_id', document_id, 'no source is in this document'
FROM documents
WHERE document_id NOT IN (SELECT document_id FROM sources WHERE document_id IS NOT NULL)
