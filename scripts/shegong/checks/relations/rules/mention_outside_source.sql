-- sentence: A mention of an observation or a source is in its document, and in no other source that does not contain it.
-- table: mentions
-- severity: error
-- hint: correct the span, or the row's source_id
WITH targets AS (
  SELECT m.line, m.document_id, m.char_start, m.char_end, coalesce(o.source_id, m.source_id) AS source_id
  FROM mentions AS m
  LEFT JOIN observations AS o USING (observation_id)
), outside AS (
  SELECT t.line, t.document_id, t.char_start, t.char_end, t.source_id,
         own.document_id AS own_document, own.char_start AS own_start, own.char_end AS own_end
  FROM targets AS t
  JOIN sources AS own USING (source_id)
  WHERE t.document_id <> own.document_id OR t.char_start < own.char_start OR t.char_end > own.char_end
)
SELECT t.line, 'char_start', any_value(t.char_start), 'its source ' || any_value(t.source_id) || ' is elsewhere'
FROM outside AS t
LEFT JOIN sources AS other
  ON other.document_id = t.document_id AND other.source_id <> t.source_id
  AND t.char_start < other.char_end AND other.char_start < t.char_end
  AND NOT (other.char_start <= t.own_start AND other.char_end >= t.own_end)
WHERE t.document_id <> t.own_document OR other.source_id IS NOT NULL
GROUP BY t.line
