"""How much the package contains, as a list in a README, between two markers."""

from __future__ import annotations

import re

import duckdb

MARKED = re.compile(r"(<!-- facts of the data, written by `shegong docs` -->\n).*?(\n<!-- end -->)", re.S)
COUNTS = """
SELECT (SELECT count(*) FROM observations) AS figures,
       (SELECT count(DISTINCT metric_id) FROM observations) AS metrics,
       (SELECT count(DISTINCT region_id) FROM observations) AS places,
       (SELECT min(year(period_end)) FROM observations) AS first_year,
       (SELECT max(year(period_end)) FROM observations WHERE status = 'reported') AS last_year,
       (SELECT count(*) FROM series) AS cells,
       (SELECT count(*) FROM (SELECT 1 FROM series GROUP BY region_id, metric_id, grade HAVING count(*) > 2)) AS runs,
       (SELECT count(*) FROM milestones) AS events,
       (SELECT count(*) FROM organizations) AS bodies,
       (SELECT count(*) FROM programmes) AS programmes,
       (SELECT count(*) FROM sources) AS sources,
       (SELECT count(*) FROM sources WHERE document_id IS NOT NULL) AS held,
       (SELECT count(*) FROM sources WHERE document_id IS NULL AND url IS NOT NULL) AS pages,
       (SELECT count(*) FROM sources WHERE document_id IS NULL AND url IS NULL) AS copies,
       (SELECT count(*) FROM documents) AS documents,
       (SELECT count(*) FROM mentions) AS mentions
"""
LISTS = {
    "en": """\
- **{figures:,} figures** of {metrics:,} metrics in {places:,} places, from {first_year} to {last_year}.
- **{cells:,} rows of `series`**, the best figure of a place, metric and year; {runs:,} series have three years or more.
- **{events:,} events**, and the {bodies:,} bodies and {programmes:,} programmes that sources name.
- **{sources:,} sources**: {held:,} in {documents:,} held documents, {pages:,} public pages, {copies:,} read in copies.
- **{mentions:,} spans** of the held documents: one for each numeral and name, so that nothing is left out unseen.""",
    "zh": """\
- **{figures:,} 个数字**，涉及 {metrics:,} 项指标、{places:,} 个地方，时间为 {first_year} 至 {last_year} 年。
- **年度序列 `series` {cells:,} 行**：每地每项指标每年取最可靠的一个数字；其中 {runs:,} 条序列有三年以上。
- **{events:,} 件大事**，以及来源提到的 {bodies:,} 个机构、{programmes:,} 个项目。
- **{sources:,} 个来源**：{held:,} 个出自 {documents:,} 份所存文档，{pages:,} 个是公开网页，{copies:,} 个只见于副本。
- **{mentions:,} 条台账**：所存文档中的每个数字、每个名称各有一条，有无遗漏一查便知。""",
}


def with_facts(page: str, language: str, connection: duckdb.DuckDBPyConnection) -> str:
    """Return a page with the facts between its markers, if it has any."""
    if not MARKED.search(page):
        return page
    found = connection.execute(COUNTS)
    row = dict(zip([column[0] for column in found.description or ()], found.fetchall()[0], strict=True))
    facts = LISTS[language].format(**row)
    return MARKED.sub(lambda marked: f"{marked[1]}{facts}{marked[2]}", page)
