"""The chart of one metric in one place over the years."""

from __future__ import annotations

from collections.abc import Iterable

from shegong.database.load import sql_literal
from shegong.site.chart import Chart, point, publishers, with_grade
from shegong.site.language import Language
from shegong.site.site_data import Cells, SiteData

POLICIES = ("policy", "founding")
"""Categories of milestones that a chart marks."""
MIN_YEARS = 2
"""A series of fewer years is a table only."""
KEY = ("region_id", "metric_id", "grade")


def series_chart(
    data: SiteData, language: Language, rows: list[Cells], root: str, milestones: Iterable[Cells] = ()
) -> Chart:
    """Return the chart of a series, with the figures of all sources.

    Args:
        data: The rows of the package.
        language: The language of the page.
        rows: The rows of `series` of one place, metric and grade.
        root: The way from the page to the folder of its language.
        milestones: Milestones of the place; its policies in the years of the series are marked.
    """
    first = rows[0]
    best = {row["observation_id"] for row in rows}
    points = [o for o in data.observations.values() if _is_drawn(o, first)]
    marked = _policies(milestones, {o["year"] for o in points})
    title = series_title(language, first)
    content = {
        "title": title,
        "unit": first["unit"],
        "unit_label": language.unit(first["unit"]),
        "kind": first["kind"],
        "best": [point(data.observations[row["observation_id"]], language, root) for row in rows],
        "points": [_source_point(o, language, root) | {"best": o["observation_id"] in best} for o in points],
        "policies": [_mark(milestone, language, root) for milestone in marked],
        "labels": {f"access_{code}": language.texts[f"access_{code}"] for code in ("held", "page", "copy")},
    }
    id = "-".join(first[column] for column in KEY).replace("_", "-").lower()
    unit = language.unit(first["unit"])
    return Chart(id, "series", title, unit, publishers(points, language), _sql(first), content, rows, marked)


def series_title(language: Language, row: Cells) -> str:
    """Return the title of a series: metric, place, and the grade to which it is limited."""
    metric = with_grade(language.name(row, "metric"), row, language)
    return language.text("series_title", metric=metric, place=language.name(row, "region"))


def long_series(groups: Iterable[list[Cells]]) -> list[list[Cells]]:
    """Return the series of at least two years, the longest first."""
    found = [rows for rows in groups if len(rows) >= MIN_YEARS]
    return sorted(found, key=lambda rows: (-len(rows), rows[0]["metric_id"], rows[0]["grade"], rows[0]["region_id"]))


def _is_drawn(o: Cells, row: Cells) -> bool:
    """Return whether a figure is of the series of a row, or would be if it were not doubtful or outlived."""
    return (
        all(o[column] == row[column] for column in KEY)
        and o["is_whole"]
        and o["status"] == "reported"
        and o["period_end"] is not None
        and (o["kind"] != "flow" or _is_calendar_year(o))
    )


def _is_calendar_year(o: Cells) -> bool:
    start, end = o["period_start"], o["period_end"]
    return (
        start is not None
        and (start.year, start.month, start.day) == (end.year, 1, 1)
        and (end.month, end.day) == (12, 31)
    )


def _policies(milestones: Iterable[Cells], years: set[int]) -> list[Cells]:
    dated = [m for m in milestones if m["category"] in POLICIES and m["year"]]
    return [m for m in dated if min(years) <= m["year"] <= max(years)]


def _source_point(o: Cells, language: Language, root: str) -> Cells:
    return point(o, language, root) | {
        "publisher": language.name(o, "publisher") or language.texts["publisher_unknown"],
        "doubt": o["doubt"] and language.label("observations", "doubt", o["doubt"]),
    }


def _mark(milestone: Cells, language: Language, root: str) -> Cells:
    return {
        "date": (milestone["date_start"] or milestone["date_end"]).isoformat(),
        "year": milestone["year"],
        "title": language.name(milestone, "title"),
        "href": f"{root}timeline.html#{milestone['milestone_id']}",
    }


def _sql(row: Cells) -> str:
    return f"""SELECT year, value, value_lower, value_upper, qualifier,
  period_start, period_end, access, publishers, agree
FROM series
WHERE region_id = {sql_literal(row["region_id"])} AND metric_id = {sql_literal(row["metric_id"])}
  AND grade = {sql_literal(row["grade"])}
ORDER BY year"""
