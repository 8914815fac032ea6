-- Every figure that `series` weighs for a place, metric, grade and year, the best first. 年度序列的全部候选数值。
-- as in: observations_labelled
-- year: Year of the last day of the period. | 时段末日所在的年份。
-- bounds: How many bounds the figure has: 2, 1 or 0. | 数值有几个界：2、1 或 0。
-- rank: Place of the figure among those of its region, metric, grade and year; 1 is the best. | 在同一地区、指标、等级、年份中的名次，1 为最佳。
CREATE VIEW series_candidates AS
WITH yearly AS (
  SELECT *, year(period_end) AS year,
         CASE WHEN value_lower IS NULL THEN 0 ELSE 1 END + CASE WHEN value_upper IS NULL THEN 0 ELSE 1 END AS bounds
  FROM observations_labelled
  WHERE is_whole AND status = 'reported' AND doubt IS NULL AND period_end IS NOT NULL
    AND (kind IN ('stock', 'ratio')
         OR (kind = 'flow' AND period_start = make_date(year(period_end), 1, 1)
             AND period_end = make_date(year(period_end), 12, 31)))
), weighed AS (
  SELECT * FROM yearly AS figure
  WHERE NOT EXISTS (
    SELECT 1 FROM yearly AS later
    WHERE figure.kind = 'stock' AND later.region_id = figure.region_id AND later.metric_id = figure.metric_id
      AND later.grade = figure.grade AND later.year = figure.year
      AND later.period_start > figure.period_end AND later.value >= figure.value)
)
SELECT *, row_number() OVER (
  PARTITION BY region_id, metric_id, grade, year
  ORDER BY bounds DESC,
           CASE authority WHEN 'official' THEN 1 WHEN 'association' THEN 2 WHEN 'press' THEN 3
                          WHEN 'academic' THEN 4 ELSE 5 END,
           CASE access WHEN 'held' THEN 1 WHEN 'page' THEN 2 ELSE 3 END,
           value_upper - value_lower,
           CASE WHEN bounds = 1 THEN value_lower END DESC NULLS LAST,
           CASE WHEN bounds = 1 THEN value_upper END NULLS LAST,
           period_end - period_start NULLS LAST,
           published_to DESC NULLS LAST,
           observation_id) AS rank
FROM weighed;
