-- sentence: Each programme of a held document is named there, by its name or a part of it.
-- table: programmes
-- severity: error
-- hint: enter the span of its name, or correct the name
SELECT line, 'name_zh', name_zh
FROM programmes AS p
WHERE programme_id IN (SELECT programme_id FROM of_documents WHERE programme_id IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM mentions AS m WHERE m.programme_id = p.programme_id AND m.role = 'name'
                  AND contains(only_letters(p.reading), only_letters(m.reading)))
