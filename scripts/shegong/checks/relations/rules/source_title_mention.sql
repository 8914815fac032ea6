-- sentence: Each printed title of a held source has a title mention.
-- table: sources
-- severity: error
-- hint: enter the span of its title
SELECT line, 'title_zh', title_zh, 'no title mention has source_id ' || source_id
FROM sources AS s
WHERE document_id IS NOT NULL AND title_zh IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM mentions AS m WHERE m.source_id = s.source_id AND m.role = 'title')
