-- sentence: The replacements of a deprecated id end at an id in use, or at none.
-- table: deprecations
-- severity: error
-- hint: name the id that is in use, or leave the cell empty
WITH RECURSIVE chain AS (
  SELECT table_name, id, replaced_by FROM deprecations WHERE replaced_by IS NOT NULL
  UNION SELECT chain.table_name, chain.id, next.replaced_by
  FROM chain
  JOIN deprecations AS next ON next.table_name = chain.table_name AND next.id = chain.replaced_by
  WHERE next.replaced_by IS NOT NULL
)
SELECT DISTINCT d.line, 'replaced_by', d.replaced_by
FROM deprecations AS d
JOIN chain ON chain.table_name = d.table_name AND chain.id = d.id AND chain.replaced_by = d.id
