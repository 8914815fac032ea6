"""The files of the site: complete in both languages, with the numbers of the database, links that resolve, nothing inline."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import duckdb
import pytest
from lxml import html

from shegong.citation.cite import FORMS, cite_row
from shegong.site.language import CODES, language_of
from shegong.site.site_data import SiteData
from shegong.site.sql_page import START
from tests.conftest import ROOT
from tests.site.strict import Strict

Pages = dict[str, html.HtmlElement]

SAMPLE = 200
UNITS = {"万": 1e4, "亿": 1e8}
NUMBER = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)(万|亿)?")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ADDRESSES = "//@href | //@src | //@data-search | //@data-data"
FOLDERS = {"region": "places", "metric": "metrics", "source": "sources"}
COLUMNS = {
    "data-value": "value",
    "data-lower": "value_lower",
    "data-upper": "value_upper",
    "data-lowest": "lowest",
    "data-highest": "highest",
    "data-per-10000": "per_10000",
}
"""The attributes of an element that shows a number, and the columns that have the number."""
NUMBERS = """
SELECT o.observation_id, o.value, o.value_lower, o.value_upper, s.lowest, s.highest, p.*
FROM observations AS o
LEFT JOIN series AS s ON s.observation_id = o.observation_id
LEFT JOIN (SELECT observation_id AS of, per_10000, per_10000_lower, per_10000_upper FROM per_10000) AS p
ON p.of = o.observation_id
"""
POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self' blob:",
    "worker-src": "'self' blob:",
    "base-uri": "'none'",
    "form-action": "'none'",
}
INLINE = (
    "//style | //iframe | //object | //base | //form | //*[@style] | //*[@*[starts-with(name(), 'on')]]"
    " | //script[not(@type='application/json' or contains(@src, 'assets/app.js'))]"
    " | //*[self::script or self::link or self::img][contains(concat(@src, @href), '://')]"
)
CHART_KEYS = {
    "series": {"title", "unit", "unit_label", "kind", "best", "points", "policies", "labels"},
    "tiles": {"title", "tiles", "measures", "cells", "labels"},
    "ranking": {"title", "unit_label", "year", "rows"},
    "timeline": {"title", "events", "labels"},
}


@dataclass(frozen=True)
class Chart:
    """A chart: the page that it is on, its kind, and what it draws."""

    page: str
    kind: str
    data: dict[str, Any]


@pytest.fixture(scope="module")
def pages(site: Path) -> Pages:
    paths = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    return {path: html.document_fromstring((site / path).read_bytes()) for path in paths}


@pytest.fixture(scope="module")
def ids(pages: Pages) -> dict[str, list[str]]:
    return {path: page.xpath("//@id") for path, page in pages.items()}


@pytest.fixture(scope="module")
def charts(pages: Pages) -> list[Chart]:
    return [
        Chart(path, figure.get("data-chart"), json.loads(figure.find(".//script").text))
        for path, page in pages.items()
        for figure in page.iterfind(".//figure[@data-chart]")
    ]


@pytest.fixture(scope="module")
def rows(database: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    answer = database.execute(NUMBERS)
    names = [column[0] for column in answer.description or ()]
    return {row[0]: dict(zip(names, row, strict=True)) for row in answer.fetchall()}


def test_every_kind_of_page_is_there(pages: Pages, data: SiteData) -> None:
    kinds = {"places": data.regions, "metrics": data.metrics, "figures": data.observations, "sources": data.sources}
    expected = {f"{kind}/{id}.html" for kind, rows in kinds.items() for id in rows}
    expected |= {f"{kind}/index.html" for kind in kinds if kind != "figures"}
    expected |= {f"{name}.html" for name in ("index", "timeline", "sql", "data", "dictionary")}
    assert set(pages) == {"index.html"} | {f"{code}/{path}" for code in CODES for path in expected}


def test_pages_are_well_formed_and_ids_are_unique(site: Path, pages: Pages, ids: dict[str, list[str]]) -> None:
    wrong = {path: found for path in pages if (found := Strict((site / path).read_text("utf-8")).wrong)}
    assert wrong == {}
    assert [path for path, found in ids.items() if len(found) != len(set(found))] == []


def hrefs(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from ([data["href"]] if data.get("href") else [])
        data = list(data.values())
    if isinstance(data, list):
        for part in data:
            yield from hrefs(part)


def test_every_internal_link_resolves(site: Path, pages: Pages, charts: list[Chart], ids: dict[str, list[str]]) -> None:
    """Those in pages, charts and the search index."""
    links = {(path, str(address)) for path, page in pages.items() for address in page.xpath(ADDRESSES)}
    links |= {(chart.page, address) for chart in charts for address in hrefs(chart.data)}
    for code in CODES:
        entries = json.loads((site / f"data/search-{code}.json").read_text("utf-8"))
        links |= {(f"{code}/index.html", href) for _, _, _, href in entries}
    files = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    anchors = {path: set(found) for path, found in ids.items()}
    dead = set()
    for page, address in links:
        path, fragment = urldefrag(address)
        target = normpath(Path(page).parent / unquote(path)) if path else page
        is_query = fragment.startswith("q=") and target.endswith("/sql.html")
        has_anchor = not fragment or is_query or unquote(fragment) in anchors.get(target, ())
        if not urlsplit(address).scheme and not (target in files and has_anchor):
            dead.add((page, address))
    assert dead == set()


def test_search_index_has_every_place_and_metric(site: Path, data: SiteData) -> None:
    for code in CODES:
        entries = json.loads((site / f"data/search-{code}.json").read_text("utf-8"))
        assert len(entries) >= len(data.regions) + len(data.metrics)
        assert all(name for _, name, _, _ in entries)


def test_every_number_is_that_of_the_database(pages: Pages, rows: dict[str, dict[str, Any]]) -> None:
    shown, wrong = dict.fromkeys(COLUMNS, 0), []
    for path, page in pages.items():
        for node in page.iterfind(".//*[@data-obs]"):
            for attribute in COLUMNS.keys() & node.keys():
                shown[attribute] += 1
                expected = rows[node.get("data-obs")][COLUMNS[attribute]]
                if node.get(attribute) != ("" if expected is None else f"{expected:.15g}"):
                    wrong.append((path, dict(node.attrib)))
    assert wrong == []
    assert min(shown.values()) > 0
    assert shown["data-value"] > 2 * len(rows)


def numbers_in(text: str) -> list[float]:
    text = text.replace("每万人", "").replace("per 10,000", "")
    return [float(digits.replace(",", "")) * UNITS.get(unit, 1) for digits, unit in NUMBER.findall(text)]


def test_readers_see_the_numbers_of_the_database(pages: Pages, rows: dict[str, dict[str, Any]]) -> None:
    figures = [node for page in pages.values() for node in page.iterfind(".//*[@data-value]")]
    for node in random.Random(20).sample(figures, SAMPLE):
        row = rows[node.get("data-obs")]
        known = [row[name] for name in ("value", "value_lower", "value_upper") if row[name] is not None]
        seen = numbers_in(" ".join(node.text_content().split()))
        assert seen, node.attrib
        assert all(any(one == pytest.approx(value, rel=1e-12) for value in known) for one in seen), (seen, row)


def test_every_figure_is_on_the_pages_of_its_place_metric_and_source(pages: Pages, data: SiteData) -> None:
    shown = {path: {*page.xpath("//*[@data-value]/@data-obs")} for path, page in pages.items()}
    for id, o in data.observations.items():
        for code in CODES:
            for kind, folder in FOLDERS.items():
                assert id in shown[f"{code}/{folder}/{o[f'{kind}_id']}.html"]
            assert id in shown[f"{code}/figures/{id}.html"]


@pytest.mark.parametrize("path", ["en/places/CN.html", "zh/places/CN.html", "en/metrics/licensed_social_workers.html"])
def test_no_number_is_without_year_and_unit(pages: Pages, data: SiteData, path: str) -> None:
    """In a table each figure has a year in its row, and each number has its unit or is in a table that states it."""
    table_rows = pages[path].xpath("//tr[.//*[@data-value]]")
    assert table_rows
    for row in table_rows:
        figure = row.find(".//*[@data-value]")
        o = data.observations[figure.get("data-obs")]
        assert [cell for cell in row if re.fullmatch(r"\d{4}|–", cell.text_content())], row.text_content()
        unit = language_of(data.package, path[:2]).unit(o["unit"])
        assert unit in figure.text or o["unit"] in ("percent", "per_10000"), row.text_content()


def test_figure_page_has_the_signs_access_address_and_evidence_of_its_figure(pages: Pages, data: SiteData) -> None:
    signs = {"at_least": "≥", "about": "≈", "at_most": "≤", "nearly": "<"}
    held = 0
    for code in CODES:
        for id, o in data.observations.items():
            page = pages[f"{code}/figures/{id}.html"]
            head, text = page.findtext(".//h1") + "".join(page.xpath("//h1//*/text()")), page.text_content()
            assert signs.get(o["qualifier"], "") in head
            assert ("≥" in head) == (o["value_upper"] is None and o["value_lower"] is not None)
            assert page.find_class(f"access-{o['access']}")
            assert bool(page.find_class("external")) == (o["url"] is not None)
            if o["access"] == "held":
                held += 1
                assert data.sources[o["source_id"]]["sha256"] in text
                cells = {cell.text for cell in page.iterfind(".//td")}
                spans = [span for span in data.evidence if span["observation_id"] == id]
                assert cells >= {f"{span['char_start']}–{span['char_end']}" for span in spans}
    assert held


@pytest.mark.parametrize("id", ["obs-0001", "obs-0100", "obs-0302"])
def test_citations_are_those_of_the_command(pages: Pages, data: SiteData, id: str) -> None:
    for code in CODES:
        for form in FORMS:
            assert cite_row(data.package, data.connection, id, form) in pages[f"{code}/figures/{id}.html"].xpath(
                "//text()"
            )


def test_tables_of_the_changelog_are_tables(pages: Pages) -> None:
    assert not [text for text in pages["en/data.html"].xpath("//text()") if "| ---" in text or text.startswith("| ")]


def test_pages_have_language_and_alternate(pages: Pages) -> None:
    for path, page in pages.items():
        assert page.get("lang") == ("zh-Hans" if path.startswith("zh/") else "en"), path
        alternates = page.xpath("//link[@rel='alternate']/@href")
        rest = path.partition("/")[2] or path
        assert {normpath(Path(path).parent / href) for href in alternates} == {f"en/{rest}", f"zh/{rest}"}, path


def test_every_page_has_a_strict_policy_and_nothing_inline(pages: Pages) -> None:
    for path, page in pages.items():
        (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        parts = dict(part.split(" ", 1) for part in policy.split("; "))
        assert parts.items() >= POLICY.items(), path
        assert "unsafe-inline" not in policy, path
        assert "'unsafe-eval'" not in policy, path
        assert page.xpath(INLINE) == [], path


def test_no_other_host_is_named_in_scripts_that_pages_load(site: Path) -> None:
    """DuckDB's own files name the host of its extensions, which the policy and its settings keep it from."""
    for path in site.glob("assets/*"):
        if path.suffix in (".js", ".css") and not path.name.startswith(("duckdb", "sql")):
            hosts = set(re.findall(r"https?://([\w.-]+)", path.read_text("utf-8")))
            assert hosts <= {"www.w3.org"}, (path, hosts)


