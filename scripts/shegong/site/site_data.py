"""What the pages show: the rows of the tables and views, read once, and grouped by what they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb

from shegong.database.load import VIEWS, load
from shegong.package.package import Package

Cells = dict[str, Any]

OBSERVATIONS = "SELECT *, year(period_end) AS year FROM observations_labelled ORDER BY observation_id"
REGIONS = """
SELECT p.*, r.code_vintage, r.valid_to, r.replaced_by, r.note
FROM region_paths AS p
JOIN regions AS r ON r.region_id = p.region_id
ORDER BY p.region_id <> 'CN', p.region_id
"""
SOURCES = """
SELECT s.*, p.name_zh AS publisher_zh, p.name_en AS publisher_en, p.type AS publisher_type,
       d.file_name, d.sha256, d.bytes, d.characters, d.script, d.origin, d.defects,
       CASE WHEN s.document_id IS NOT NULL THEN 'held' WHEN s.url IS NOT NULL THEN 'page' ELSE 'copy' END AS access
FROM sources AS s
LEFT JOIN organizations AS p ON p.organization_id = s.publisher_id
LEFT JOIN documents AS d ON d.document_id = s.document_id
ORDER BY coalesce(s.published_to, DATE '0001-01-01') DESC, s.source_id
"""
SERIES = """
SELECT s.*, o.source_zh, o.source_en, o.publisher_zh, o.publisher_en
FROM series AS s
JOIN observations_labelled AS o ON o.observation_id = s.observation_id
ORDER BY s.region_id, s.metric_id, s.grade, s.year
"""
PER_10000 = """
SELECT p.*, s.qualifier, s.period_start, s.period_end, s.period_basis, s.access, s.source_id,
       s.publishers, s.lowest, s.highest, s.agree, o.publisher_zh, o.publisher_en
FROM per_10000 AS p
JOIN series AS s ON s.observation_id = p.observation_id
JOIN observations_labelled AS o ON o.observation_id = p.observation_id
ORDER BY p.region_id, p.metric_id, p.grade, p.year
"""
MILESTONES = """
SELECT t.*, year(coalesce(t.date_start, t.date_end)) AS year, m.note
FROM timeline AS t
JOIN milestones AS m ON m.milestone_id = t.milestone_id
ORDER BY coalesce(t.date_start, t.date_end) NULLS LAST, t.date_end NULLS LAST, t.milestone_id
"""
PROGRAMMES = """
SELECT p.*, b.name_zh AS organization_zh, b.name_en AS organization_en
FROM programmes AS p
LEFT JOIN organizations AS b ON b.organization_id = p.organization_id
ORDER BY p.programme_id
"""


@dataclass(frozen=True)
class SiteData:
    """The rows of the package, in the order in which pages list them.

    Attributes:
        package: The package.
        connection: Its tables and views, the views computed once.
        regions: The places by id, the country first.
        metrics: The metrics by id.
        sources: The sources by id, the latest first.
        observations: The observations by id, with the names of what they refer to and their year.
        series: The best figure of each cell, by year.
        candidates: Every figure that `series` weighs.
        per_10000: The figures of `series` for 10,000 inhabitants.
        milestones: The milestones in order of time.
        organizations: The named bodies.
        programmes: The named programmes.
        evidence: The spans of documents that support rows.
    """

    package: Package
    connection: duckdb.DuckDBPyConnection
    regions: dict[str, Cells]
    metrics: dict[str, Cells]
    sources: dict[str, Cells]
    observations: dict[str, Cells]
    series: list[Cells]
    candidates: list[Cells]
    per_10000: list[Cells]
    milestones: list[Cells]
    organizations: list[Cells]
    programmes: list[Cells]
    evidence: list[Cells]


def read_site_data(package: Package) -> SiteData:
    """Load the package into DuckDB and read what the pages show.

    Raises:
        PackageError: A table cannot be loaded.
    """
    connection = duckdb.connect()
    load(connection, package, keys=False, materialized=VIEWS)
    return SiteData(
        package=package,
        connection=connection,
        regions=by_id(read_rows(connection, REGIONS), "region_id"),
        metrics=by_id(read_rows(connection, "FROM metrics ORDER BY metric_id"), "metric_id"),
        sources=by_id(read_rows(connection, SOURCES), "source_id"),
        observations=by_id(read_rows(connection, OBSERVATIONS), "observation_id"),
        series=read_rows(connection, SERIES),
        candidates=read_rows(connection, "FROM series_candidates ORDER BY region_id, metric_id, grade, year, rank"),
        per_10000=read_rows(connection, PER_10000),
        milestones=read_rows(connection, MILESTONES),
        organizations=read_rows(connection, "FROM organizations ORDER BY organization_id"),
        programmes=read_rows(connection, PROGRAMMES),
        evidence=read_rows(connection, "FROM evidence ORDER BY document_id, char_start, mention_id"),
    )


def read_rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Cells]:
    """Return the rows of a query."""
    answer = connection.execute(sql)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def by_id(rows: Iterable[Cells], column: str) -> dict[str, Cells]:
    """Return rows by their id."""
    return {row[column]: row for row in rows}


def grouped(rows: Iterable[Cells], *columns: str) -> dict[Any, list[Cells]]:
    """Return rows by the value of a column, or of several; a missing group is empty."""
    groups: dict[Any, list[Cells]] = defaultdict(list)
    for row in rows:
        key = tuple(row[column] for column in columns)
        groups[key if len(columns) > 1 else key[0]].append(row)
    return groups
