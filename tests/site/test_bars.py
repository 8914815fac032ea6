"""The bars of every kind of page: nothing from elsewhere, no error, accessible, narrow, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.site.visit import Visit

Open = Callable[..., Visit]

AXE = ROOT / "site/node_modules/axe-core/axe.min.js"
PAGES = [
    "index.html",
    "places/index.html",
    "places/440000.html",
    "places/CN.html",
    "metrics/index.html",
    "metrics/licensed_social_workers.html",
    "figures/obs-0001.html",
    "sources/index.html",
    "sources/{source}.html",
    "timeline.html",
    "sql.html",
    "data.html",
    "dictionary.html",
]
"""One page of each kind."""
HEADING = re.compile(r"<h1.*?>(.*?)</h1>", re.S)
LEVELS = "() => [...document.querySelectorAll('h1, h2, h3')].map((heading) => Number(heading.tagName[1]))"
WIDTH = "() => document.documentElement.scrollWidth"
NARROW = 390


def violations(visited: Visit) -> list[str]:
    """Return what axe-core finds that is serious."""
    assert AXE.is_file(), f"{AXE} is missing: run `make site`"
    visited.page.evaluate(AXE.read_text("utf-8"))
    found = visited.page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:160]}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"][:3]
    ]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh", "dark")])
@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible_and_narrow(visit: Open, site: Path, path: str, language: str, scheme: str) -> None:
    """Both languages have the same colours, so each is tested in one of the schemes."""
    source = min(path.stem for path in (site / "en/sources").glob("*.html") if path.name != "index.html")
    visited = visit(f"{language}/{path.format(source=source)}", scheme=scheme)
    levels = visited.page.evaluate(LEVELS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert violations(visited) == []
    visited.resize(NARROW)
    assert visited.page.evaluate(WIDTH) <= NARROW


def test_entrance_is_accessible_and_narrow(visit: Open) -> None:
    for scheme in ("light", "dark"):
        visited = visit("index.html", scheme=scheme, width=NARROW)
        assert violations(visited) == []
        assert visited.page.evaluate(WIDTH) <= NARROW


def test_longest_heading_of_each_folder_does_not_scroll_sideways(visit: Open, site: Path) -> None:
    lengths = {path: len(HEADING.search(path.read_text("utf-8"))[1]) for path in site.glob("*/*/*.html")}  # type: ignore[index]
    visited = visit("index.html", width=NARROW)
    for folder in sorted({path.parent for path in lengths}):
        longest = max(folder.glob("*.html"), key=lengths.__getitem__)
        visited.open(longest.relative_to(site).as_posix())
        assert visited.page.evaluate(WIDTH) <= NARROW, longest


def test_page_is_readable_without_scripts(visit: Open) -> None:
    page = visit("en/index.html", until="load", java_script_enabled=False).page
    assert re.search(r"≥ [\d,]+ people", page.locator("main").inner_text())
    assert page.locator("table tbody tr").count() > 20
    assert page.locator("noscript").count() == 1


def test_language_link_leads_to_the_same_page(visit: Open) -> None:
    page = visit("en/places/440000.html").page
    for language in ("zh", "en"):
        page.locator(".site-language a").click()
        page.wait_for_url(f"**/{language}/places/440000.html")


REACHABLE = """() => [...document.querySelectorAll("a[href], button, select, input, textarea, summary, [tabindex='0']")]
  .filter((node) => node.checkVisibility() && node.getAttribute("tabindex") !== "-1" && node.dataset.reached === undefined)
  .map((node) => node.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("path", ["en/index.html", "zh/sql.html", "en/metrics/township_stations.html"])
def test_tab_reaches_everything(visit: Open, path: str) -> None:
    visited = visit(path)
    count = 0
    while True:
        visited.page.keyboard.press("Tab")
        stop = visited.focused()
        if stop["tag"] == "body" or stop["order"] < count:
            break
        count += 1
    assert count > 10
    assert visited.page.evaluate(REACHABLE) == []


def test_arrow_keys_reach_every_mark_of_a_chart(home: Visit) -> None:
    figure = home.page.locator("figure[data-chart=series]").first
    count = figure.locator("svg a").count()
    figure.locator("svg a").first.focus()
    reached = set()
    for _ in range(count):
        reached.add(home.focused()["label"])
        home.page.keyboard.press("ArrowRight")
    assert len(reached) >= count * 0.9  # two marks may say the same
    assert figure.locator(".tip").text_content() == figure.locator(".chart-note").text_content() != ""
