"""The list of places, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator

from shegong.site.charts import POLICIES, long_series, series_chart
from shegong.site.language import Language
from shegong.site.page import FOLDER, Page
from shegong.site.site_data import Cells, SiteData, grouped


def place_pages(data: SiteData, language: Language) -> Iterator[Page]:
    """Yield the list of places, then the page of each."""
    yield _list_page(data, language)
    observations = grouped(data.observations.values(), "region_id")
    series = grouped(data.series, "region_id")
    milestones = grouped(data.milestones, "region_id")
    organizations = grouped(data.organizations, "region_id")
    programmes = grouped(data.programmes, "region_id")
    children = grouped(data.regions.values(), "parent_id")
    for id, region in data.regions.items():
        own, events = observations[id], milestones[id]
        place = language.name(region, "name")
        rows = list(grouped(series[id], "metric_id", "grade").values())
        policies = [m for m in events if m["category"] in POLICIES]
        context = {
            "region": region,
            "path": [data.regions[parent] for parent in region["path_ids"][:-1]],
            "children": children[id],
            "replaced_by": data.regions.get(region["replaced_by"]),
            "charts": [series_chart(data, language, long, FOLDER, policies) for long in long_series(rows)],
            "latest": [long[-1] for long in rows],
            "observations": sorted(own, key=_by_metric),
            "milestones": events,
            "organizations": organizations[id],
            "programmes": programmes[id],
        }
        description = language.text("place_description", place=place, figures=len(own), milestones=len(events))
        yield Page(f"places/{id}.html", "place.html", place, description, context)


def _list_page(data: SiteData, language: Language) -> Page:
    counts = {
        "observations": grouped(data.observations.values(), "region_id"),
        "milestones": grouped(data.milestones, "region_id"),
    }
    regions = sorted(data.regions.values(), key=lambda region: region["path_ids"])
    context = {
        "regions": regions,
        "figures": {id: len(rows) for id, rows in counts["observations"].items()},
        "milestones": {id: len(rows) for id, rows in counts["milestones"].items()},
    }
    title = language.texts["places_title"]
    return Page("places/index.html", "places.html", title, language.texts["places_intro"], context)


def _by_metric(o: Cells) -> tuple[str, str, str, str, int, str]:
    return o["topic"], o["metric_id"], o["grade"], o["scope_en"] or "", -(o["year"] or 0), o["observation_id"]
