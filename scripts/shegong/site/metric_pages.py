"""The list of metrics, and a page for each: definition, series, rankings, figures, contradictions, targets."""

from __future__ import annotations

from collections.abc import Iterator

from shegong.site.language import Language
from shegong.site.page import FOLDER, Page
from shegong.site.ranking_chart import fullest_years, ranking_chart
from shegong.site.series_chart import long_series, series_chart
from shegong.site.site_data import Cells, SiteData, grouped, read_rows

MAX_CHARTS = 4
DISAGREEMENTS = "FROM disagreements ORDER BY region_id, year, observation_id, other_observation_id"
TARGETS = "FROM targets ORDER BY region_id, year, observation_id"


def metric_pages(data: SiteData, language: Language) -> Iterator[Page]:
    """Yield the list of metrics, then the page of each."""
    observations = grouped(data.observations.values(), "metric_id")
    yield _list_page(data, language, observations)
    series, shares = grouped(data.series, "metric_id"), grouped(data.per_10000, "metric_id")
    disagreements = grouped(read_rows(data.connection, DISAGREEMENTS), "metric_id")
    targets = grouped(read_rows(data.connection, TARGETS), "metric_id")
    for id, metric in data.metrics.items():
        long = long_series(grouped(series[id], "region_id", "grade").values())
        country_first = sorted(long, key=lambda rows: (rows[0]["grade"] != "all", rows[0]["level"] != "country"))
        context = {
            "metric": metric,
            "charts": [series_chart(data, language, rows, FOLDER) for rows in country_first[:MAX_CHARTS]],
            "rankings": [ranking_chart(language, rows, FOLDER) for rows in fullest_years(series[id])],
            "relative_rankings": [
                ranking_chart(language, rows, FOLDER, relative=True) for rows in fullest_years(shares[id])
            ],
            "observations": sorted(observations[id], key=_by_place),
            "disagreements": [_pair(data, row, "other_observation_id") for row in disagreements[id]],
            "targets": [_pair(data, row, "reported_observation_id") for row in targets[id]],
        }
        name, definition = language.name(metric, "name"), language.name(metric, "definition")
        description = language.text("metric_description", metric=name, definition=definition)
        yield Page(f"metrics/{id}.html", "metric.html", name, description, context)


def _list_page(data: SiteData, language: Language, observations: dict[str, list[Cells]]) -> Page:
    by_topic = grouped(data.metrics.values(), "topic")
    topics = [topic for topic in data.package.schemas["metrics"].field("topic").codes if by_topic[topic]]
    context = {
        "topics": {topic: by_topic[topic] for topic in topics},
        "figures": {id: len(rows) for id, rows in observations.items()},
        "places": {id: len({o["region_id"] for o in rows}) for id, rows in observations.items()},
        "years": {id: _years(rows) for id, rows in observations.items()},
    }
    title = language.texts["metrics_title"]
    return Page("metrics/index.html", "metrics.html", title, language.texts["metrics_intro"], context)


def _years(rows: list[Cells]) -> str:
    years = {o["year"] for o in rows if o["year"]}
    return "–".join(str(year) for year in sorted({min(years), max(years)})) if years else ""


def _pair(data: SiteData, row: Cells, other: str) -> tuple[Cells, Cells | None]:
    """Return the figure of a row, and the other figure that the row names, if it does."""
    return data.observations[row["observation_id"]], data.observations.get(row[other])


def _by_place(o: Cells) -> tuple[bool, str, str, str, int, str]:
    place = (o["region_id"] != "CN", o["region_id"])
    return *place, o["grade"], o["scope_en"] or "", -(o["year"] or 0), o["observation_id"]
