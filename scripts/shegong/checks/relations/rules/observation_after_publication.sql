-- sentence: A reported stock ends no later than its source was published.
-- table: observations
-- severity: error
-- hint: look at status: a plan or a forecast is a target; of a reported figure correct period_end
SELECT o.line, 'period_end', o.period_end, 'its source was published by ' || s.published_to
FROM observations AS o
JOIN sources AS s USING (source_id)
JOIN metrics AS m USING (metric_id)
WHERE o.status = 'reported' AND m.kind = 'stock' AND o.period_end > s.published_to
