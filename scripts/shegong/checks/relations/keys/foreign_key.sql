-- rule: foreign-key
-- sentence: A reference points at a row that is there.
-- hint: correct the reference, or add the row it means
SELECT line, '$column', $column
FROM $table AS child
WHERE $column IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM $other AS parent WHERE parent.$reference = child.$column)
