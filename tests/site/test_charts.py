"""What the charts draw: every figure, gaps that are seen as gaps, bounds, texts that do not cover each other."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.site.visit import Visit

Open = Callable[..., Visit]

CHARTS = [
    "index.html",
    "places/CN.html",
    "metrics/licensed_social_workers.html",
    "metrics/exam_applicants.html",
    "metrics/township_stations.html",
    "timeline.html",
]
COVERED = """() => [...document.querySelectorAll("figure svg")].flatMap((svg) => {
  const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim());
  const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
  return boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([, b]) => meet(a, b)).map(([other]) => [one, other]));
})"""
CUT_OFF = """() => [...document.querySelectorAll("figure svg text")].filter((text) => {
  const [box, frame] = [text.getBoundingClientRect(), text.closest("figure").getBoundingClientRect()];
  return box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom;
}).map((text) => text.textContent)"""


def data_of(visited: Visit, kind: str, index: int = 0) -> dict[str, Any]:
    figure = visited.page.locator(f"figure[data-chart={kind}]").nth(index)
    parsed: dict[str, Any] = json.loads(figure.locator("script").text_content())
    return parsed


def control(visited: Visit, label: str) -> Any:
    """Return the select of a chart that has a label."""
    return visited.page.locator(".controls label", has=visited.page.locator("span", has_text=label)).locator("select")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", CHARTS)
def test_charts_follow_the_width_with_texts_that_are_whole_and_apart(visit: Open, language: str, path: str) -> None:
    visited = visit(f"{language}/{path}")
    for width in (1280, 768, 390):
        visited.resize(width)
        assert visited.page.evaluate(COVERED) == [], width
        assert visited.page.evaluate(CUT_OFF) == [], width


@pytest.mark.parametrize(("path", "has_gap"), [("en/index.html", False), ("en/places/320000.html", True)])
def test_series_draws_every_figure_and_no_line_over_a_gap(visit: Open, path: str, has_gap: bool) -> None:
    visited = visit(path)
    data = data_of(visited, "series")
    svg = visited.page.locator("figure[data-chart=series] svg").first
    others = [point for point in data["points"] if not point["best"]]
    assert svg.locator(".best a").count() == len(data["best"])
    assert svg.locator(".other a, .doubt a").count() == len(others)
    assert svg.locator(".doubt a").count() == sum(bool(point["doubt"]) for point in others)
    assert svg.locator(".hollow a").count() == sum(bool(p["inferred"]) for p in data["best"]) + sum(
        bool(p["inferred"]) and not p["doubt"] for p in others
    )
    years = [point["year"] for point in data["best"]]
    gaps = sum(b - a > 1 for a, b in pairwise(years))
    assert gaps > 0 or not has_gap
    assert svg.locator(".best-line.gap path").count() == gaps
    assert svg.locator(".best-line:not(.gap) path").count() == len(years) - 1 - gaps
    open_above = [p for p in [*data["best"], *others] if p["lower"] is not None and p["upper"] is None]
    assert svg.locator(".open").first.locator("path").count() == len(open_above)


def test_flow_is_drawn_as_bars_without_a_line(home: Visit) -> None:
    figure, data = home.page.locator("figure[data-chart=series]").nth(1), data_of(home, "series", 1)
    assert data["kind"] == "flow"
    assert figure.locator("svg .bar rect").count() == len(data["best"])
    assert figure.locator("svg .best-line").count() == 0


def test_mark_says_its_figure_and_leads_to_it(home: Visit) -> None:
    last = data_of(home, "series")["best"][-1]
    mark = home.page.locator("figure svg").first.locator(f"a[*|href$='{last['href']}']").first
    said = mark.get_attribute("aria-label")
    assert f"{last['value']:,.0f}" in said
    assert last["date"] in said
    assert f"{last['lower']:,.0f} to {last['upper']:,.0f}" in said


def test_pointer_near_a_mark_shows_what_it_says(home: Visit) -> None:
    mark = home.page.locator("figure svg").first.locator(".best a").nth(3)
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    home.page.mouse.move(box["x"] + box["width"] + 3, box["y"] + box["height"] / 2)
    said = home.page.locator(".tip:visible").inner_text().splitlines()
    assert said[0] == mark.get_attribute("aria-label")


def test_tile_map_has_equal_tiles_blanks_and_the_figures_of_a_year(home: Visit) -> None:
    page, data = home.page, data_of(home, "tiles")
    sizes = page.evaluate("() => [...document.querySelectorAll('.tile')].map((t) => [t.offsetWidth, t.offsetHeight])")
    assert len(sizes) == 31
    assert max(w for w, _ in sizes) - min(w for w, _ in sizes) <= 1
    assert len({h for _, h in sizes}) == 1
    names = {tile["region_id"]: tile["name"] for tile in data["tiles"]}
    for one in data["measures"][:4]:
        control(home, "Measure").select_option(one["key"])
        for year in one["years"]:
            control(home, "Year").select_option(str(year))
            cells = data["cells"][one["key"]][str(year)]
            said = page.evaluate("() => [...document.querySelectorAll('.tile:not(.blank)')].map((tile) => tile.title)")
            assert sorted(said) == sorted(
                f"{names[id]}: {cell['text']} {one['unit_label']}, {year}" for id, cell in cells.items()
            )
            assert f"{len(cells)} of 31 known" in page.locator("[data-chart=tiles] .chart-note").inner_text()
            assert page.locator(".tiles-scale .swatch:not(.blank)").count() <= 5


def test_ranking_is_of_one_year_the_largest_first(visit: Open) -> None:
    visited = visit("en/metrics/licensed_social_workers.html")
    data = data_of(visited, "ranking")
    assert {row["year"] for row in data["rows"]} == {data["year"]}
    svg = visited.page.locator("figure[data-chart=ranking] svg").first
    widths = [float(bar.get_attribute("width")) for bar in svg.locator(".bar rect").all()]
    assert len(widths) == len(data["rows"])
    assert widths == sorted(widths, reverse=True)


def test_timeline_filters_the_chart_and_the_list(visit: Open) -> None:
    visited = visit("en/timeline.html")
    page, events = visited.page, data_of(visited, "timeline")["events"]
    assert page.locator("#table-timeline li[data-category]:visible").count() == len(events)
    control(visited, "Category").select_option("policy")
    policies = [event for event in events if event["category"] == "policy"]
    assert page.locator("#table-timeline li[data-category]:visible").count() == len(policies)
    assert page.locator("figure svg .event a").count() == sum(bool(e["date_start"] or e["date_end"]) for e in policies)
    control(visited, "Year").select_option("2016")
    assert page.locator("#table-timeline section:visible").count() == 1
    control(visited, "Place").select_option("CN")
    shown = page.locator("#table-timeline li[data-category]:visible").count()
    assert page.get_by_text(f"{shown} of {len(events)} events").count() == 1


def downloaded(visited: Visit, button: Any) -> list[list[str]]:
    with visited.page.expect_download() as download:
        button.click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("kind", ["series", "tiles"])
def test_chart_gives_its_data_as_csv(visit: Open, kind: str) -> None:
    visited = visit("zh/index.html")
    data = data_of(visited, kind)
    head, *rows = downloaded(visited, visited.page.locator(f"figure[data-chart={kind}] button.csv").first)
    column = head.index("value")
    if kind == "series":
        assert [float(row[column]) for row in rows][: len(data["best"])] == [point["value"] for point in data["best"]]
        assert len(rows) == len(data["points"])
    else:
        year = control(visited, "年份").input_value()
        cells = data["cells"][data["measures"][0]["key"]][year]
        assert {row[0]: float(row[column]) for row in rows} == {region: cell["value"] for region, cell in cells.items()}
