-- sentence: A period with the basis published has the publication dates of its source.
-- table: observations
-- severity: error
-- hint: copy published_from and published_to, or choose another basis
SELECT o.line, 'period_basis', o.period_basis, 'its source was published ' || coalesce(concat_ws(' to ', s.published_from, s.published_to), 'on an unknown day')
FROM observations AS o
JOIN sources AS s USING (source_id)
WHERE o.period_basis = 'published'
  AND (o.period_start IS DISTINCT FROM s.published_from OR o.period_end IS DISTINCT FROM s.published_to)
