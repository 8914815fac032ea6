-- sentence: Each programme of a held document has a name mention that is its name or a part of it.
-- table: programmes
-- severity: error
-- hint: enter the span of its name, or correct the name
SELECT line, 'name_zh', name_zh, 'no name mention of ' || programme_id || ' is a part of it'
FROM read_programmes AS p
WHERE programme_id IN (SELECT programme_id FROM of_documents WHERE programme_id IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM read_mentions AS m WHERE m.programme_id = p.programme_id AND m.role = 'name'
                  AND contains(p.only_letters, m.only_letters))
