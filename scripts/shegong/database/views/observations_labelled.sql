-- Observations with the names of their place, metric, body, programme and source. 带名称的观测值。
-- as in: observations, metrics, sources, regions, region_paths
-- region_zh: Chinese name of the region. | 地区的中文名称。
-- region_en: English name of the region. | 地区的英文名称。
-- region_path_zh: Chinese names from the country to the region, joined by " / ". | 自国家至本地区的中文名称。
-- region_path_en: English names from the country to the region, joined by " / ". | 自国家至本地区的英文名称。
-- metric_zh: Chinese name of the metric. | 指标的中文名称。
-- metric_en: English name of the metric. | 指标的英文名称。
-- organization_zh: Chinese name of the body. | 机构的中文名称。
-- organization_en: English name of the body. | 机构的英文名称。
-- programme_zh: Chinese name of the programme. | 项目或计划的中文名称。
-- programme_en: English name of the programme. | 项目或计划的英文名称。
-- is_whole: Whether the figure is of the whole place: it has no body, no programme, no scope. | 是否为整个地区的数值：没有机构、项目、范围限定。
-- source_zh: Chinese title of the source. | 来源的中文标题。
-- source_en: English title of the source. | 来源的英文标题。
-- publisher_zh: Chinese name of the first publisher. | 首发者的中文名称。
-- publisher_en: English name of the first publisher. | 首发者的英文名称。
-- access: How the source can be read again: `held` (the project keeps the document), `page` (a public address), `copy` (read in a copy without an address). | 来源如何查阅：held 为存有文档，page 为公开网址，copy 为仅见于副本。
CREATE VIEW observations_labelled AS
SELECT o.*,
       o.organization_id IS NULL AND o.programme_id IS NULL AND o.scope_en IS NULL AND o.scope_zh IS NULL AS is_whole,
       r.name_zh AS region_zh, r.name_en AS region_en, r.level, r.path_zh AS region_path_zh, r.path_en AS region_path_en,
       r.province_id, r.province_zh, r.province_en, r.prefecture_id, r.prefecture_zh, r.prefecture_en,
       m.name_zh AS metric_zh, m.name_en AS metric_en, m.topic, m.unit, m.kind,
       b.name_zh AS organization_zh, b.name_en AS organization_en,
       g.name_zh AS programme_zh, g.name_en AS programme_en,
       s.title_zh AS source_zh, s.title_en AS source_en,
       s.publisher_id, p.name_zh AS publisher_zh, p.name_en AS publisher_en, s.authority,
       s.published_from, s.published_to, s.published_basis, s.url,
       CASE WHEN s.document_id IS NOT NULL THEN 'held' WHEN s.url IS NOT NULL THEN 'page' ELSE 'copy' END AS access
FROM observations AS o
JOIN region_paths AS r ON r.region_id = o.region_id
JOIN metrics AS m ON m.metric_id = o.metric_id
JOIN sources AS s ON s.source_id = o.source_id
LEFT JOIN organizations AS b ON b.organization_id = o.organization_id
LEFT JOIN organizations AS p ON p.organization_id = s.publisher_id
LEFT JOIN programmes AS g ON g.programme_id = o.programme_id;
