-- Words and views that the rules share.

-- The tables place_names (region_id, short_name, level_rank), normalized_texts (text, normalized, only_letters) and
-- quantities (text, metric_kind, metric_unit, status, read_value) are registered by run.py.

-- Words that name a place by its level only; a county-level city and a prefecture-level city are both written 全市.
CREATE MACRO is_level_word(normalized, level, name) AS CASE
  WHEN level = 'country' THEN regexp_matches(normalized, '全国|我国|中国|国家|国际|总书记|党中央')
  WHEN level = 'province' THEN regexp_matches(normalized, '全省|我省|本省|省级|^省')
  WHEN level = 'prefecture' THEN regexp_matches(normalized, '全市|我市|本市|市级|^市')
  WHEN level = 'county' AND name LIKE '%市' THEN regexp_matches(normalized, '全市|我市|本市|^市')
  WHEN level = 'county' AND name LIKE '%区' THEN regexp_matches(normalized, '全区|我区|本区|^区')
  WHEN level = 'county' THEN regexp_matches(normalized, '全县|我县|本县|^县|全旗|我旗')
  WHEN level = 'township' THEN regexp_matches(normalized, '全镇|我镇|本镇|全乡|全街道|镇政府')
  ELSE false END;

-- Figures of grades and of all grades, with what makes them comparable; a doubtful figure is compared with nothing.
CREATE VIEW counted AS
SELECT o.*, row(source_id, region_id, o.metric_id, scope_en, period_start, period_end, status,
                organization_id, programme_id) AS counted_in
FROM observations AS o
JOIN metrics AS m ON m.metric_id = o.metric_id
WHERE m.is_graded AND m.kind IN ('stock', 'flow') AND o.doubt IS NULL;

-- Reported figures of whole places that can be compared over places and years.
CREATE VIEW comparable AS
SELECT o.*
FROM observations AS o
JOIN metrics AS m ON m.metric_id = o.metric_id
WHERE m.kind IN ('stock', 'flow') AND o.status = 'reported' AND o.doubt IS NULL
  AND o.organization_id IS NULL AND o.programme_id IS NULL AND o.scope_en IS NULL;

-- Mentions, organizations and programmes with their normalized text: simplified script, no spaces, no pinyin.
-- `only_letters` is that text without the marks between letters and digits: 最美“双百社工” → 最美双百社工.
CREATE VIEW read_mentions AS
SELECT mentions.*, normalized, only_letters FROM mentions LEFT JOIN normalized_texts USING (text);
CREATE VIEW read_organizations AS
SELECT o.*, normalized, only_letters FROM organizations AS o LEFT JOIN normalized_texts ON text = name_zh;
CREATE VIEW read_programmes AS
SELECT p.*, normalized, only_letters FROM programmes AS p LEFT JOIN normalized_texts ON text = name_zh;

-- Mentions that print the value of an observation in other words than value_text.
CREATE VIEW other_words AS
SELECT m.line, m.text, m.observation_id, o.value, o.status, d.kind AS metric_kind, d.unit AS metric_unit
FROM mentions AS m
JOIN observations AS o USING (observation_id)
JOIN metrics AS d USING (metric_id)
WHERE m.role = 'value' AND m.text IS DISTINCT FROM o.value_text;

-- Every id that is in use, with its table.
CREATE VIEW ids AS
SELECT 'documents' AS table_name, document_id AS id FROM documents
UNION ALL SELECT 'sources', source_id FROM sources
UNION ALL SELECT 'regions', region_id FROM regions
UNION ALL SELECT 'metrics', metric_id FROM metrics
UNION ALL SELECT 'organizations', organization_id FROM organizations
UNION ALL SELECT 'programmes', programme_id FROM programmes
UNION ALL SELECT 'observations', observation_id FROM observations
UNION ALL SELECT 'milestones', milestone_id FROM milestones
UNION ALL SELECT 'mentions', mention_id FROM mentions;

-- Bodies and programmes that a held document names: those of its rows, and those that have a mention of their name.
CREATE VIEW of_documents AS
SELECT organization_id, programme_id FROM observations JOIN sources USING (source_id) WHERE document_id IS NOT NULL
UNION ALL SELECT organization_id, programme_id FROM milestones JOIN sources USING (source_id) WHERE document_id IS NOT NULL
UNION ALL SELECT organization_id, programme_id FROM mentions WHERE role = 'name';
