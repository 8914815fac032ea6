"""The list of places, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator

from shegong.site.chart import Chart
from shegong.site.language import Language
from shegong.site.page import FOLDER, Page
from shegong.site.ranking_chart import MIN_RANKED
from shegong.site.series_chart import long_series, series_chart
from shegong.site.site_data import Cells, SiteData, grouped
from shegong.site.tile_chart import share_row

Ranks = dict[str, tuple[int, int]]


def place_pages(data: SiteData, language: Language) -> Iterator[Page]:
    """Yield the list of places, then the page of each."""
    observations = grouped(data.observations.values(), "region_id")
    milestones = grouped(data.milestones, "region_id")
    counts = {id: (len(observations[id]), len(milestones[id])) for id in data.regions}
    in_order = sorted(data.regions.values(), key=lambda region: region["path_ids"])
    title, intro = language.texts["places_title"], language.texts["places_intro"]
    yield Page("places/index.html", "places.html", title, intro, {"regions": in_order, "counts": counts})
    series = grouped(data.series, "region_id")
    organizations, programmes = grouped(data.organizations, "region_id"), grouped(data.programmes, "region_id")
    children = grouped(data.regions.values(), "parent_id")
    shares = {row["observation_id"]: share_row(row) for row in data.per_10000}
    ranks = _ranks(data.series)
    for id, region in data.regions.items():
        rows = list(grouped(series[id], "metric_id", "grade").values())
        context = {
            "region": region,
            "path": [data.regions[above] for above in region["path_ids"][:-1]],
            "children": children[id],
            "counts": counts,
            "replaced_by": data.regions.get(region["replaced_by"]),
            "charts": list(_charts(data, language, rows, milestones[id])),
            "latest": [long[-1] for long in rows],
            "shares": shares,
            "ranks": ranks,
            "observations": sorted(observations[id], key=_by_metric),
            "milestones": milestones[id],
            "organizations": organizations[id],
            "programmes": programmes[id],
        }
        name, (figures, events) = language.name(region, "name"), counts[id]
        description = language.text("place_description", place=name, figures=figures, milestones=events)
        yield Page(f"places/{id}.html", "place.html", name, description, context)


def _charts(data: SiteData, language: Language, series: list[list[Cells]], milestones: list[Cells]) -> Iterator[Chart]:
    """Yield the charts of a place, the longest series first; only that one marks its policies."""
    for rows in long_series(series):
        yield series_chart(data, language, rows, FOLDER, milestones)
        milestones = []


def _ranks(series: list[Cells]) -> Ranks:
    """Return the rank of each figure among the places of its level in its year, and how many these are."""
    ranks = {}
    for rows in grouped(series, "metric_id", "grade", "level", "year").values():
        values = [row["value"] for row in rows]
        if len(rows) >= MIN_RANKED:
            for row in rows:
                ranks[row["observation_id"]] = (1 + sum(value > row["value"] for value in values), len(rows))
    return ranks


def _by_metric(o: Cells) -> tuple[str, str, str, str, int, str]:
    return o["topic"], o["metric_id"], o["grade"], o["scope_en"] or "", -(o["year"] or 0), o["observation_id"]
