"""The first page: the headline, the country over time, the provinces, the latest milestones."""

from __future__ import annotations

from shegong.site.chart import Chart
from shegong.site.language import Language
from shegong.site.page import Page
from shegong.site.series_chart import MIN_YEARS, series_chart
from shegong.site.site_data import Cells, SiteData
from shegong.site.tile_chart import share_row, tile_chart

COUNTRY = "CN"
HEADLINE = "licensed_social_workers"
APPLICANTS = "exam_applicants"
LATEST_MILESTONES = 8


def home_page(data: SiteData, language: Language) -> Page:
    """Return the first page of a language."""
    headline = _series(data, HEADLINE)
    years = [o["year"] for o in data.observations.values() if o["year"]]
    dated = [m for m in data.milestones if m["year"] and m["status"] == "occurred"]
    context = {
        "headline": data.observations[headline[-1]["observation_id"]] if headline else None,
        "first": headline[0] if headline else None,
        "charts": _charts(data, language),
        "tiles": tile_chart(data, language, ""),
        "last_known": _last_known(data),
        "shares": {row["observation_id"]: share_row(row) for row in data.per_10000},
        "milestones": list(reversed(dated[-LATEST_MILESTONES:])),
        "size": {
            "figures": len(data.observations),
            "metrics": len({o["metric_id"] for o in data.observations.values()}),
            "places": len({o["region_id"] for o in data.observations.values()}),
            "milestones": len(data.milestones),
            "sources": len(data.sources),
            "first": min(years, default="–"),
            "last": max(years, default="–"),
        },
    }
    return Page("index.html", "home.html", language.texts["home_title"], language.texts["home_intro"], context)


def _charts(data: SiteData, language: Language) -> list[Chart]:
    national = [m for m in data.milestones if m["region_id"] == COUNTRY]
    marked = {HEADLINE: national, APPLICANTS: []}
    found = {metric: _series(data, metric) for metric in marked}
    return [
        series_chart(data, language, rows, "", marked[metric])
        for metric, rows in found.items()
        if len(rows) >= MIN_YEARS
    ]


def _series(data: SiteData, metric: str) -> list[Cells]:
    country = [row for row in data.series if row["region_id"] == COUNTRY and row["grade"] == "all"]
    return [row for row in country if row["metric_id"] == metric]


def _last_known(data: SiteData) -> list[Cells]:
    """Return the last figure of the headline's metric for each province, the latest and largest first."""
    rows = [row for row in data.series if row["metric_id"] == HEADLINE and row["grade"] == "all"]
    last = {row["region_id"]: row for row in rows if row["level"] == "province"}
    return sorted(last.values(), key=lambda row: (-row["year"], -row["value"]))
