"""The timeline: every milestone, by year and category."""

from __future__ import annotations

from shegong.site.chart import Chart
from shegong.site.language import Language
from shegong.site.page import Page
from shegong.site.site_data import Cells, SiteData, grouped


def timeline_page(data: SiteData, language: Language) -> Page:
    """Return the timeline, the latest year first; what has no year comes last."""
    years = grouped(data.milestones, "year")
    undated = years.pop(None, [])
    context = {
        "chart": _chart(data, language),
        "years": {year: list(reversed(years[year])) for year in sorted(years, reverse=True)},
        "undated": undated,
    }
    title = language.texts["timeline_title"]
    return Page("timeline.html", "timeline.html", title, language.texts["timeline_intro"], context)


def _chart(data: SiteData, language: Language) -> Chart:
    title = language.texts["timeline_chart"]
    events = [_event(milestone, data, language) for milestone in data.milestones]
    sql = f"SELECT date_start, date_end, category, region_{language.code}, title_{language.code}\nFROM timeline"
    content = {"title": title, "events": events, "labels": {}}
    return Chart("timeline", "timeline", title, "", "", sql, content, data.milestones, [])


def _event(milestone: Cells, data: SiteData, language: Language) -> Cells:
    first, last = milestone["date_start"], milestone["date_end"]
    return {
        "id": milestone["milestone_id"],
        "date_start": first and first.isoformat(),
        "date_end": last and last.isoformat(),
        "precision": milestone["date_precision"],
        "title": language.name(milestone, "title"),
        "category": milestone["category"],
        "category_label": language.label("milestones", "category", milestone["category"]),
        "place": language.name(milestone, "region"),
        "region_id": milestone["region_id"],
        # A filter by a place finds what happened in the places in it; all are in the country.
        "regions": data.regions[milestone["region_id"]]["path_ids"][1:] or [milestone["region_id"]],
        "status": milestone["status"],
        "href": f"#{milestone['milestone_id']}",
    }
