-- The latest reported figure of each metric for each whole place. 各地各指标的最新数值（仅全地区）。
CREATE VIEW latest_observations AS
SELECT *
FROM observations_labelled
WHERE status = 'reported' AND organization_id IS NULL AND programme_id IS NULL
QUALIFY row_number() OVER (
  PARTITION BY region_id, metric_id
  ORDER BY period_end DESC NULLS LAST, published_to DESC NULLS LAST, observation_id) = 1;
