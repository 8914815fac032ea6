-- sentence: A component has the unit and kind of its total, and totals have no cycle.
-- table: metrics
-- severity: error
-- hint: correct component_of
WITH RECURSIVE above AS (
  SELECT metric_id, component_of FROM metrics WHERE component_of IS NOT NULL
  UNION SELECT above.metric_id, metrics.component_of FROM above JOIN metrics ON metrics.metric_id = above.component_of
)
SELECT part.line, 'component_of', part.component_of,
       IF(part.unit <> whole.unit OR part.kind <> whole.kind,
          concat_ws(' ', 'that is', whole.kind, 'in', whole.unit, 'and this is', part.kind, 'in', part.unit), 'that leads back to it')
FROM metrics AS part
LEFT JOIN metrics AS whole ON whole.metric_id = part.component_of
WHERE part.unit <> whole.unit OR part.kind <> whole.kind
  OR EXISTS (SELECT 1 FROM above WHERE above.metric_id = part.metric_id AND above.component_of = part.metric_id)
