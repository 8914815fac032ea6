-- sentence: The basis published requires a source with dates.
-- table: observations
-- severity: error
-- hint: write unknown: without a date of publication the period is unknown
SELECT o.line, 'period_basis', o.period_basis
FROM observations AS o
JOIN sources AS s USING (source_id)
WHERE o.period_basis = 'published' AND s.published_from IS NULL AND s.published_to IS NULL
