-- sentence: Two rows of one source with one value differ in more than their period.
-- table: observations
-- severity: warning
-- hint: read the source again: one fact is one row
WITH alike AS (
  SELECT hash(source_id, region_id, metric_id, value, grade, status, scope_en, organization_id, programme_id) AS fact
  FROM observations GROUP BY fact HAVING count(*) > 1
), twins AS MATERIALIZED (
  FROM observations
  WHERE hash(source_id, region_id, metric_id, value, grade, status, scope_en, organization_id, programme_id) IN (FROM alike)
)
SELECT b.line, 'period_end', b.period_end, min(a.observation_id) || ' has the same value for another period'
FROM twins AS b
JOIN twins AS a
  ON a.line < b.line AND a.source_id = b.source_id AND a.region_id = b.region_id
  AND a.metric_id = b.metric_id AND a.value = b.value AND a.grade = b.grade AND a.status = b.status
  AND a.scope_en IS NOT DISTINCT FROM b.scope_en
  AND a.organization_id IS NOT DISTINCT FROM b.organization_id
  AND a.programme_id IS NOT DISTINCT FROM b.programme_id
  AND (a.period_start IS DISTINCT FROM b.period_start OR a.period_end IS DISTINCT FROM b.period_end)
GROUP BY b.line, b.period_end
