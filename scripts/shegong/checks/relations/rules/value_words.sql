-- sentence: A value mention reads as the value of its observation.
-- table: mentions
-- severity: error
-- hint: point it at the right observation
SELECT line, 'text', text
FROM other_words_read
WHERE read_value IS DISTINCT FROM value
