-- sentence: A component does not exceed the upper bound of its total.
-- table: observations
-- severity: error
-- hint: correct the value, or the metric's component_of
SELECT part.line, 'value', part.value, 'its total ' || whole.metric_id || ' is ' || printf('%.15g', whole.value)
FROM summed AS part
JOIN metrics AS m ON m.metric_id = part.metric_id
JOIN summed AS whole ON whole.metric_id = m.component_of AND part.scope = whole.scope
WHERE coalesce(part.value_lower, 0) > whole.value_upper
