-- sentence: A reported stock ends no later than its source was published.
-- table: observations
-- severity: error
-- hint: clip the period to the day of publication
SELECT o.line, 'period_end', o.period_end, 'its source was published by ' || s.published_to
FROM observations AS o
JOIN sources AS s USING (source_id)
JOIN metrics AS m USING (metric_id)
WHERE o.status = 'reported' AND m.kind = 'stock' AND o.period_end > s.published_to
