-- sentence: The grade is `all` unless the metric is graded.
-- table: observations
-- severity: error
-- hint: write all, or choose a graded metric
SELECT o.line, 'grade', o.grade
FROM observations AS o
JOIN metrics AS m ON m.metric_id = o.metric_id
WHERE o.grade <> 'all' AND NOT m.is_graded
