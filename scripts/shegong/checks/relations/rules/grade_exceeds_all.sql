-- sentence: The grades of a count, added up, do not exceed the figure of all grades.
-- table: observations
-- severity: error
-- hint: check the numbers in the source; give the part a scope, or the figures a doubt
SELECT line, 'value', value
FROM grade_totals
WHERE parts_lower > value_upper
