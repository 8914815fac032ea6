-- sentence: Two sources of a document overlap only if one contains the other.
-- table: sources
-- severity: error
-- hint: correct the ranges
SELECT b.line, 'char_start', b.char_start, a.source_id || ' is from ' || a.char_start || ' to ' || a.char_end
FROM sources AS a
JOIN sources AS b ON a.document_id = b.document_id AND a.source_id < b.source_id
WHERE a.char_start < b.char_end AND b.char_start < a.char_end
  AND NOT (a.char_start <= b.char_start AND b.char_end <= a.char_end)
  AND NOT (b.char_start <= a.char_start AND a.char_end <= b.char_end)
