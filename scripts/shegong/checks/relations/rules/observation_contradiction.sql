-- sentence: Two sources do not contradict each other on one figure.
-- table: observations
-- severity: warning
-- hint: look at both documents; say in note why they differ
SELECT b.line, 'value', b.value
FROM scoped AS a
JOIN scoped AS b ON a.metric_id = b.metric_id AND a.observation_id < b.observation_id AND a.source_id <> b.source_id
JOIN metrics AS m ON m.metric_id = a.metric_id
WHERE a.body_scope = b.body_scope
  AND (CASE WHEN m.kind = 'flow' THEN a.period_start IS NOT DISTINCT FROM b.period_start AND a.period_end = b.period_end
            ELSE a.period_start = b.period_start AND a.period_end = b.period_end END)
  AND (a.value_lower > b.value_upper OR b.value_lower > a.value_upper)
