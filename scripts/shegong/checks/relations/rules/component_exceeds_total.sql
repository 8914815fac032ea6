-- sentence: A component does not exceed the upper bound of its total.
-- table: observations
-- severity: error
-- hint: correct the value, or the metric's component_of
SELECT part.line, 'value', part.value
FROM scoped AS part
JOIN metrics AS m ON m.metric_id = part.metric_id
JOIN scoped AS whole ON whole.metric_id = m.component_of AND part.scope = whole.scope
WHERE part.source_id = whole.source_id
  AND coalesce(part.value_lower, 0) > whole.value_upper
