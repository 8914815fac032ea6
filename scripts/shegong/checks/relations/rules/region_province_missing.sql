-- sentence: Every province-level unit of the mainland is in the table.
-- table: regions
-- severity: error
-- hint: add the region with the code that is shown
WITH mainland AS (
  SELECT unnest([11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46,
                 50, 51, 52, 53, 54, 61, 62, 63, 64, 65]) || '0000' AS region_id
)
SELECT country.line, 'region_id', mainland.region_id
FROM mainland
JOIN regions AS country ON country.level = 'country'
WHERE mainland.region_id NOT IN (SELECT region_id FROM regions WHERE region_id IS NOT NULL)
