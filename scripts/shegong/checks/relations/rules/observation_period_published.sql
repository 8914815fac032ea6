-- sentence: The basis published copies the source's dates.
-- table: observations
-- severity: error
-- hint: copy published_from and published_to, or choose another basis
SELECT o.line, 'period_basis', o.period_basis
FROM observations AS o
JOIN sources AS s USING (source_id)
WHERE o.period_basis = 'published'
  AND (o.period_start IS DISTINCT FROM s.published_from OR o.period_end IS DISTINCT FROM s.published_to)
