-- sentence: A value mention reads as the value of its observation.
-- table: mentions
-- severity: error
-- hint: point it at the right observation
SELECT m.line, 'text', m.text
FROM mentions AS m
JOIN observations AS o USING (observation_id)
WHERE m.role = 'value' AND m.read_value IS DISTINCT FROM o.value
