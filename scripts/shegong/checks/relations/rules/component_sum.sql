-- sentence: The components of a total add up to it, where it has two or more and all have a value.
-- table: observations
-- severity: error
-- hint: check the numbers in the document; correct the rows or component_of
WITH parts AS (
  SELECT whole.line, whole.value, whole.value_lower AS low, whole.value_upper AS high,
         count(*) AS present, sum(part.value_lower) AS part_low, sum(part.value_upper) AS part_high,
         count(part.value_lower) AS lows, count(part.value_upper) AS highs,
         (SELECT count(*) FROM metrics AS n WHERE n.component_of = whole.metric_id) AS needed
  FROM summed AS whole
  JOIN metrics AS m ON m.component_of = whole.metric_id
  JOIN summed AS part ON part.metric_id = m.metric_id AND part.scope = whole.scope
  GROUP BY ALL
)
SELECT line, 'value', value,
       'its components add up to ' || concat_ws(' to ', printf('%.15g', part_low), printf('%.15g', part_high))
FROM parts
WHERE needed >= 2 AND present = needed
  AND ((lows = present AND part_low > high) OR (highs = present AND part_high < low))
