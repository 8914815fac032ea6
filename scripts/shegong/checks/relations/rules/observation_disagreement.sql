-- sentence: Two figures of one place, metric, grade and year fit within the bounds of both.
-- table: observations
-- severity: warning
-- hint: read both sources; explain in note why they differ, or give the wrong one a doubt
SELECT later.line, 'value', later.value,
  concat_ws(' ', min(d.observation_id), 'prints', min_by(format('{:.15g}', d.value), d.observation_id),
    'for the same place, metric, grade and year, outside its bounds')
FROM suspects.disagreements AS d
JOIN suspects.observations AS later ON later.observation_id = d.other_observation_id
GROUP BY later.line, later.value
