-- sentence: Each observation from a document has a mention of its place.
-- table: observations
-- severity: error
-- hint: enter the span with role place
SELECT o.line, 'region_id', o.region_id, 'no mention of ' || o.observation_id || ' has the role place'
FROM observations AS o
JOIN sources USING (source_id)
WHERE sources.document_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM mentions AS m WHERE m.observation_id = o.observation_id AND m.role = 'place')
