-- sentence: One English scope has one Chinese wording, and the reverse.
-- table: observations
-- severity: error
-- hint: write the scope as the other rows do
WITH pairs AS (
  SELECT scope_en, scope_zh, min(line) AS line
  FROM observations
  WHERE scope_en IS NOT NULL AND scope_zh IS NOT NULL
  GROUP BY scope_en, scope_zh
)
SELECT line, 'scope_zh', scope_zh
FROM pairs
WHERE EXISTS (SELECT 1 FROM pairs AS earlier
              WHERE earlier.line < pairs.line
                AND (earlier.scope_en = pairs.scope_en OR earlier.scope_zh = pairs.scope_zh))