def test_data_of_charts_are_complete(charts: list[Chart]) -> None:
    assert {chart.kind for chart in charts} == set(CHART_KEYS)
    for chart in charts:
        assert set(chart.data) == CHART_KEYS[chart.kind]
        if chart.kind == "series":
            years = [row["year"] for row in chart.data["best"]]
            assert years == sorted(set(years))
            assert sum(row["best"] for row in chart.data["points"]) == len(years) > 1
        if chart.kind == "ranking":
            assert {row["year"] for row in chart.data["rows"]} == {chart.data["year"]}


def test_charts_draw_the_numbers_of_the_database(charts: list[Chart], rows: dict[str, dict[str, Any]]) -> None:
    """A ranking may be of figures, or of figures per 10,000 inhabitants."""
    count = 0
    for chart in charts:
        for mark in [*chart.data.get("best", []), *chart.data.get("points", []), *chart.data.get("rows", [])]:
            row = rows[Path(mark["href"]).stem]
            prefixes = ("value", "per_10000") if chart.kind == "ranking" else ("value",)
            allowed = [[row[prefix], row[f"{prefix}_lower"], row[f"{prefix}_upper"]] for prefix in prefixes]
            assert [mark["value"], mark["lower"], mark["upper"]] in allowed, (chart.page, mark)
            count += 1
    assert count > SAMPLE


