-- rule: unique-key
-- sentence: A unique key is in one row; empty equals empty.
-- hint: a fact is one row: put its other mentions on the first row, or add what distinguishes the two
SELECT line, '$column', concat_ws(' | ', $listed),
       'line ' || min(line) OVER (PARTITION BY $columns) || ' has the same $columns'
FROM $table
WHERE hash($columns) IN (SELECT hash($columns) FROM $table GROUP BY ALL HAVING count(*) > 1)
QUALIFY row_number() OVER (PARTITION BY $columns ORDER BY line) > 1
