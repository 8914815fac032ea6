-- rule: primary-key
-- sentence: A primary key is unique.
-- hint: give the row an id of its own, or delete it
SELECT line, '$column', $column, 'line ' || min(line) OVER (PARTITION BY $column) || ' has it already'
FROM $table
WHERE $column IN (SELECT $column FROM $table GROUP BY $column HAVING count(*) > 1)
QUALIFY row_number() OVER (PARTITION BY $column ORDER BY line) > 1
