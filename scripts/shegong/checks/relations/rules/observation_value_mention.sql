-- sentence: Each observation from a document has a value mention with its printed token.
-- table: observations
-- severity: error
-- hint: enter the span of the number with role value
SELECT o.line, 'value_text', o.value_text, 'no value mention of ' || o.observation_id || ' has this text'
FROM observations AS o
JOIN sources USING (source_id)
WHERE sources.document_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM mentions AS m
                  WHERE m.observation_id = o.observation_id AND m.role = 'value' AND m.text = o.value_text)
