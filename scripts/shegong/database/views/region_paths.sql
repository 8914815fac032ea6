-- Each region with the names of all that it lies in, the country first. 各地区及其全部上级。
CREATE VIEW region_paths AS
WITH RECURSIVE paths AS (
  SELECT region_id, name_zh, name_en, level, parent_id,
         region_id AS ids, name_zh AS path_zh, name_en AS path_en, 0 AS depth
  FROM regions
  WHERE parent_id IS NULL
  UNION ALL
  SELECT r.region_id, r.name_zh, r.name_en, r.level, r.parent_id,
         p.ids || '/' || r.region_id, p.path_zh || ' / ' || r.name_zh, p.path_en || ' / ' || r.name_en, p.depth + 1
  FROM regions AS r
  JOIN paths AS p ON p.region_id = r.parent_id
)
SELECT region_id, name_zh, name_en, level, parent_id, split(ids, '/') AS path_ids, path_zh, path_en, depth FROM paths;
