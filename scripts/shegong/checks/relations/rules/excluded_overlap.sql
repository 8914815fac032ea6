-- sentence: An excluded span overlaps nothing but a title.
-- table: mentions
-- severity: error
-- hint: exclude only what no row rests on
SELECT DISTINCT a.line, 'char_start', a.char_start
FROM mentions AS a
JOIN mentions AS b ON a.document_id = b.document_id AND a.line <> b.line
WHERE a.role = 'excluded' AND b.role <> 'title'
  AND a.char_start < b.char_end AND b.char_start < a.char_end
