-- sentence: In one document a fact is one observation, however often it is printed.
-- table: observations
-- severity: error
-- hint: put the mentions of both on one row
SELECT o.line, 'value', o.value
FROM observations AS o
JOIN sources AS s USING (source_id)
WHERE s.document_id IS NOT NULL
QUALIFY row_number() OVER (
  PARTITION BY s.document_id, o.region_id, o.metric_id, o.period_start, o.period_end, o.status,
               o.organization_id, o.programme_id, o.value
  ORDER BY o.line) > 1
