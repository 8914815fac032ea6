-- sentence: A later figure of licensed social workers is not lower than an earlier one.
-- table: observations
-- severity: warning
-- hint: one of the two is doubtful: compare the sources, and give that one a doubt
WITH licensed AS (
  FROM comparable WHERE metric_id = 'licensed_social_workers'
)
SELECT later.line, 'value', later.value
FROM licensed AS later
WHERE EXISTS (SELECT 1 FROM licensed AS earlier
              WHERE earlier.region_id = later.region_id AND earlier.grade = later.grade
                AND earlier.period_end < later.period_start AND earlier.value_lower > later.value_upper)
