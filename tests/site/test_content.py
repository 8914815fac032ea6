"""The files of the site: links lead somewhere, numbers are those of the database, a second build gives the same bytes."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import duckdb
import pytest
from lxml import html

from tests.conftest import ROOT

SAMPLE = 200
UNITS = {"万": 1e4, "亿": 1e8}
NUMBER = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)(万|亿)?")
ADDRESSES = ("//@href", "//link/@href", "//script/@src", "//@data-search")


@dataclass(frozen=True)
class Shown:
    """A number on a page: the row that it is of, the number as the tables have it, and as readers see it."""

    page: str
    observation_id: str
    attributes: dict[str, str]
    text: str


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, html.HtmlElement]:
    return {str(path.relative_to(site)): html.document_fromstring(path.read_bytes()) for path in site.rglob("*.html")}


@pytest.fixture(scope="module")
def shown(pages: dict[str, html.HtmlElement]) -> list[Shown]:
    return [
        Shown(page, node.get("data-obs"), dict(node.attrib), " ".join(node.text_content().split()))
        for page, root in sorted(pages.items())
        for node in root.xpath("//*[@data-obs]")
    ]


@pytest.fixture(scope="module")
def shares(database: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    answer = database.execute("SELECT observation_id, per_10000, per_10000_lower, per_10000_upper FROM per_10000")
    return {row[0]: dict(zip(("value", "lower", "upper"), row[1:], strict=True)) for row in answer.fetchall()}


@pytest.fixture(scope="module")
def rows(database: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    answer = database.execute("SELECT observation_id, value, value_lower, value_upper FROM observations")
    return {row[0]: dict(zip(("value", "lower", "upper"), row[1:], strict=True)) for row in answer.fetchall()}


def written(number: float | None) -> str:
    return "" if number is None else f"{number:.15g}"


def test_every_number_is_that_of_its_row(shown: list[Shown], rows: dict[str, dict[str, Any]]) -> None:
    assert len(shown) > 1000
    wrong = [
        number
        for number in shown
        for name in ("value", "lower", "upper")
        if (found := number.attributes.get(f"data-{name}")) is not None
        and found != written(rows[number.observation_id][name])
    ]
    assert wrong == []


def test_every_share_is_that_of_its_row(shown: list[Shown], shares: dict[str, dict[str, Any]]) -> None:
    for number in shown:
        if (found := number.attributes.get("data-per-10000")) is not None:
            assert found == written(shares[number.observation_id]["value"]), number


def test_spread_of_sources_is_that_of_the_series(shown: list[Shown], database: duckdb.DuckDBPyConnection) -> None:
    answer = database.execute("SELECT observation_id, lowest, highest FROM series").fetchall()
    spreads = {row[0]: [written(number) for number in row[1:]] for row in answer}
    found = [number for number in shown if "data-lowest" in number.attributes]
    assert found
    for number in found:
        spread = [number.attributes["data-lowest"], number.attributes["data-highest"]]
        assert spread == spreads[number.observation_id], number


def numbers_in(text: str) -> list[float]:
    return [
        float(digits.replace(",", "")) * UNITS.get(unit, 1)
        for digits, unit in NUMBER.findall(text.replace("每万人", ""))
    ]


def test_readers_see_the_numbers_of_the_database(shown: list[Shown], rows: dict[str, dict[str, Any]]) -> None:
    figures = [number for number in shown if "data-value" in number.attributes]
    for number in random.Random(20).sample(figures, SAMPLE):
        row = {value for value in rows[number.observation_id].values() if value is not None}
        seen = numbers_in(number.text.replace("per 10,000", ""))
        assert seen, number
        assert all(any(one == pytest.approx(value, rel=1e-12) for value in row) for one in seen), (number, row)


def chart_data(pages: dict[str, html.HtmlElement]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for page, root in pages.items():
        for figure in root.xpath("//figure[@data-chart]"):
            (script,) = figure.xpath(".//script[@type='application/json']")
            yield page, figure.get("data-chart"), json.loads(script.text)


def test_charts_draw_the_numbers_of_the_database(
    pages: dict[str, html.HtmlElement], rows: dict[str, dict[str, Any]], shares: dict[str, dict[str, Any]]
) -> None:
    """A ranking may be of figures, or of figures per 10,000 inhabitants."""
    count = 0
    for page, kind, data in chart_data(pages):
        for mark in [*data.get("best", []), *data.get("points", []), *data.get("rows", [])]:
            id = Path(mark["href"]).stem
            allowed = [rows[id], shares.get(id)] if kind == "ranking" else [rows[id]]
            assert {name: mark[name] for name in rows[id]} in allowed, (page, mark)
            count += 1
    assert count > 200


def test_charts_of_years_leave_no_best_figure_out(
    pages: dict[str, html.HtmlElement], database: duckdb.DuckDBPyConnection
) -> None:
    country = next(data for page, kind, data in chart_data(pages) if page == "en/index.html" and kind == "series")
    expected = database.execute(
        "SELECT year, value FROM series WHERE region_id = 'CN' AND metric_id = 'licensed_social_workers'"
        " AND grade = 'all' ORDER BY year"
    ).fetchall()
    assert [(point["year"], point["value"]) for point in country["best"]] == expected


def is_local(address: str) -> bool:
    return not urlsplit(address).scheme


def test_every_internal_link_resolves(pages: dict[str, html.HtmlElement], site: Path) -> None:
    ids = {page: {*root.xpath("//@id")} for page, root in pages.items()}
    broken = set()
    for page, root in pages.items():
        for address in {address for path in ADDRESSES for address in root.xpath(path) if is_local(address)}:
            path, fragment = urldefrag(address)
            target = os.path.normpath(Path(page).parent / unquote(path)) if path else page
            is_there = not fragment or fragment.startswith("q=") or unquote(fragment) in ids.get(target, set())
            if not (is_there and (site / target).is_file()):
                broken.add((page, address))
    assert broken == set()


def test_links_in_charts_and_search_resolve(pages: dict[str, html.HtmlElement], site: Path) -> None:
    addresses = {(page, address) for page, _, data in chart_data(pages) for address in hrefs(data)}
    for language in ("en", "zh"):
        entries = json.loads((site / f"data/search-{language}.json").read_text("utf-8"))
        assert len(entries) > 100
        addresses |= {(f"{language}/index.html", href) for _, _, _, href in entries}
    ids = {page: {*root.xpath("//@id")} for page, root in pages.items()}
    for page, address in addresses:
        path, fragment = urldefrag(address)
        target = os.path.normpath(Path(page).parent / path) if path else page
        assert target in ids, (page, address)
        assert not fragment or fragment in ids[target], (page, address)


def hrefs(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from ([data["href"]] if "href" in data else [])
        data = list(data.values())
    if isinstance(data, list):
        for part in data:
            yield from hrefs(part)


def test_pages_refer_to_each_other_in_both_languages(site: Path) -> None:
    english, chinese = (
        {str(path.relative_to(site / code)) for path in (site / code).rglob("*.html")} for code in ("en", "zh")
    )
    assert english == chinese


def test_no_other_host_is_named_in_scripts_that_pages_load(site: Path) -> None:
    """DuckDB's own files name the host of its extensions, which the policy and its settings keep it from."""
    for path in site.glob("assets/*"):
        if path.suffix in (".js", ".css") and not path.name.startswith(("duckdb", "sql")):
            hosts = set(re.findall(r"https?://([\w.-]+)", path.read_text("utf-8")))
            assert hosts <= {"www.w3.org"}, (path, hosts)


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