def test_charts_of_years_leave_no_best_figure_out(charts: list[Chart], database: duckdb.DuckDBPyConnection) -> None:
    country = next(chart.data for chart in charts if chart.page == "en/index.html" and chart.kind == "series")
    expected = database.execute(
        "SELECT year, value FROM series WHERE region_id = 'CN' AND metric_id = 'licensed_social_workers'"
        " AND grade = 'all' ORDER BY year"
    ).fetchall()
    assert [(point["year"], point["value"]) for point in country["best"]] == expected


def test_manifest_and_tables_load_in_a_new_database(site: Path, database: duckdb.DuckDBPyConnection) -> None:
    manifest = json.loads((site / "data/manifest.json").read_text("utf-8"))
    with duckdb.connect() as loaded:
        for table, columns in manifest["tables"].items():
            types = json.dumps(columns).replace('"', "'")
            loaded.execute(f"CREATE TABLE {table} AS FROM read_csv('{site}/data/{table}.csv', columns={types})")
        for view in manifest["views"]:
            loaded.execute(view["sql"])
        for name in ("observations", "code_lists", "package", "series", "timeline", "evidence"):
            count = f"SELECT count(*) FROM {name}"
            assert loaded.execute(count).fetchall() == database.execute(count).fetchall()


def test_example_questions_run(pages: Pages, database: duckdb.DuckDBPyConnection) -> None:
    english, chinese = (json.loads(pages[f"{code}/sql.html"].get_element_by_id("examples-data").text) for code in CODES)
    assert len(english) == len(chinese) >= 10
    assert all(CHINESE.search(question["text"]) for question in chinese)
    for question in (*english, *chinese, {"sql": START}):
        assert database.execute(question["sql"]).fetchall(), question


def test_second_build_gives_the_same_bytes(site: Path, tmp_path: Path) -> None:
    """In another time zone, with other hashes, under another path."""
    made = tmp_path / "other name" / "site"
    made.parent.mkdir()
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "LC_ALL": "C"}
    command = [sys.executable, "-m", "shegong", "site", "--output", str(made)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    first, second = (
        {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()} for folder in (site, made)
    )
    assert first == second
    other = [path for path in sorted(first) if (site / path).read_bytes() != (made / path).read_bytes()]
    # DuckDB's format is not reproducible; its content is tested elsewhere.
    assert [str(path) for path in other if path.suffix != ".duckdb"] == []
