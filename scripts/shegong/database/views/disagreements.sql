-- Two figures for one cell of `series` that cannot both be right: their bounds do not overlap. 同一项数据互相矛盾的两个数值，上下界互不重叠。
-- as in: series_candidates
-- other_observation_id: The other figure; of the two ids the lower comes first. | 另一数值的观测编号，较小者在前。
-- other_value: Value of the other figure. | 另一数值。
-- other_value_lower: Lower bound of the other figure. | 另一数值的下界。
-- other_value_upper: Upper bound of the other figure. | 另一数值的上界。
-- other_period_start: First day of the other figure's period. | 另一数值时段的首日。
-- other_period_end: Last day of the other figure's period. | 另一数值时段的末日。
-- other_authority: Authority of the other source. | 另一来源的权威性。
-- other_source_id: The other source. | 另一来源。
-- other_source_zh: Chinese title of the other source. | 另一来源的中文标题。
-- other_source_en: English title of the other source. | 另一来源的英文标题。
CREATE VIEW disagreements AS
WITH candidates AS (
  SELECT * FROM series_candidates
)
SELECT a.region_id, a.region_zh, a.region_en, a.metric_id, a.metric_zh, a.metric_en, a.unit, a.grade, a.year,
       a.observation_id, a.value, a.value_lower, a.value_upper, a.period_start, a.period_end, a.authority,
       a.source_id, a.source_zh, a.source_en,
       b.observation_id AS other_observation_id,
       b.value AS other_value, b.value_lower AS other_value_lower, b.value_upper AS other_value_upper,
       b.period_start AS other_period_start, b.period_end AS other_period_end, b.authority AS other_authority,
       b.source_id AS other_source_id, b.source_zh AS other_source_zh, b.source_en AS other_source_en
FROM candidates AS a
JOIN candidates AS b
  ON b.region_id = a.region_id AND b.metric_id = a.metric_id AND b.grade = a.grade AND b.year = a.year
  AND b.observation_id > a.observation_id
WHERE a.value_lower > b.value_upper OR b.value_lower > a.value_upper;
