-- sentence: A source ends within its document.
-- table: sources
-- severity: error
-- hint: correct the range
SELECT sources.line, 'char_end', sources.char_end, 'the document has ' || documents.characters || ' characters'
FROM sources JOIN documents USING (document_id)
WHERE sources.char_end > documents.characters
