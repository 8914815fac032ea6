"""The SQL page: fast, offline, and the same answers as the command line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from shegong.package.package import open_package
from shegong.site.sql_page import questions
from tests.conftest import ROOT
from tests.site.visit import Visit

Open = Callable[..., Visit]

QUESTIONS = questions(open_package(ROOT), "en")


def run(visited: Visit, sql: str) -> Any:
    """Run a query and return the box of its result."""
    page = visited.page
    page.locator("#sql").fill(sql)
    page.locator("#run").click()
    page.locator("#result table, #result .error").first.wait_for()
    page.locator("#run:enabled").wait_for()
    return page.locator("#result")


def rows_of(visited: Visit) -> list[list[str]]:
    """Return the result as the page gives it as CSV."""
    with visited.page.expect_download() as download:
        visited.page.locator("#result button.csv").click()
    return list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))


def comparable(cell: Any) -> Any:
    """Return a number as such, and anything else as DuckDB prints it."""
    if cell is None:
        return ""
    text = str(cell).lower() if isinstance(cell, bool) else str(cell)
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", text) else text


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_question_has_the_answer_of_the_command_line(
    sql_page: Visit, database: duckdb.DuckDBPyConnection, number: int
) -> None:
    """The command line reads the tables as `database` does."""
    sql_page.page.locator("#result").evaluate("(node) => node.replaceChildren()")
    sql_page.page.locator("#examples").select_option(str(number))
    assert sql_page.page.locator("#sql").input_value() == QUESTIONS[number].sql
    run(sql_page, QUESTIONS[number].sql)
    head, *rows = rows_of(sql_page)
    answer = database.execute(QUESTIONS[number].sql)
    assert head == [column[0] for column in answer.description or ()]
    expected = [[comparable(cell) for cell in row] for row in answer.fetchall()]
    assert [[comparable(cell) for cell in row] for row in rows] == expected
    assert rows


@pytest.mark.parametrize(
    "name", ["observations", "series", "disagreements", "coverage", "per_10000", "code_lists", "package"]
)
def test_table_or_view_has_the_rows_of_the_package(
    sql_page: Visit, database: duckdb.DuckDBPyConnection, name: str
) -> None:
    sql = f"SELECT count(*) AS n, count(COLUMNS(*)) FROM {name}"
    run(sql_page, sql)
    assert [float(cell) for cell in rows_of(sql_page)[1]] == [*map(float, database.execute(sql).fetchone() or ())]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("FROM read_csv('https://example.org/x.csv')", "disabled by configuration"),
        ("FROM nowhere", "nowhere does not exist"),
        ("SET autoload_known_extensions = true", "configuration has been locked"),
        ("SELECT current_date", "icu extension"),
    ],
)
def test_wrong_query_is_explained_and_reaches_nothing(sql_page: Visit, sql: str, message: str) -> None:
    sql_page.complaints.clear()
    assert message in run(sql_page, sql).locator(".error").inner_text()
    assert [complaint for complaint in sql_page.complaints if "left the site" in complaint] == []
    assert run(sql_page, "SELECT 1 AS one").locator("td").inner_text() == "1"


def test_query_can_come_with_the_address(visit: Open) -> None:
    visited = visit("en/metrics/licensed_social_workers.html")
    visited.page.locator("figure .chart-links a[href*='sql.html#q=']").first.click()
    visited.page.locator("#run:enabled").wait_for()
    assert "FROM series" in visited.page.locator("#sql").input_value()
    visited.page.locator("#sql").focus()
    visited.page.keyboard.press("Control+Enter")
    visited.page.locator("#result table tbody tr").first.wait_for()


def test_result_as_chart(sql_page: Visit) -> None:
    chart = "SELECT year, value FROM series WHERE region_id = 'CN' AND metric_id = 'exam_applicants' AND grade = 'all'"
    run(sql_page, f"{chart} ORDER BY year")
    rows = rows_of(sql_page)[1:]
    sql_page.page.get_by_role("button", name="Chart").click()
    sql_page.page.locator("#result svg circle").first.wait_for()
    assert sql_page.page.locator("#result svg circle").count() == len(rows)
    years = [int(row[0]) for row in rows]
    gaps = sum(b - a > 1 for a, b in pairwise(years))
    assert sql_page.page.locator("#result svg .best-line.gap path").count() == gaps > 0
    heights = [float(dot.get_attribute("cy")) for dot in sql_page.page.locator("#result svg circle").all()]
    values = [float(row[1]) for row in rows]
    assert sorted(range(len(values)), key=values.__getitem__) == sorted(range(len(heights)), key=lambda i: -heights[i])
    run(
        sql_page,
        "SELECT region_en, count(*) AS figures FROM observations_labelled GROUP BY ALL ORDER BY 2 DESC LIMIT 12",
    )
    sql_page.page.get_by_role("button", name="Chart").click()
    sql_page.page.locator("#result svg .bar rect").first.wait_for()
    assert sql_page.page.locator("#result svg .bar rect").count() == 12
    run(sql_page, "SELECT 'a' AS a")
    sql_page.page.get_by_role("button", name="Chart").click()
    sql_page.page.get_by_text("A chart needs a column of numbers").wait_for()


def test_first_day_of_unix_time_is_a_date(sql_page: Visit) -> None:
    run(sql_page, "SELECT DATE '1970-01-01' AS day, TIMESTAMP '1970-01-01' AS second, NULL::DATE AS none")
    assert rows_of(sql_page)[1] == ["1970-01-01", "1970-01-01 00:00:00", ""]


def test_database_of_the_page_names_its_version(sql_page: Visit) -> None:
    run(sql_page, "SELECT version FROM package")
    assert rows_of(sql_page)[1] == [open_package(ROOT).version]
