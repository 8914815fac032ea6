-- Milestones in order of time, with the names of their place, body, programme and source. 大事年表。
-- as in: milestones, observations_labelled
CREATE VIEW timeline AS
SELECT m.date_start, m.date_end, m.date_precision, m.date_basis, m.status, m.category, m.title_zh, m.title_en,
       m.region_id, r.name_zh AS region_zh, r.name_en AS region_en, r.level,
       r.path_zh AS region_path_zh, r.path_en AS region_path_en, r.province_id, r.province_zh, r.province_en,
       m.organization_id, b.name_zh AS organization_zh, b.name_en AS organization_en,
       m.programme_id, g.name_zh AS programme_zh, g.name_en AS programme_en,
       m.milestone_id, m.source_id, s.title_zh AS source_zh, s.title_en AS source_en, s.authority
FROM milestones AS m
JOIN region_paths AS r ON r.region_id = m.region_id
JOIN sources AS s ON s.source_id = m.source_id
LEFT JOIN organizations AS b ON b.organization_id = m.organization_id
LEFT JOIN programmes AS g ON g.programme_id = m.programme_id
ORDER BY coalesce(m.date_start, m.date_end) NULLS LAST, m.date_end NULLS LAST, m.milestone_id;
