-- sentence: An event is one milestone, even if several sources report it.
-- table: milestones
-- severity: warning
-- hint: compare the two: if they are one event, delete the one of the lesser source, and deprecate its id
WITH brief AS (
  FROM milestones WHERE date_end - date_start <= 31
)
SELECT b.line, 'title_zh', b.title_zh
FROM brief AS b
WHERE EXISTS (SELECT 1 FROM brief AS a
              WHERE a.line < b.line AND a.region_id = b.region_id AND a.source_id <> b.source_id
                AND a.date_start <= b.date_end AND b.date_start <= a.date_end)
