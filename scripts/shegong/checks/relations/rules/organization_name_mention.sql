-- sentence: Each organization is named in a document, by its name or a part of it.
-- table: organizations
-- severity: error
-- hint: enter the span of its name, or correct the name
SELECT line, 'name_zh', name_zh
FROM organizations AS o
WHERE NOT EXISTS (SELECT 1 FROM mentions AS m WHERE m.organization_id = o.organization_id AND m.role = 'name'
                  AND contains(only_letters(o.reading), only_letters(m.reading)))
