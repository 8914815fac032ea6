-- Stocks and examination figures for 10,000 inhabitants of the 2020 census, 2015 to 2025. 按2020年普查人口折算的每万人数值。
-- as in: series
-- population: Resident population of the place in 2020. | 该地2020年的常住人口。
-- per_10000: The value for 10,000 inhabitants. | 每万人的数值。
-- per_10000_lower: Lower bound for 10,000 inhabitants. | 每万人数值的下界。
-- per_10000_upper: Upper bound for 10,000 inhabitants. | 每万人数值的上界。
-- population_id: The observation of the population. | 人口数值的观测编号。
CREATE VIEW per_10000 AS
SELECT s.region_id, s.region_zh, s.region_en, s.level, s.province_id, s.province_zh, s.province_en,
       s.metric_id, s.metric_zh, s.metric_en, s.topic, s.kind, s.unit, s.grade, s.year,
       s.value, s.value_lower, s.value_upper, p.value AS population,
       s.value * 10000 / p.value AS per_10000,
       s.value_lower * 10000 / p.value_upper AS per_10000_lower,
       s.value_upper * 10000 / p.value_lower AS per_10000_upper,
       s.observation_id, p.observation_id AS population_id
FROM series AS s
JOIN series AS p ON p.region_id = s.region_id
WHERE p.metric_id = 'resident_population' AND p.grade = 'all' AND p.year = 2020
  AND s.metric_id <> 'resident_population' AND s.year BETWEEN 2015 AND 2025
  AND (s.kind = 'stock' OR (s.kind = 'flow' AND s.topic = 'examination'));
