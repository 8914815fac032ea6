-- sentence: A planned event does not end before its source was published.
-- table: milestones
-- severity: error
-- hint: correct the date, or set the status to occurred
SELECT m.line, 'date_end', m.date_end, 'its source was published from ' || s.published_from
FROM milestones AS m
JOIN sources AS s USING (source_id)
WHERE m.status = 'planned' AND m.date_end < s.published_from
