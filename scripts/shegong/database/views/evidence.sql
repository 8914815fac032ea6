-- Which words of which document each row rests on. 每一行所依据的文档字样。
CREATE VIEW evidence AS
SELECT CASE WHEN n.observation_id IS NOT NULL THEN 'observations'
            WHEN n.milestone_id IS NOT NULL THEN 'milestones'
            WHEN n.organization_id IS NOT NULL THEN 'organizations'
            WHEN n.programme_id IS NOT NULL THEN 'programmes'
            WHEN n.region_id IS NOT NULL THEN 'regions'
            WHEN n.source_id IS NOT NULL THEN 'sources' END AS row_table,
       coalesce(n.observation_id, n.milestone_id, n.organization_id, n.programme_id, n.region_id, n.source_id) AS row_id,
       n.role, n.text, n.document_id, d.file_name, d.sha256, n.char_start, n.char_end, n.mention_id,
       n.observation_id, n.milestone_id, n.organization_id, n.programme_id, n.region_id, n.source_id
FROM mentions AS n
JOIN documents AS d ON d.document_id = n.document_id
WHERE n.exclusion IS NULL;
