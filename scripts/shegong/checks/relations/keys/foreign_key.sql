-- rule: foreign-key
-- sentence: A reference is the key of a row.
-- hint: correct the reference, or add the row
SELECT line, '$column', $column, '$other has no such $reference'
FROM $table AS child
ANTI JOIN $other AS parent ON parent.$reference = child.$column
WHERE $column IS NOT NULL
