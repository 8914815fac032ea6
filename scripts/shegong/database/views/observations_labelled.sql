-- Observations with the names of their place, metric, body, programme and source. 带名称的观测值。
CREATE VIEW observations_labelled AS
SELECT o.*,
       r.name_zh AS region_zh, r.name_en AS region_en, r.level AS region_level, p.path_en AS region_path_en,
       m.name_zh AS metric_zh, m.name_en AS metric_en, m.unit, m.kind AS metric_kind,
       b.name_zh AS organization_zh, b.name_en AS organization_en,
       g.name_zh AS programme_zh, g.name_en AS programme_en,
       s.title_zh AS source_zh, s.title_en AS source_en, s.publisher, s.authority, s.published_from, s.published_to
FROM observations AS o
JOIN regions AS r ON r.region_id = o.region_id
JOIN region_paths AS p ON p.region_id = o.region_id
JOIN metrics AS m ON m.metric_id = o.metric_id
JOIN sources AS s ON s.source_id = o.source_id
LEFT JOIN organizations AS b ON b.organization_id = o.organization_id
LEFT JOIN programmes AS g ON g.programme_id = o.programme_id;
