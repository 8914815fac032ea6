-- sentence: The id that replaces a deprecated one is in use, or is deprecated itself.
-- table: deprecations
-- severity: error
-- hint: name an id of the same table, or leave the cell empty
WITH used AS (SELECT table_name, id FROM ids WHERE id IN (SELECT replaced_by FROM deprecations))
SELECT d.line, 'replaced_by', d.replaced_by, d.table_name || ' has no such id'
FROM deprecations AS d
WHERE d.replaced_by IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM used WHERE used.table_name = d.table_name AND used.id = d.replaced_by)
  AND NOT EXISTS (SELECT 1 FROM deprecations AS e
                  WHERE e.table_name = d.table_name AND e.id = d.replaced_by AND e.id <> d.id)
