-- What the ledger holds of each document. 各文档的台账概况。
CREATE VIEW coverage AS
SELECT d.document_id, d.characters,
       coalesce(s.sources, 0) AS sources,
       count(DISTINCT n.observation_id) AS observations,
       count(DISTINCT n.milestone_id) AS milestones,
       count(DISTINCT n.organization_id) AS organizations,
       count(DISTINCT n.programme_id) AS programmes,
       count(n.mention_id) AS mentions,
       count(n.exclusion) AS excluded
FROM documents AS d
LEFT JOIN (SELECT document_id, count(*) AS sources FROM sources GROUP BY document_id) AS s ON s.document_id = d.document_id
LEFT JOIN mentions AS n ON n.document_id = d.document_id
GROUP BY d.document_id, d.characters, s.sources
ORDER BY d.document_id;
