-- The last year of each series; years differ from place to place. 各序列的最新年份，各地年份不尽相同。
-- as in: series
-- is_bounded: Whether the figure has both bounds. | 数值是否有上下两界。
CREATE VIEW latest_observations AS
SELECT *, value_lower IS NOT NULL AND value_upper IS NOT NULL AS is_bounded
FROM series
QUALIFY row_number() OVER (PARTITION BY region_id, metric_id, grade ORDER BY year DESC) = 1;
