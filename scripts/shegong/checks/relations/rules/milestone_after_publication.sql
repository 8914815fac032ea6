-- sentence: An event that occurred began no later than its source was published.
-- table: milestones
-- severity: error
-- hint: correct the date, or set the status to planned
SELECT m.line, 'date_start', m.date_start, 'its source was published by ' || s.published_to
FROM milestones AS m
JOIN sources AS s USING (source_id)
WHERE m.status = 'occurred' AND m.date_start > s.published_to
