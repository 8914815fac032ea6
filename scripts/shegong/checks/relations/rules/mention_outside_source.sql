-- sentence: A mention of an observation or a source is in its document, and in no other source that does not contain it.
-- table: mentions
-- severity: error
-- hint: correct the span, or the row's source_id
SELECT t.line, 'char_start', any_value(t.char_start), 'its source ' || any_value(t.source_id) || ' is elsewhere'
FROM outside_mentions AS t
LEFT JOIN sources AS other
  ON other.document_id = t.document_id AND other.source_id <> t.source_id
  AND t.char_start < other.char_end AND other.char_start < t.char_end
  AND NOT (other.char_start <= t.own_start AND other.char_end >= t.own_end)
WHERE t.is_outside AND (t.document_id <> t.own_document OR other.source_id IS NOT NULL)
GROUP BY t.line
