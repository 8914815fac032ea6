-- The best figure of each whole place, metric, grade and year, and how far other sources differ. 各地各指标的年度最佳数值。
-- as in: series_candidates
-- publishers: How many publishers have a figure for this cell; a source without a printed publisher counts as one. | 有多少首发者给出数值，未印首发者的来源各计一个。
-- lowest: Lowest value of all sources. | 各来源中的最低值。
-- highest: Highest value of all sources. | 各来源中的最高值。
-- agree: Whether one number can fit the bounds of all sources. | 是否有一个数能同时满足各来源的上下界。
CREATE VIEW series AS
WITH candidates AS (
  SELECT * FROM series_candidates
), cells AS (
  SELECT region_id, metric_id, grade, year,
         count(DISTINCT publisher_id) + count(DISTINCT CASE WHEN publisher_id IS NULL THEN source_id END) AS publishers,
         min(value) AS lowest, max(value) AS highest,
         coalesce(max(value_lower) <= min(value_upper), true) AS agree
  FROM candidates
  GROUP BY region_id, metric_id, grade, year
)
SELECT b.region_id, b.region_zh, b.region_en, b.level, b.province_id, b.province_zh, b.province_en,
       b.metric_id, b.metric_zh, b.metric_en, b.topic, b.kind, b.unit, b.grade, b.year,
       b.value, b.value_lower, b.value_upper, b.qualifier, b.period_start, b.period_end, b.period_basis,
       b.access, b.authority, c.publishers, c.lowest, c.highest, c.agree, b.observation_id, b.source_id
FROM candidates AS b
JOIN cells AS c
  ON c.region_id = b.region_id AND c.metric_id = b.metric_id AND c.grade = b.grade AND c.year = b.year
WHERE b.rank = 1;
