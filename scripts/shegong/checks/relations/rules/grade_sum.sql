-- sentence: The three grades of a count, where all are there, add up to the figure of all grades.
-- table: observations
-- severity: error
-- hint: check the numbers in the source; give the figures a scope or a doubt
SELECT total.line, 'value', total.value
FROM counted AS total
JOIN counted AS part ON part.counted_in = total.counted_in AND part.grade <> 'all'
WHERE total.grade = 'all'
GROUP BY total.line, total.value, total.value_lower
HAVING count(part.value_upper) = 3 AND sum(part.value_upper) < total.value_lower
