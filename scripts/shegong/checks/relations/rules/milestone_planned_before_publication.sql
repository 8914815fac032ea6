-- sentence: What is planned does not end before its source was published.
-- table: milestones
-- severity: error
-- hint: correct the date, or say occurred
SELECT m.line, 'date_end', m.date_end
FROM milestones AS m
JOIN sources AS s USING (source_id)
WHERE m.status = 'planned' AND m.date_end < s.published_from
