-- sentence: A value mention contains the value of its observation.
-- table: mentions
-- severity: error
-- hint: give it the right observation_id
SELECT line, 'text', text, observation_id || ' is ' || printf('%.15g', value)
FROM other_words
JOIN quantities USING (text, metric_kind, metric_unit, status)
WHERE read_value IS DISTINCT FROM value
