-- sentence: A deprecated id is in use no more, and is never used again.
-- table: deprecations
-- severity: error
-- hint: give the row in use another id, or delete the deprecation
SELECT d.line, 'id', d.id
FROM deprecations AS d
JOIN ids USING (table_name, id)
