"""The charts of the pages: what they show, and that only the package's own font decides how they look."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

from shegong.database.load import connect_package
from shegong.package.package import Package
from shegong.pages.charts.draw import FONT, FONT_FILE
from shegong.pages.charts.national import FILES, national_charts
from tests.conftest import ROOT, PackageCopy

NOTO = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
SVG = "{http://www.w3.org/2000/svg}"
YEARS = """
SELECT year, value FROM series
WHERE region_id = 'CN' AND metric_id = 'licensed_social_workers' AND grade = 'all' ORDER BY year
"""


def texts(chart: str) -> list[str]:
    """Every text that a chart shows."""
    return [node.text or "" for node in ElementTree.fromstring(chart).iter(f"{SVG}text")]


def draw(package: Package) -> dict[str, str]:
    with connect_package(package) as connection:
        return national_charts(package, connection)


def without_figures(copy: PackageCopy, year: str = "") -> None:
    """Make targets of the figures of the national series, of one year or of all."""
    for key in copy.keys("observations", region_id="CN", metric_id="licensed_social_workers", status="reported"):
        if copy.row("observations", key)["period_end"].startswith(year):
            copy.edit_cell("observations", key, "status", "target")


@pytest.fixture(scope="module")
def charts(package: Package) -> dict[str, str]:
    return draw(package)


@pytest.mark.slow
def test_chart_shows_each_year_of_the_series(charts: dict[str, str], package: Package) -> None:
    with connect_package(package) as connection:
        rows = connection.execute(YEARS).fetchall()
    shown = texts(charts["docs/charts/national-light.svg"])
    assert Counter(f"{value / 1000:,.0f}" for _, value in rows) <= Counter(text.lstrip("≥≤≈") for text in shown)
    years = {*range(rows[0][0], rows[-1][0] + 1)}
    assert {*map(str, years)} <= {*shown}
    assert shown.count("no figure") == len(years - {year for year, _ in rows})


@pytest.mark.slow
def test_chart_shows_the_gap_of_a_year_without_a_figure_and_there_is_none_without_any(
    copy: PackageCopy, charts: dict[str, str]
) -> None:
    file = "docs/charts/national-light.svg"
    without_figures(copy, "2018")
    chart = draw(copy.package)[file]
    assert "2018" in texts(chart)
    assert texts(chart).count("no figure") == texts(charts[file]).count("no figure") + 1
    assert chart.count('stroke-dasharray="3,5"') == charts[file].count('stroke-dasharray="3,5"') + 1
    without_figures(copy)
    assert draw(copy.package) == {}


@pytest.mark.parametrize("file", FILES)
def test_font_has_every_character_of_the_chart(file: str) -> None:
    shown = {*"".join(texts((ROOT / file).read_text("utf-8")))}
    assert shown - {*map(chr, TTFont(FONT_FILE).getBestCmap())} == set()


@pytest.mark.slow
def test_charts_differ_in_language_and_colours_only(charts: dict[str, str]) -> None:
    light, dark, zh_light, zh_dark = (charts[file] for file in FILES)
    assert texts(light) == texts(dark) != texts(zh_light) == texts(zh_dark)
    assert light != dark
    assert all(f'font-family="{FONT}, ' in chart for chart in charts.values())


@pytest.mark.slow
@pytest.mark.skipif(not NOTO.exists(), reason="fonts-noto-cjk is not installed")
def test_font_is_cut_from_noto_again_byte_for_byte(tmp_path: Path) -> None:
    made = tmp_path / "made.otf"
    code = f"from make_chart_font import *; make_font(Path({str(NOTO)!r}), Path({str(made)!r}))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT / "scripts", check=True)
    assert made.read_bytes() == FONT_FILE.read_bytes()


@pytest.mark.slow
def test_charts_and_pages_do_not_depend_on_time_zone_and_locale() -> None:
    command = [sys.executable, "-m", "shegong", "docs", "--check"]
    settings = {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
