"""What the scripts do for readers, also for those who are faster than they, who leave early, or whose line fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.site.test_sql import QUESTIONS, run
from tests.site.visit import Visit

Open = Callable[..., Visit]

MOMENT_MS = 200
"""How long something that must not happen is waited for."""


def search(visited: Visit, words: str) -> Any:
    """Type words in the search field; return the results."""
    visited.page.locator("input[type=search]").focus()
    visited.page.keyboard.type(words)
    return visited.page.locator(".search-results")


@pytest.mark.parametrize(
    ("language", "words", "name"),
    [("en", "guangd", "Guangdong"), ("zh", "广东", "广东省"), ("en", "广东", "Guangdong")],
)
def test_search_by_keyboard_opens_a_place(visit: Open, language: str, words: str, name: str) -> None:
    visited = visit(f"{language}/figures/obs-0001.html")
    search(visited, words).locator("li:first-child a", has_text=name).wait_for()
    visited.page.keyboard.press("ArrowDown")
    assert visited.focused()["label"].startswith(name)
    visited.page.keyboard.press("Enter")
    visited.page.wait_for_url(f"**/{language}/places/440000.html")
    visited.page.locator("h1", has_text=name).wait_for()


def test_search_reports_that_nothing_is_found(visit: Open) -> None:
    visited = visit("en/data.html")
    results = search(visited, "zzzz")
    results.get_by_text("0 results").wait_for()
    visited.page.keyboard.press("Escape")
    results.wait_for(state="hidden")


def test_escape_in_the_results_closes_them(visit: Open) -> None:
    visited = visit("en/data.html")
    results = search(visited, "guangd")
    results.locator("a").first.wait_for()
    visited.page.keyboard.press("ArrowDown")
    visited.page.keyboard.press("Escape")
    assert visited.focused()["tag"] == "input"
    assert results.is_hidden()


def test_search_shows_the_last_words_however_late_its_index_comes(visit: Open) -> None:
    visited = visit("en/data.html")
    with visited.held("**/search-en.json"):
        results = search(visited, "guangd")
    results.locator("li:first-child a", has_text="Guangdong").wait_for()
    visited.page.wait_for_timeout(MOMENT_MS)
    assert results.is_visible()


def test_search_stays_closed_for_a_reader_who_left_before_its_index_came(visit: Open) -> None:
    visited = visit("en/data.html")
    with visited.page.expect_response("**/search-en.json"), visited.held("**/search-en.json"):
        results = search(visited, "guangd")
        visited.page.keyboard.press("Tab")
    visited.page.wait_for_timeout(MOMENT_MS)
    assert results.is_hidden()


def test_search_finds_words_that_were_typed_before_its_script_came(visit: Open) -> None:
    visited = visit("index.html")
    with visited.held("**/app.js"):
        visited.open("en/data.html", until="commit")
        results = search(visited, "guangd")
    results.locator("a", has_text="Guangdong").first.wait_for()


def test_search_loads_its_index_again_after_a_failure(visit: Open) -> None:
    visited = visit("en/data.html")
    visited.page.route("**/search-en.json", lambda request: request.abort(), times=1)
    with visited.page.expect_event("requestfailed"):
        search(visited, "guang")
    search(visited, "d").locator("a", has_text="Guangdong").first.wait_for()
    visited.complaints.clear()


def test_sql_page_takes_what_was_chosen_before_its_script_came(visit: Open) -> None:
    visited = visit("index.html")
    with visited.held("**/sql-page.js"):
        visited.open("en/sql.html", until="domcontentloaded")
        visited.page.locator("#examples").select_option("3")
        assert visited.page.locator("#run").is_disabled()
    visited.page.locator("#run:enabled").wait_for()
    assert visited.page.locator("#sql").input_value() == QUESTIONS[3].sql


def test_query_runs_after_each_failure_to_load_duckdb(visit: Open) -> None:
    visited = visit("en/sql.html")
    for file in ("sql.js", "manifest.json", "duckdb-eh.wasm.gz", "duckdb-worker.js"):
        visited.page.route(f"**/{file}", lambda request: request.abort(), times=1)
        assert "DuckDB could not be loaded." in run(visited, "SELECT 1 AS one").locator(".error").inner_text(), file
    assert run(visited, "SELECT 1 AS one").locator("td").inner_text() == "1"
    visited.complaints.clear()


def test_table_stays_when_it_is_chosen_before_the_chart_came(visit: Open) -> None:
    visited = visit("en/sql.html")
    result = run(visited, "SELECT year, value FROM series WHERE region_id = 'CN' AND metric_id = 'exam_applicants'")
    table, chart = (result.get_by_role("button", name=name, exact=True) for name in ("Table", "Chart"))
    with visited.page.expect_response("**/charts.js"), visited.held("**/charts.js"):
        chart.click()
        table.click()
    visited.page.wait_for_timeout(MOMENT_MS)
    assert result.locator("table").is_visible()
    chart.click()
    result.locator("svg circle").first.wait_for()


NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"


@pytest.mark.parametrize(("script", "word"), [("", "Copied"), (NO_CLIPBOARD, "Selected: copy by keyboard")])
def test_button_copies_or_selects_a_citation(visit: Open, script: str, word: str) -> None:
    visited = visit("index.html", permissions=["clipboard-read", "clipboard-write"])
    visited.page.add_init_script(script)
    visited.open("en/figures/obs-0001.html")
    cited = visited.page.locator("[data-copy]").first.text_content()
    visited.page.locator("button.copy").first.click()
    visited.page.locator("button.copy", has_text=word).wait_for()
    assert visited.page.evaluate("getSelection().toString().trim()") == cited.strip()
    assert script or visited.page.evaluate("navigator.clipboard.readText()") == cited


def test_note_of_the_timeline_is_of_an_event_that_is_shown(visit: Open) -> None:
    page = visit("en/timeline.html").page
    page.locator("figure svg a").first.focus()
    assert page.locator(".chart-note").text_content()
    page.locator(".controls select").first.select_option("440000")
    assert page.locator(".chart-note").text_content() == ""
