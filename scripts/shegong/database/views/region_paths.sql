-- Each region with the names of all places that contain it, the country first. 各地区及其全部上级地区。
-- as in: regions
-- path_ids: Codes of the places that contain the region, the country first, the region last. | 自国家至本地区的各级代码。
-- path_zh: Chinese names of the same places, joined by " / ". | 同上，各级中文名称。
-- path_en: English names of the same places, joined by " / ". | 同上，各级英文名称。
-- depth: How many places contain the region; 0 for the country. | 上级地区的个数，国家为 0。
-- province_id: The province-level unit that contains the region, or is it; empty for the country. | 所属（或本身即为）省级地区的代码，国家为空。
-- province_zh: Chinese name of the province-level unit. | 省级地区的中文名称。
-- province_en: English name of the province-level unit. | 省级地区的英文名称。
-- prefecture_id: The prefecture-level unit that contains the region, or is it; empty where there is none. | 所属（或本身即为）地级地区的代码，没有则为空。
-- prefecture_zh: Chinese name of the prefecture-level unit. | 地级地区的中文名称。
-- prefecture_en: English name of the prefecture-level unit. | 地级地区的英文名称。
CREATE VIEW region_paths AS
WITH RECURSIVE paths AS (
  SELECT region_id, name_zh, name_en, level, parent_id,
         region_id AS ids, name_zh AS path_zh, name_en AS path_en, 0 AS depth,
         CASE WHEN level = 'province' THEN region_id END AS province_id,
         CASE WHEN level = 'prefecture' THEN region_id END AS prefecture_id
  FROM regions
  WHERE parent_id IS NULL
  UNION ALL
  SELECT r.region_id, r.name_zh, r.name_en, r.level, r.parent_id,
         p.ids || '/' || r.region_id, p.path_zh || ' / ' || r.name_zh, p.path_en || ' / ' || r.name_en, p.depth + 1,
         CASE WHEN r.level = 'province' THEN r.region_id ELSE p.province_id END,
         CASE WHEN r.level = 'prefecture' THEN r.region_id ELSE p.prefecture_id END
  FROM regions AS r
  JOIN paths AS p ON p.region_id = r.parent_id
)
SELECT p.region_id, p.name_zh, p.name_en, p.level, p.parent_id,
       split(p.ids, '/') AS path_ids, p.path_zh, p.path_en, p.depth,
       p.province_id, v.name_zh AS province_zh, v.name_en AS province_en,
       p.prefecture_id, f.name_zh AS prefecture_zh, f.name_en AS prefecture_en
FROM paths AS p
LEFT JOIN regions AS v ON v.region_id = p.province_id
LEFT JOIN regions AS f ON f.region_id = p.prefecture_id;
