"""The pages of the explorer: complete in both languages, with the numbers of the database, and safe."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import signal
import string
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import duckdb
import pytest
from click.testing import CliRunner

import shegong.site.browser_assets
import shegong.site.build_site
from shegong.citation.cite import FORMS, cite_row
from shegong.cli import main
from shegong.database.load import connect_package
from shegong.errors import PackageError
from shegong.package.package import Package
from shegong.site import figure_text
from shegong.site.build_site import build_site, package_facts, write_pages
from shegong.site.figure_pages import figure_pages, row_citations
from shegong.site.language import CODES, language_of
from shegong.site.render import environment, render_page
from shegong.site.serve import serve
from shegong.site.site_data import SiteData, read_site_data
from shegong.site.sql_page import START, questions
from shegong.site.texts import TEXTS
from shegong.site.tile_layout import TILES
from tests.conftest import ROOT, PackageCopy

CHINESE = re.compile(r"[\u4e00-\u9fff]")
VOID = {"meta", "link", "input", "br", "hr", "img"}
ADDRESSES = ("href", "src", "data-search", "data-data")
TEMPLATES = ROOT / "scripts/shegong/site/templates"
COLUMNS = {"data-value": "value", "data-lower": "value_lower", "data-upper": "value_upper"}
BASE = """
SELECT o.observation_id, o.value, o.value_lower, o.value_upper, s.lowest, s.highest, p.per_10000
FROM observations AS o
LEFT JOIN series AS s ON s.observation_id = o.observation_id
LEFT JOIN per_10000 AS p ON p.observation_id = o.observation_id
"""


@dataclass
class Html(HTMLParser):
    """A page as read by a strict parser: its elements, the text of each, and what is wrong with it."""

    path: PurePosixPath
    text: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.opened: list[str] = []
        self.feed(self.text)
        self.close()
        self.wrong += [f"{self.path}: <{name}> is not closed" for name in self.opened]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.wrong.append(f"{self.path}: <{tag}> has an attribute twice")
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.wrong.append(f"{self.path}: </{tag}> closes another element")

    def handle_data(self, data: str) -> None:
        (self.scripts if self.opened and self.opened[-1] == "script" else self.texts).append(data)

    @cached_property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    def links(self) -> Iterator[tuple[str, str]]:
        """Yield the path and the fragment of each address within the site."""
        for _, attributes in self.elements:
            for name in ADDRESSES:
                address = urlsplit(attributes.get(name, ""))
                if name in attributes and not address.scheme:
                    target = normpath(str(self.path.parent / address.path)) if address.path else str(self.path)
                    yield target, unquote(address.fragment)


@dataclass(frozen=True)
class Site:
    """A built site and its pages."""

    root: Path

    @cached_property
    def pages(self) -> dict[str, Html]:
        paths = sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*.html"))
        return {path: Html(PurePosixPath(path), (self.root / path).read_text("utf-8")) for path in paths}


def fake_assets(root: Path, folder: Path) -> None:
    """Stand in for the scripts, which need Node; the tests in the browser have the real ones."""
    folder.mkdir()
    for name in ("app.js", "style.css", "icon.svg"):
        (folder / name).touch()


def build(package: Package, output: Path) -> Site:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shegong.site.build_site, "build_assets", fake_assets)
        build_site(package, output)
    return Site(output)


@pytest.fixture(scope="module")
def site(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return build(package, tmp_path_factory.mktemp("site") / "site")


@pytest.fixture(scope="module")
def data(package: Package) -> SiteData:
    return read_site_data(package)


@pytest.fixture(scope="module")
def database(package: Package) -> duckdb.DuckDBPyConnection:
    return connect_package(package)


def test_every_kind_of_page_is_there(site: Site, data: SiteData) -> None:
    kinds = {"places": data.regions, "metrics": data.metrics, "figures": data.observations, "sources": data.sources}
    expected = {f"{kind}/{id}.html" for kind, rows in kinds.items() for id in rows}
    expected |= {f"{kind}/index.html" for kind in kinds if kind != "figures"}
    expected |= {f"{name}.html" for name in ("index", "timeline", "sql", "data", "dictionary")}
    assert set(site.pages) == {"index.html"} | {f"{code}/{path}" for code in CODES for path in expected}


def test_pages_are_well_formed_and_ids_are_unique(site: Site) -> None:
    assert [wrong for page in site.pages.values() for wrong in page.wrong] == []
    assert [path for path, page in site.pages.items() if len(page.ids) != len(set(page.ids))] == []


def test_every_link_and_asset_resolves(site: Site) -> None:
    files = {path.relative_to(site.root).as_posix() for path in site.root.rglob("*") if path.is_file()}
    folders = {str(PurePosixPath(path).parent) for path in files}
    dead = set()
    for path, page in site.pages.items():
        for target, fragment in page.links():
            is_query = fragment.startswith("q=") and target.endswith("/sql.html")
            has_anchor = not fragment or is_query or fragment in site.pages[target].ids
            if target not in files | folders or not has_anchor:
                dead.add((path, target, fragment))
    assert dead == set()


def test_addresses_in_json_resolve(site: Site) -> None:
    dead = set()
    for path, page in site.pages.items():
        for address in re.findall(r'"href":"([^"]*)"', "".join(page.scripts)):
            target, _, fragment = address.partition("#")
            found = normpath(str(page.path.parent / target)) if target else path
            if found not in site.pages or (fragment and fragment not in site.pages[found].ids):
                dead.add((path, address))
    assert dead == set()


def test_search_finds_pages_in_both_languages(site: Site, data: SiteData) -> None:
    for code in CODES:
        entries = json.loads((site.root / f"data/search-{code}.json").read_text("utf-8"))
        assert len(entries) >= len(data.regions) + len(data.metrics)
        for _, name, _, address in entries:
            target, _, fragment = address.partition("#")
            assert name
            assert not fragment or fragment in site.pages[f"{code}/{target}"].ids
            assert f"{code}/{target}" in site.pages


def test_every_number_is_that_of_the_database(site: Site, database: duckdb.DuckDBPyConnection) -> None:
    columns = {**COLUMNS, "data-lowest": "lowest", "data-highest": "highest", "data-per-10000": "per_10000"}
    relation = database.execute(BASE)
    names = [column[0] for column in relation.description or ()]
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in relation.fetchall()}
    shown, wrong = dict.fromkeys(columns, 0), []
    for path, page in site.pages.items():
        for _, attributes in page.elements:
            for attribute, column in columns.items():
                if attribute in attributes:
                    shown[attribute] += 1
                    expected = rows[attributes["data-obs"]][column]
                    if attributes[attribute] != ("" if expected is None else f"{expected:.15g}"):
                        wrong.append((path, attributes))
    assert wrong == []
    assert min(shown.values()) > 0
    assert shown["data-value"] > 2 * len(rows)


def test_every_figure_is_on_the_pages_of_its_place_metric_and_source(site: Site, data: SiteData) -> None:
    shown = {
        path: {attributes["data-obs"] for _, attributes in page.elements if "data-value" in attributes}
        for path, page in site.pages.items()
    }
    for id, o in data.observations.items():
        for code in CODES:
            for kind in ("region", "metric", "source"):
                folder = {"region": "places", "metric": "metrics", "source": "sources"}[kind]
                assert id in shown[f"{code}/{folder}/{o[f'{kind}_id']}.html"]
            assert id in shown[f"{code}/figures/{id}.html"]


def test_no_number_is_without_year_and_unit(site: Site, data: SiteData) -> None:
    """In a table each figure has a year in its row, and each number has its unit or is in a table that states it."""
    for path in ("en/places/CN.html", "zh/places/CN.html", "en/metrics/licensed_social_workers.html"):
        rows = re.findall(r"<tr[^>]*>(?:(?!</tr>).)*data-value(?:(?!</tr>).)*</tr>", site.pages[path].text, re.S)
        assert rows
        for row in rows:
            (id, text) = re.search(r'data-obs="([^"]+)" data-value="[^"]*">([^<]*)</a>', row).groups()
            o = data.observations[id]
            cells = re.findall(r"<t[dh][^>]*>(?:\d{4}|–)</t[dh]>", row)
            assert cells, row
            unit = language_of(data.package, path[:2]).unit(o["unit"])
            assert unit in text or o["unit"] in ("percent", "per_10000"), (path, text)


def test_marks_say_what_bounds_are_missing(site: Site, data: SiteData) -> None:
    marks = {"at_least": "≥", "about": "≈", "at_most": "≤", "nearly": "<"}
    for code in CODES:
        for id, o in data.observations.items():
            head = re.search(r"<h1>(.*?)</h1>", site.pages[f"{code}/figures/{id}.html"].text, re.S)[1]
            mark = marks.get(o["qualifier"], "")
            assert mark.replace("<", "&lt;") in head
            assert ("≥" in head) == (o["value_upper"] is None and o["value_lower"] is not None)


def test_access_is_marked_on_every_figure(site: Site, data: SiteData) -> None:
    for code in CODES:
        for id, o in data.observations.items():
            assert f'class="access access-{o["access"]}"' in site.pages[f"{code}/figures/{id}.html"].text
            has_address = o["url"] is not None
            assert ('class="external"' in site.pages[f"{code}/figures/{id}.html"].text) == has_address


def test_figure_page_has_hash_and_spans_of_a_held_document(site: Site, data: SiteData) -> None:
    held = [o for o in data.observations.values() if o["access"] == "held"]
    assert held
    for o in held:
        page = site.pages[f"en/figures/{o['observation_id']}.html"].text
        spans = [span for span in data.evidence if span["observation_id"] == o["observation_id"]]
        assert data.sources[o["source_id"]]["sha256"] in page
        assert all(f"<td>{span['char_start']}–{span['char_end']}</td>" in page for span in spans)


@pytest.mark.parametrize("id", ["obs-0001", "obs-0100", "obs-0302"])
def test_citations_are_those_of_the_command(site: Site, data: SiteData, id: str) -> None:
    for code in CODES:
        page = site.pages[f"{code}/figures/{id}.html"]
        for form in FORMS:
            assert cite_row(data.package, data.connection, id, form) in page.texts


def test_tables_of_the_changelog_are_tables(site: Site) -> None:
    assert not [text for text in site.pages["en/data.html"].texts if "| ---" in text or text.startswith("| ")]


def test_pages_have_language_and_alternate(site: Site) -> None:
    for path, page in site.pages.items():
        code, _, rest = path.partition("/")
        if not rest:
            continue
        attributes = dict(page.elements)["html"]
        assert attributes["lang"] == {"en": "en", "zh": "zh-Hans"}[code]
        alternates = [a["href"] for name, a in page.elements if name == "link" and a["rel"] == "alternate"]
        assert {normpath(str(page.path.parent / href)) for href in alternates} == {f"en/{rest}", f"zh/{rest}"}


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(site: Site) -> None:
    for path, page in site.pages.items():
        policies = [a["content"] for name, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
        assert len(policies) == 1, path
        for name, attributes in page.elements:
            assert name not in ("style", "iframe", "object", "base", "form"), path
            assert "style" not in attributes, path
            assert not [key for key in attributes if key.startswith("on")], path
            if name == "script":
                assert attributes.get("type") == "application/json" or attributes["src"].endswith("assets/app.js")
            if name in ("script", "link", "img"):
                assert "://" not in attributes.get("src", "") + attributes.get("href", ""), path


def test_json_of_charts_is_complete(site: Site) -> None:
    keys = {
        "series": {"title", "unit", "unit_label", "kind", "best", "points", "policies", "labels"},
        "tiles": {"title", "tiles", "measures", "cells", "labels"},
        "ranking": {"title", "unit_label", "year", "rows"},
        "timeline": {"title", "events", "labels"},
    }
    seen = set()
    for page in site.pages.values():
        kinds = [attributes["data-chart"] for name, attributes in page.elements if "data-chart" in attributes]
        for kind, script in zip(kinds, page.scripts, strict=False):
            seen.add(kind)
            chart = json.loads(script)
            assert set(chart) == keys[kind]
            if kind == "series":
                years = [row["year"] for row in chart["best"]]
                assert years == sorted(set(years))
                assert sum(row["best"] for row in chart["points"]) == len(years) > 1
            if kind == "ranking":
                assert {row["year"] for row in chart["rows"]} == {chart["year"]}
    assert seen == set(keys)


def test_manifest_and_tables_load_in_a_new_database(site: Site, database: duckdb.DuckDBPyConnection) -> None:
    manifest = json.loads((site.root / "data/manifest.json").read_text("utf-8"))
    with duckdb.connect() as loaded:
        for table, columns in manifest["tables"].items():
            types = json.dumps(columns).replace('"', "'")
            loaded.execute(f"CREATE TABLE {table} AS FROM read_csv('{site.root}/data/{table}.csv', columns={types})")
        for view in manifest["views"]:
            loaded.execute(view["sql"])
        for name in ("observations", "code_lists", "package", "series", "timeline", "evidence"):
            count = f"SELECT count(*) FROM {name}"
            assert loaded.execute(count).fetchall() == database.execute(count).fetchall()


def test_example_questions_run(site: Site, database: duckdb.DuckDBPyConnection) -> None:
    by_language = [json.loads(site.pages[f"{code}/sql.html"].scripts[-1]) for code in CODES]
    assert len(by_language[0]) >= 10
    assert len(by_language[0]) == len(by_language[1])
    assert all(CHINESE.search(question["text"]) for question in by_language[1])
    for question in (*by_language[0], *by_language[1], {"sql": START}):
        assert database.execute(question["sql"]).fetchall(), question


@pytest.mark.parametrize(
    "page",
    ["1. Which\n  one?\n\n```sql\nFROM a\n```\n", "First.\n\n## 1. Which one?\n\nA note.\n\n```sql\nFROM a\n```\n"],
)
def test_questions_are_read_from_lists_and_headings(copy: PackageCopy, page: str) -> None:
    (copy.root / "README.md").write_text(f"# Title\n\n```sql\nFROM b\n```\n\n{page}\n## More\n\n2. Step\n", "utf-8")
    assert questions(copy.package, "en") == [("Which one?", "FROM a")]


@pytest.mark.slow
def test_two_builds_have_the_same_bytes(package: Package, site: Site, tmp_path: Path) -> None:
    def hashes(root: Path) -> dict[str, str]:
        files = {path for path in root.rglob("*") if path.is_file() and path.suffix != ".duckdb"}
        return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    assert hashes(build(package, tmp_path / "again").root) == hashes(site.root)


HOSTILE = "<script>alert('1')</script>\"'&{{ 7*7 }}</script><!--"


@pytest.mark.slow
def test_hostile_names_are_text(copy: PackageCopy, tmp_path: Path) -> None:
    copy.edit_cell("regions", "440000", "name_en", HOSTILE)
    copy.edit_cell("metrics", "licensed_social_workers", "name_zh", HOSTILE)
    copy.edit_cell("observations", "obs-0001", "note", HOSTILE)
    source = copy.row("observations", "obs-0302")["source_id"]
    copy.edit_cell("sources", source, "title_en", HOSTILE)
    copy.edit_cell("sources", source, "url", f"javascript:{HOSTILE}")
    copy.stamp()
    (tmp_path / "site/data").mkdir(parents=True)
    write_pages(read_site_data(copy.package), [], tmp_path / "site")
    site = Site(tmp_path / "site")
    for path, page in site.pages.items():
        assert page.wrong == []
        assert "<script>alert" not in page.text, path
        assert not [a for _, a in page.elements if a.get("href", "").startswith("javascript:")]
    assert HOSTILE in "".join(site.pages["en/places/440000.html"].texts)
    assert HOSTILE in "".join(site.pages[f"en/sources/{source}.html"].texts)
    assert HOSTILE in json.loads(site.pages["zh/metrics/licensed_social_workers.html"].scripts[0])["title"]


def test_texts_have_the_same_names_in_both_languages() -> None:
    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    assert [key for key, (english, chinese) in TEXTS.items() if names(english) != names(chinese)] == ["and_more"]


def test_every_text_is_used() -> None:
    paths = [*TEMPLATES.glob("*.html"), *TEMPLATES.parent.glob("*.py")]
    code = "".join(path.read_text("utf-8") for path in paths if path.name != "texts.py")
    made = ("nav_", "access_", "basis_", "why_", "figure_others_", "level_")
    unused = [key for key in TEXTS if not re.search(rf"\b{key}\b", code) and not key.startswith(made)]
    assert unused == []


def test_chinese_texts_are_chinese() -> None:
    names = {"chart_sql", "figure_hash", "other_language"}
    words = {key: re.sub(r"\{\w+\}", "", chinese) for key, (_, chinese) in TEXTS.items() if key not in names}
    assert [key for key, text in words.items() if re.search(r"[A-Za-z]{2}", text) and not CHINESE.search(text)] == []
    assert [key for key, (english, _) in TEXTS.items() if CHINESE.search(english)] == ["site_name", "other_language"]


def test_tiles_are_the_provinces_each_in_a_place_of_its_own(data: SiteData) -> None:
    assert set(TILES) == {id for id, region in data.regions.items() if region["level"] == "province"}
    assert len({(tile.column, tile.row) for tile in TILES.values()}) == len(TILES) == 31
    assert len({tile.en for tile in TILES.values()}) == len({tile.zh for tile in TILES.values()}) == len(TILES)


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (3695, "3,695", "3,695"),
        (10_000, "10,000", "1万"),
        (287_367, "287,367", "287,367"),
        (1_516_000, "1,516,000", "151.6万"),
        (1_800_000_000, "1,800,000,000", "18亿"),
        (1_411_778_724, "1,411,778,724", "1,411,778,724"),
        (8.5, "8.5", "8.5"),
    ],
)
def test_number_keeps_every_digit(value: float, english: str, chinese: str) -> None:
    assert figure_text.number(value, "en") == english
    assert figure_text.number(value, "zh") == chinese


@pytest.mark.parametrize(
    ("first", "last", "is_span", "english", "chinese"),
    [
        ("2022-12-31", "2022-12-31", False, "31 December 2022", "2022年12月31日"),
        ("2022-01-01", "2022-12-31", False, "2022", "2022年"),
        ("2023-04-01", "2023-04-30", False, "April 2023", "2023年4月"),
        ("2022-12-01", "2023-04-30", False, "between December 2022 and April 2023", "2022年12月至2023年4月之间"),
        ("2018-01-01", "2019-12-31", True, "2018 to 2019", "2018年至2019年"),
        ("2018-03-05", "2019-12-31", True, "5 March 2018 to 31 December 2019", "2018年3月5日至2019年12月31日"),
        (None, "2022-06-23", False, "up to 23 June 2022", "截至2022年6月23日"),
        ("2022-06-23", None, True, "since 23 June 2022", "2022年6月23日以来"),
        (None, None, False, "time unknown", "时间不明"),
    ],
)
def test_period_is_written_as_people_do(first, last, is_span: bool, english: str, chinese: str) -> None:
    ends = [day and datetime.date.fromisoformat(day) for day in (first, last)]
    assert figure_text.period(*ends, is_span, "en") == english
    assert figure_text.period(*ends, is_span, "zh") == chinese


def test_report_link_follows_the_descriptor(copy: PackageCopy, site: Site) -> None:
    assert "https://example.org/issues" not in site.pages["en/figures/obs-0001.html"].text
    copy.edit_json("datapackage.json", lambda descriptor: descriptor.update(issues="https://example.org/issues"))
    assert not [f for f in copy.check().findings if f.file == "datapackage.json"]
    data, language = read_site_data(copy.package), language_of(copy.package, "en")
    page = next(figure_pages(data, language, row_citations(data)))
    shown = render_page(environment(), page, language, package_facts(data, language))
    assert '<a href="https://example.org/issues">' in shown


def test_missing_node_is_one_line(package: Package, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(shegong.site.browser_assets, "find_spec", lambda name: None)
    done = CliRunner().invoke(main, ["site", "--package", str(ROOT), "--output", str(tmp_path / "site")])
    assert done.exit_code == 2
    assert "needs Node 20 or later" in done.output
    assert len(done.output.strip().splitlines()) == 2  # the package, the error
    assert not (tmp_path / "site").exists()


def test_missing_sources_and_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PackageError, match="sources of the site are not here"):
        shegong.site.browser_assets.build_assets(tmp_path, tmp_path / "assets")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/build.mjs").touch()
    monkeypatch.setattr(shegong.site.browser_assets, "node_program", lambda: "node")
    with pytest.raises(PackageError, match="npm packages are not installed"):
        shegong.site.browser_assets.build_assets(tmp_path, tmp_path / "assets")


SERVE = """
import sys
import shegong.site.build_site as site
from shegong.cli import main
site.build_site = lambda package, output, on_step: "built"
main(["site", "--serve", "--port", "0", "--output", sys.argv[1]])
"""


def test_server_answers_and_ends_with_an_interrupt(site: Site) -> None:
    command = [sys.executable, "-c", SERVE, str(site.root)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        lines = [server.stdout.readline() for _ in range(3)]
        address = re.search(r"serving (http://127\.0\.0\.1:\d+/) ", lines[2])[1]
        with urlopen(f"{address}en/index.html") as answer:
            assert answer.read().decode() == site.pages["en/index.html"].text
        server.send_signal(signal.SIGINT)
        assert server.wait(10) == 0
        assert server.stderr.read() == ""


def test_used_port_is_named() -> None:
    ports: list[Any] = []

    def again(address: str) -> None:
        port = int(address.rstrip("/").rpartition(":")[2])
        with pytest.raises(PackageError, match=f"port {port} .* cannot be used"):
            serve(ROOT, port, ports.append)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve(ROOT, 0, again)
