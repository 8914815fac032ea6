-- sentence: A mention supports no figure and no title of a page: a page has no span.
-- table: mentions
-- severity: error
-- hint: delete the mention, or correct the source
SELECT line, 'document_id', document_id
FROM outside_mentions
WHERE own_document IS NULL
