-- Words, views and tables that the rules share; what is costly and read by several rules is a table.

-- The tables place_names (region_id, short_name, level_rank), normalized_texts (text, normalized, only_letters) and
-- quantities (text, metric_kind, metric_unit, status, read_value) are stored by run_queries.py.

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

-- Figures of all grades with the sums of the bounds of their grades.
CREATE TABLE grade_totals AS
SELECT total.line, total.value, total.value_lower, total.value_upper, sum(part.value_lower) AS parts_lower,
       sum(part.value_upper) AS parts_upper, count(part.value_upper) AS parts_with_upper
FROM counted AS total
JOIN counted AS part ON part.counted_in = total.counted_in AND part.grade <> 'all'
WHERE total.grade = 'all'
GROUP BY total.line, total.value, total.value_lower, total.value_upper;

-- Figures of one place, metric, grade and year of which two do not overlap: the only ones that can disagree. The
-- schema `suspects` contains the views of the database over these few.
CREATE SCHEMA suspects;
CREATE TABLE suspects.observations AS
WITH cells AS (
  SELECT hash(region_id, metric_id, grade, year(period_end)) AS cell
  FROM observations
  WHERE status = 'reported' AND doubt IS NULL AND organization_id IS NULL AND programme_id IS NULL AND scope_en IS NULL
  GROUP BY cell HAVING max(value_lower) > min(value_upper)
)
FROM observations WHERE hash(region_id, metric_id, grade, year(period_end)) IN (FROM cells);

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

-- Mentions of a figure or a source that are outside that source, or whose source is a page, with the source's span.
CREATE TABLE outside_mentions AS
WITH targets AS (
  SELECT m.line, m.document_id, m.char_start, m.char_end, coalesce(o.source_id, m.source_id) AS source_id
  FROM mentions AS m
  LEFT JOIN observations AS o USING (observation_id)
)
SELECT t.*, own.document_id AS own_document, own.char_start AS own_start, own.char_end AS own_end,
       t.document_id <> own_document OR t.char_start < own_start OR t.char_end > own_end AS is_outside
FROM targets AS t
JOIN sources AS own USING (source_id)
WHERE is_outside OR own_document IS NULL;

-- Mentions that print the value of an observation in other words than value_text.
CREATE TABLE other_words AS
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
