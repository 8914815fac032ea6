-- sentence: Each organization of a held document has a name mention that is its name or a part of it.
-- table: organizations
-- severity: error
-- hint: enter the span of its name, or correct the name
SELECT line, 'name_zh', name_zh, 'no name mention of ' || organization_id || ' is a part of it'
FROM read_organizations AS o
WHERE organization_id IN (SELECT organization_id FROM of_documents WHERE organization_id IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM read_mentions AS m WHERE m.organization_id = o.organization_id AND m.role = 'name'
                  AND contains(o.only_letters, m.only_letters))
