"""What makes the site: texts, numbers and dates in both languages, escaping, the server, clear errors."""

from __future__ import annotations

import datetime
import json
import re
import signal
import string
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from lxml import html

import shegong.site.browser_assets
from shegong.cli import main
from shegong.errors import PackageError
from shegong.site import build_site, figure_text
from shegong.site.figure_pages import figure_pages, row_citations
from shegong.site.language import language_of
from shegong.site.render import environment, render_page
from shegong.site.serve import serve
from shegong.site.site_data import SiteData, read_site_data
from shegong.site.sql_page import questions
from shegong.site.texts import TEXTS
from shegong.site.tile_layout import TILES
from tests.conftest import ROOT, PackageCopy
from tests.site.strict import Strict

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TEMPLATES = ROOT / "scripts/shegong/site/templates"


@pytest.mark.parametrize(
    "page",
    ["1. Which\n  one?\n\n```sql\nFROM a\n```\n", "First.\n\n## 1. Which one?\n\nA note.\n\n```sql\nFROM a\n```\n"],
)
def test_questions_are_read_from_lists_and_headings(copy: PackageCopy, page: str) -> None:
    (copy.root / "README.md").write_text(f"# Title\n\n```sql\nFROM b\n```\n\n{page}\n## More\n\n2. Step\n", "utf-8")
    assert questions(copy.package, "en") == [("Which one?", "FROM a")]


HOSTILE = "<script>alert('1')</script>\"'&{{ 7*7 }}</script><!--"


def test_hostile_names_are_text(copy: PackageCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten figures represent the others, which have the same template."""
    monkeypatch.setattr(build_site, "figure_pages", lambda *given: islice(figure_pages(*given), 10))
    copy.edit_cell("regions", "440000", "name_en", HOSTILE)
    copy.edit_cell("metrics", "licensed_social_workers", "name_zh", HOSTILE)
    copy.edit_cell("observations", "obs-0001", "note", HOSTILE)
    source = copy.row("observations", "obs-0302")["source_id"]
    copy.edit_cell("sources", source, "title_en", HOSTILE)
    copy.edit_cell("sources", source, "url", f"javascript:{HOSTILE}")
    copy.stamp()
    (tmp_path / "data").mkdir()
    build_site.write_pages(read_site_data(copy.package), [], tmp_path)
    written = {path: path.read_text("utf-8") for path in tmp_path.rglob("*.html")}
    hostile = {path.relative_to(tmp_path).as_posix(): text for path, text in written.items() if "alert(" in text}
    assert len(hostile) > 10
    for path, text in hostile.items():
        assert Strict(text).wrong == []
        assert "<script>alert" not in text, path
        assert not html.document_fromstring(text).xpath("//@href[starts-with(., 'javascript:')]")
    for path in ("en/places/440000.html", f"en/sources/{source}.html"):
        assert HOSTILE in html.document_fromstring(hostile[path]).text_content()
    (script, *_) = html.document_fromstring(hostile["zh/metrics/licensed_social_workers.html"]).iterfind(
        ".//figure/script"
    )
    assert json.loads(script.text)["title"].count(HOSTILE) == 1


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


def test_report_link_follows_the_descriptor(copy: PackageCopy) -> None:
    copy.edit_json("datapackage.json", lambda descriptor: descriptor.update(issues="https://example.org/issues"))
    assert not [f for f in copy.check().findings if f.file == "datapackage.json"]
    data, language = read_site_data(copy.package), language_of(copy.package, "en")
    page = next(figure_pages(data, language, row_citations(data)))
    shown = render_page(environment(), page, language, build_site.package_facts(data, language))
    assert '<a href="https://example.org/issues">' in shown


def test_missing_node_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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


def test_server_answers_and_ends_with_an_interrupt(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>社工", "utf-8")
    command = [sys.executable, "-c", SERVE, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        lines = [server.stdout.readline() for _ in range(3)]
        address = re.search(r"serving (http://127\.0\.0\.1:\d+/) ", lines[2])[1]
        with urlopen(f"{address}index.html") as answer:
            assert answer.read().decode() == "<p>社工"
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0
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
