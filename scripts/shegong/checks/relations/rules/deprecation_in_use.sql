-- sentence: A deprecated id is not in use.
-- table: deprecations
-- severity: error
-- hint: give the row in use another id, or delete the deprecation
SELECT d.line, 'id', d.id, table_name || ' has a row with this id'
FROM deprecations AS d
JOIN ids USING (table_name, id)
