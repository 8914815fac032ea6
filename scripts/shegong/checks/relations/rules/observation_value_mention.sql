-- sentence: A value mention repeats the printed token of each observation from a document.
-- table: observations
-- severity: error
-- hint: enter the span of the number with role value
SELECT o.line, 'value_text', o.value_text
FROM observations AS o
JOIN sources USING (source_id)
WHERE sources.document_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM mentions AS m
                  WHERE m.observation_id = o.observation_id AND m.role = 'value' AND m.text = o.value_text)
