"""The timeline: every milestone, by year."""

from __future__ import annotations

from shegong.site.charts import timeline_chart
from shegong.site.language import Language
from shegong.site.page import Page
from shegong.site.site_data import SiteData, grouped


def timeline_page(data: SiteData, language: Language) -> Page:
    """Return the timeline, the latest year first; what has no year comes last."""
    years = grouped(data.milestones, "year")
    undated = years.pop(None, [])
    context = {
        "chart": timeline_chart(language, data.milestones, ""),
        "years": {year: years[year] for year in sorted(years, reverse=True)},
        "undated": undated,
        "count": len(data.milestones),
    }
    title = language.texts["timeline_title"]
    return Page("timeline.html", "timeline.html", title, language.texts["timeline_intro"], context)
