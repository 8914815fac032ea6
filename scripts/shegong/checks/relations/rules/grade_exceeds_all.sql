-- sentence: The grades of a count, added up, do not exceed the figure of all grades.
-- table: observations
-- severity: error
-- hint: check the numbers in the source; give the part a scope, or the figures a doubt
SELECT total.line, 'value', total.value
FROM counted AS total
JOIN counted AS part ON part.counted_in = total.counted_in AND part.grade <> 'all'
WHERE total.grade = 'all'
GROUP BY total.line, total.value, total.value_upper
HAVING sum(part.value_lower) > total.value_upper
