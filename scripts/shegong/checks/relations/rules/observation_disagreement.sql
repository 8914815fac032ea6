-- sentence: Two figures of one place, metric, grade and year fit within the bounds of both.
-- table: observations
-- severity: warning
-- hint: read both sources; explain in note why they differ, or give the wrong one a doubt
SELECT later.line, 'value', later.value
FROM (SELECT DISTINCT other_observation_id AS observation_id FROM disagreements)
JOIN observations AS later USING (observation_id)
