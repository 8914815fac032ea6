-- sentence: A year in a date mention is a year of the row that it dates.
-- table: mentions
-- severity: error
-- hint: give it the id of the right row, or correct the row's dates
WITH years AS MATERIALIZED (
  SELECT text, CAST(nullif(regexp_extract(normalized, '(19|20)[0-9]{2}'), '') AS INTEGER) AS printed
  FROM normalized_texts
), dated AS (
  SELECT m.line, m.text, printed,
         coalesce(o.period_start, o.period_end, s.date_start, p.published_from) AS first,
         coalesce(o.period_end, s.date_end, p.published_to) AS last
  FROM mentions AS m
  JOIN years USING (text)
  LEFT JOIN observations AS o USING (observation_id)
  LEFT JOIN milestones AS s USING (milestone_id)
  LEFT JOIN sources AS p ON p.source_id = m.source_id
  WHERE m.role = 'date'
)
SELECT line, 'text', text, 'the row is dated ' || concat_ws(' to ', first, last)
FROM dated
WHERE printed NOT BETWEEN year(first) AND year(last)
