-- The words of documents that support each row. 佐证每一行的原文字样。
-- as in: mentions, documents
-- row_table: Table of the row that the words support. | 所佐证的行所在的表。
-- row_id: Id of the row that the words support. | 所佐证的行的标识。
-- row_zh: What the row is, in Chinese: place and metric, a title, or a name. | 该行的中文名称：地区与指标、标题或名称。
-- row_en: What the row is, in English: place and metric, a title, or a name. | 该行的英文名称：地区与指标、标题或名称。
CREATE VIEW evidence AS
SELECT CASE WHEN n.observation_id IS NOT NULL THEN 'observations'
            WHEN n.milestone_id IS NOT NULL THEN 'milestones'
            WHEN n.organization_id IS NOT NULL THEN 'organizations'
            WHEN n.programme_id IS NOT NULL THEN 'programmes'
            WHEN n.region_id IS NOT NULL THEN 'regions'
            WHEN n.source_id IS NOT NULL THEN 'sources' END AS row_table,
       coalesce(n.observation_id, n.milestone_id, n.organization_id, n.programme_id, n.region_id, n.source_id) AS row_id,
       coalesce(p.name_zh || '：' || m.name_zh, e.title_zh, b.name_zh, g.name_zh, r.name_zh, s.title_zh) AS row_zh,
       coalesce(p.name_en || ': ' || m.name_en, e.title_en, b.name_en, g.name_en, r.name_en, s.title_en) AS row_en,
       n.role, n.text, n.document_id, d.file_name, d.sha256, n.char_start, n.char_end, n.mention_id,
       n.observation_id, n.milestone_id, n.organization_id, n.programme_id, n.region_id, n.source_id
FROM mentions AS n
JOIN documents AS d ON d.document_id = n.document_id
LEFT JOIN observations AS o ON o.observation_id = n.observation_id
LEFT JOIN regions AS p ON p.region_id = o.region_id
LEFT JOIN metrics AS m ON m.metric_id = o.metric_id
LEFT JOIN milestones AS e ON e.milestone_id = n.milestone_id
LEFT JOIN organizations AS b ON b.organization_id = n.organization_id
LEFT JOIN programmes AS g ON g.programme_id = n.programme_id
LEFT JOIN regions AS r ON r.region_id = n.region_id
LEFT JOIN sources AS s ON s.source_id = n.source_id
WHERE n.exclusion IS NULL;
