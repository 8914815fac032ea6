-- sentence: The three grades of a count, where all are there, add up to the figure of all grades.
-- table: observations
-- severity: error
-- hint: check the numbers in the source; give the figures a scope or a doubt
SELECT line, 'value', value
FROM grade_totals
WHERE parts_with_upper = 3 AND parts_upper < value_lower
