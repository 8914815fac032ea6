"""The list of metrics, and a page for each: definition, series, rankings, figures, contradictions, targets."""

from __future__ import annotations

from collections.abc import Iterator

from shegong.site.charts import Chart, long_series, ranking_chart, series_chart
from shegong.site.language import Language
from shegong.site.page import FOLDER, Page
from shegong.site.site_data import Cells, SiteData, grouped, read_rows

MAX_CHARTS = 4
MIN_RANKED = 3
"""Places that a ranking needs."""
RANKED_LEVELS = ("province", "prefecture", "county")


def metric_pages(data: SiteData, language: Language) -> Iterator[Page]:
    """Yield the list of metrics, then the page of each."""
    observations = grouped(data.observations.values(), "metric_id")
    yield _list_page(data, language, observations)
    series = grouped(data.series, "metric_id")
    disagreements = grouped(read_rows(data.connection, "FROM disagreements ORDER BY ALL"), "metric_id")
    targets = grouped(read_rows(data.connection, "FROM targets ORDER BY year, observation_id"), "metric_id")
    for id, metric in data.metrics.items():
        name = language.name(metric, "name")
        rows = list(grouped(series[id], "region_id", "grade").values())
        context = {
            "metric": metric,
            "site_observations": data.observations,
            "charts": [series_chart(data, language, long, FOLDER) for long in _country_first(long_series(rows))],
            "rankings": list(_rankings(data, language, series[id])),
            "observations": sorted(observations[id], key=_by_place),
            "disagreements": disagreements[id],
            "targets": [target | data.observations[target["observation_id"]] | target for target in targets[id]],
        }
        definition = language.name(metric, "definition")
        description = language.text("metric_description", metric=name, definition=definition)
        yield Page(f"metrics/{id}.html", "metric.html", name, description, context)


def _list_page(data: SiteData, language: Language, observations: dict[str, list[Cells]]) -> Page:
    topics = data.package.schemas["metrics"].field("topic").codes
    by_topic = grouped(data.metrics.values(), "topic")
    context = {
        "topics": {topic: by_topic[topic] for topic in topics if by_topic[topic]},
        "figures": {id: len(rows) for id, rows in observations.items()},
        "places": {id: len({o["region_id"] for o in rows}) for id, rows in observations.items()},
        "years": {id: _years(rows) for id, rows in observations.items()},
    }
    title = language.texts["metrics_title"]
    return Page("metrics/index.html", "metrics.html", title, language.texts["metrics_intro"], context)


def _years(rows: list[Cells]) -> str:
    years = {o["year"] for o in rows if o["year"]}
    return "–".join(str(year) for year in sorted({min(years), max(years)})) if years else ""


def _country_first(series: list[list[Cells]]) -> list[list[Cells]]:
    return sorted(series, key=lambda rows: (rows[0]["grade"] != "all", rows[0]["level"] != "country"))[:MAX_CHARTS]


def _rankings(data: SiteData, language: Language, rows: list[Cells]) -> Iterator[Chart]:
    """Yield a ranking of each level in the year in which most of its places have a figure."""
    levels = grouped((row for row in rows if row["grade"] == "all"), "level")
    for level in RANKED_LEVELS:
        years = grouped(levels[level], "year")
        fullest = max(years.values(), key=lambda ranked: (len(ranked), ranked[0]["year"]), default=[])
        if len(fullest) >= MIN_RANKED:
            yield ranking_chart(data, language, fullest, FOLDER)


def _by_place(o: Cells) -> tuple[bool, str, str, str, int, str]:
    place = (o["region_id"] != "CN", o["region_id"])
    return *place, o["grade"], o["scope_en"] or "", -(o["year"] or 0), o["observation_id"]
