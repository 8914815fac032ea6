-- sentence: A span ends within its document.
-- table: mentions
-- severity: error
-- hint: correct the span
SELECT mentions.line, 'char_end', mentions.char_end, 'the document has ' || documents.characters || ' characters'
FROM mentions JOIN documents USING (document_id)
WHERE mentions.char_end > documents.characters
