-- Milestones in the order of time, with the names of their place, body and programme. 大事年表。
CREATE VIEW timeline AS
SELECT m.date_start, m.date_end, m.date_precision, m.status, m.category,
       r.name_zh AS region_zh, r.name_en AS region_en, m.title_zh, m.title_en,
       b.name_zh AS organization_zh, g.name_zh AS programme_zh, m.milestone_id, m.region_id, m.source_id
FROM milestones AS m
JOIN regions AS r ON r.region_id = m.region_id
LEFT JOIN organizations AS b ON b.organization_id = m.organization_id
LEFT JOIN programmes AS g ON g.programme_id = m.programme_id
ORDER BY m.date_start, m.date_end, m.milestone_id;
