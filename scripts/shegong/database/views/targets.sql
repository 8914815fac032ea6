-- Each target, and what `series` has for the same place, metric, grade and year. 各项目标及同年实际数值。
-- as in: observations_labelled
-- year: Year of the last day of the target's period. | 目标时段末日所在的年份。
-- target: The target. | 目标值。
-- target_lower: Lower bound of the target. | 目标值的下界。
-- target_upper: Upper bound of the target. | 目标值的上界。
-- reported: The figure of `series`; empty where it has none, and where the target has a scope, a body or a programme. | 序列中的实际数值，没有则为空，目标限定了范围、机构或项目时也为空。
-- reported_lower: Lower bound of the reported figure. | 实际数值的下界。
-- reported_upper: Upper bound of the reported figure. | 实际数值的上界。
-- reported_observation_id: The observation of the reported figure. | 实际数值的观测编号。
CREATE VIEW targets AS
SELECT t.region_id, t.region_zh, t.region_en, t.level, t.province_id, t.province_zh, t.province_en,
       t.metric_id, t.metric_zh, t.metric_en, t.topic, t.kind, t.unit, t.grade, t.scope_en, t.scope_zh,
       t.organization_id, t.organization_zh, t.organization_en, t.programme_id, t.programme_zh, t.programme_en,
       year(t.period_end) AS year,
       t.value AS target, t.value_lower AS target_lower, t.value_upper AS target_upper, t.qualifier, t.doubt,
       s.value AS reported, s.value_lower AS reported_lower, s.value_upper AS reported_upper,
       t.observation_id, s.observation_id AS reported_observation_id, t.source_id
FROM observations_labelled AS t
LEFT JOIN series AS s
  ON t.is_whole AND s.region_id = t.region_id AND s.metric_id = t.metric_id AND s.grade = t.grade
  AND s.year = year(t.period_end)
WHERE t.status = 'target';
