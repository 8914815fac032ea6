-- The number of ledger rows of each document. 各文档的台账概况。
-- as in: documents
-- sources: Sources in the document. | 文档中的来源数。
-- observations: Observations that a span of the document supports. | 有原文佐证的观测值数。
-- milestones: Milestones that a span of the document supports. | 有原文佐证的大事数。
-- organizations: Bodies that a span of the document names. | 原文提到的机构数。
-- programmes: Programmes that a span of the document names. | 原文提到的项目数。
-- mentions: Mentions of the document, exclusions included. | 台账条目数，含排除的数字。
-- excluded: Numerals that are excluded. | 被排除的数字数。
CREATE VIEW coverage AS
SELECT d.document_id, d.file_name, d.characters,
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
GROUP BY d.document_id, d.file_name, d.characters, s.sources
ORDER BY d.document_id;
