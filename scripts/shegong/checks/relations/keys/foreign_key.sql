-- rule: foreign-key
-- sentence: A reference is the key of a row.
-- hint: correct the reference, or add the row
SELECT line, '$column', $column, '$other has no such $reference'
FROM $table AS child
WHERE $column IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM $other AS parent WHERE parent.$reference = child.$column)
