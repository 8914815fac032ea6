-- sentence: An excluded span overlaps no mention other than a title.
-- table: mentions
-- severity: error
-- hint: exclude only what supports no row
SELECT a.line, 'char_start', any_value(a.char_start), 'the span overlaps ' || min(b.mention_id)
FROM mentions AS a
JOIN mentions AS b ON a.document_id = b.document_id AND a.line <> b.line
WHERE a.role = 'excluded' AND b.role <> 'title'
  AND a.char_start < b.char_end AND b.char_start < a.char_end
GROUP BY a.line
