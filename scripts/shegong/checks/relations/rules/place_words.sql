-- sentence: A place mention names its region, an organization there, or a word for its level.
-- table: mentions
-- severity: error
-- hint: choose words that name the place
WITH placed AS (
  SELECT m.line, m.text, m.normalized, coalesce(o.region_id, s.region_id) AS region_id
  FROM read_mentions AS m
  LEFT JOIN observations AS o USING (observation_id)
  LEFT JOIN milestones AS s USING (milestone_id)
  WHERE m.role = 'place'
), named AS MATERIALIZED (
  SELECT region_id, level, name_zh, short_name FROM regions JOIN place_names USING (region_id)
)
SELECT placed.line, 'text', placed.text, 'the region is ' || named.name_zh
FROM placed
JOIN named USING (region_id)
WHERE NOT contains(placed.normalized, named.short_name)
  AND NOT contains(named.name_zh, placed.normalized)
  AND NOT is_level_word(placed.normalized, named.level, named.name_zh)
  AND NOT EXISTS (SELECT 1 FROM organizations AS b
                  WHERE b.region_id = placed.region_id
                    AND (contains(b.name_zh, placed.normalized) OR contains(placed.normalized, b.name_zh)))
