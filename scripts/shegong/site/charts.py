"""What the charts of a page draw: titles, links and numbers, which the script of the page reads as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from shegong.database.load import sql_literal
from shegong.site.language import Language
from shegong.site.site_data import Cells, SiteData
from shegong.site.tile_layout import TILES

POLICIES = ("policy", "founding")
"""Categories of milestones that a chart of the country marks."""
MIN_YEARS = 2
"""A series of fewer years is a table only."""


@dataclass(frozen=True)
class Chart:
    """A chart and what belongs to it.

    Attributes:
        id: Its id in the page; that of its table is `table-` and this.
        kind: How it is drawn.
        title: What is seen.
        sql: The query that gives the same numbers.
        data: What the script reads.
        rows: The rows of its table.
        policies: The milestones that it marks.
    """

    id: str
    kind: str
    title: str
    sql: str
    data: Mapping[str, Any]
    rows: list[Cells]
    policies: list[Cells]

    @property
    def query(self) -> str:
        """The query as the fragment of the SQL page."""
        return f"q={quote(self.sql, safe='')}"


def series_chart(
    data: SiteData, language: Language, rows: list[Cells], root: str, policies: Iterable[Cells] = ()
) -> Chart:
    """Return the chart of one metric in one place over the years.

    Args:
        data: The rows of the package.
        language: The language of the page.
        rows: The rows of `series` of one place, metric and grade.
        root: The way from the page to the folder of its language.
        policies: Milestones to mark.
    """
    first = rows[0]
    best = {row["observation_id"] for row in rows}
    points = [o for o in data.observations.values() if _is_same(o, first) and _has_year(o)]
    years = {o["year"] for o in points}
    marked = [m for m in policies if m["year"] and min(years) <= m["year"] <= max(years)]
    title = series_title(language, first)
    content = {
        "title": title,
        "unit": first["unit"],
        "unit_label": language.unit(first["unit"]),
        "kind": first["kind"],
        "best": [_point(data.observations[row["observation_id"]], language, root) for row in rows],
        "points": [
            _point(o, language, root)
            | {
                "publisher": language.name(o, "publisher") or language.texts["publisher_unknown"],
                "doubt": o["doubt"] and language.label("observations", "doubt", o["doubt"]),
                "best": o["observation_id"] in best,
            }
            for o in points
        ],
        "policies": [
            {
                "date": (m["date_start"] or m["date_end"]).isoformat(),
                "year": m["year"],
                "title": language.name(m, "title"),
                "href": f"{root}timeline.html#{m['milestone_id']}",
            }
            for m in marked
        ],
        "labels": {f"access_{code}": language.texts[f"access_{code}"] for code in ("held", "page", "copy")},
    }
    id = "-".join((first["region_id"], first["metric_id"], first["grade"])).replace("_", "-").lower()
    return Chart(id, "series", title, _series_sql(first, language), content, rows, marked)


def series_title(language: Language, row: Cells) -> str:
    """Return the title of a series: metric, place, and grade where it is limited to one."""
    names = {"metric": language.name(row, "metric"), "place": language.name(row, "region")}
    if row["grade"] == "all":
        return language.text("series_title", **names)
    return language.text("series_title_grade", grade=language.label("observations", "grade", row["grade"]), **names)


def long_series(groups: Iterable[list[Cells]]) -> list[list[Cells]]:
    """Return the series of at least two years, the longest first."""
    found = [rows for rows in groups if len(rows) >= MIN_YEARS]
    return sorted(found, key=lambda rows: (-len(rows), rows[0]["metric_id"], rows[0]["grade"], rows[0]["region_id"]))


def tile_chart(data: SiteData, language: Language, root: str) -> Chart:
    """Return the map of provinces: every metric with a figure of two provinces, by year, also per inhabitant."""
    plain = [row for row in data.series if row["region_id"] in TILES and row["grade"] == "all"]
    relative = [row for row in data.per_10000 if row["region_id"] in TILES and row["grade"] == "all"]
    measures, cells = [], {}
    for metric_id, metric in sorted(data.metrics.items(), key=lambda item: _tile_order(item[0], plain)):
        own = [row for row in plain if row["metric_id"] == metric_id]
        per_inhabitant = [row for row in relative if row["metric_id"] == metric_id]
        if len({row["region_id"] for row in own}) < MIN_YEARS:
            continue
        if per_inhabitant:
            label = language.text("tiles_per_10000", metric=language.name(metric, "name"))
            measures.append(
                _measure(f"{metric_id}/per_10000", label, language.texts["tiles_per_10000_unit"], per_inhabitant)
            )
            cells[f"{metric_id}/per_10000"] = _tile_cells(per_inhabitant, language, root, _relative_cell)
        measures.append(_measure(metric_id, language.name(metric, "name"), language.unit(metric["unit"]), own))
        cells[metric_id] = _tile_cells(own, language, root, _plain_cell)
    content = {
        "title": language.texts["tiles_title"],
        "tiles": [
            {
                "region_id": region_id,
                "name": language.name(data.regions[region_id], "name"),
                "short": tile.zh if language.code == "zh" else tile.en,
                "column": tile.column,
                "row": tile.row,
                "href": f"{root}places/{region_id}.html",
            }
            for region_id, tile in TILES.items()
            if region_id in data.regions
        ],
        "measures": measures,
        "cells": cells,
        "labels": {},
    }
    return Chart("tiles", "tiles", language.texts["tiles_title"], TILE_SQL, content, plain, [])


TILE_SQL = """SELECT region_en, region_zh, metric_en, year, per_10000, value, value_lower, value_upper
FROM per_10000
WHERE level = 'province' AND metric_id = 'licensed_social_workers' AND grade = 'all'
ORDER BY year DESC, per_10000 DESC"""


def ranking_chart(data: SiteData, language: Language, rows: list[Cells], root: str) -> Chart:
    """Return the ranking of places of one level in one year.

    Args:
        data: The rows of the package.
        language: The language of the page.
        rows: The rows of `series` of one metric, grade, level and year.
        root: The way from the page to the folder of its language.
    """
    first, ranked = rows[0], sorted(rows, key=lambda row: (-row["value"], row["region_id"]))
    metric = language.name(first, "metric")
    if first["grade"] != "all":
        metric = f"{metric} ({language.label('observations', 'grade', first['grade'])})"
    level = language.label("regions", "level", first["level"])
    title = language.text("ranking_title", metric=metric, level=level, year=first["year"])
    content = {
        "title": title,
        "unit_label": language.unit(first["unit"]),
        "year": first["year"],
        "rows": [_point(row, language, root) | {"name": language.name(row, "region")} for row in ranked],
    }
    id = f"ranking-{first['level']}-{first['grade']}-{first['year']}".replace("_", "-")
    return Chart(id, "ranking", title, _ranking_sql(first, language), content, ranked, [])


def timeline_chart(language: Language, milestones: list[Cells], root: str) -> Chart:
    """Return the chart of milestones by time and category."""
    content = {
        "title": language.texts["timeline_chart"],
        "events": [
            {
                "id": m["milestone_id"],
                "date_start": m["date_start"] and m["date_start"].isoformat(),
                "date_end": m["date_end"] and m["date_end"].isoformat(),
                "precision": m["date_precision"],
                "title": language.name(m, "title"),
                "category": m["category"],
                "category_label": language.label("milestones", "category", m["category"]),
                "place": language.name(m, "region"),
                "region_id": m["region_id"],
                "status": m["status"],
                "href": f"{root}timeline.html#{m['milestone_id']}",
            }
            for m in milestones
        ],
        "labels": {},
    }
    sql = f"SELECT date_start, date_end, category, region_{language.code}, title_{language.code} FROM timeline"
    return Chart("timeline", "timeline", language.texts["timeline_chart"], sql, content, milestones, [])


def _is_same(o: Cells, row: Cells) -> bool:
    keys = ("region_id", "metric_id", "grade")
    return o["is_whole"] and o["status"] == "reported" and all(o[key] == row[key] for key in keys)


def _has_year(o: Cells) -> bool:
    """Return whether a figure belongs to one year: of flows only that of a whole calendar year does."""
    if o["period_end"] is None or o["kind"] not in ("stock", "ratio", "flow"):
        return False
    start, end = o["period_start"], o["period_end"]
    whole = start is not None and (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
    return o["kind"] != "flow" or (whole and start.year == end.year)


def _point(row: Cells, language: Language, root: str) -> Cells:
    return {
        "year": row["year"],
        "date": row["period_end"] and row["period_end"].isoformat(),
        "value": row["value"],
        "lower": row["value_lower"],
        "upper": row["value_upper"],
        "qualifier": row["qualifier"],
        "text": language.figure_with_unit(row),
        "inferred": row["period_basis"] != "stated",
        "access": row["access"],
        "href": f"{root}figures/{row['observation_id']}.html",
    }


def _tile_order(metric_id: str, rows: list[Cells]) -> tuple[bool, int, str]:
    places = {row["region_id"] for row in rows if row["metric_id"] == metric_id}
    return metric_id != "licensed_social_workers", -len(places), metric_id


def _measure(key: str, label: str, unit: str, rows: list[Cells]) -> Cells:
    years = sorted({row["year"] for row in rows}, reverse=True)
    return {"key": key, "label": label, "unit_label": unit, "years": years}


def _tile_cells(rows: list[Cells], language: Language, root: str, make: Any) -> dict[str, dict[str, Cells]]:
    found: dict[str, dict[str, Cells]] = {}
    for row in rows:
        cell = make(row, language) | {"href": f"{root}figures/{row['observation_id']}.html"}
        found.setdefault(str(row["year"]), {})[row["region_id"]] = cell
    return found


def _plain_cell(row: Cells, language: Language) -> Cells:
    return {
        "value": row["value"],
        "lower": row["value_lower"],
        "upper": row["value_upper"],
        "qualifier": row["qualifier"],
        "text": language.figure(row),
    }


def _relative_cell(row: Cells, language: Language) -> Cells:
    shares = {"value": "per_10000", "value_lower": "per_10000_lower", "value_upper": "per_10000_upper"}
    share = {name: row[column] for name, column in shares.items()} | {"qualifier": row["qualifier"]}
    return {
        "value": row["per_10000"],
        "lower": row["per_10000_lower"],
        "upper": row["per_10000_upper"],
        "qualifier": row["qualifier"],
        "text": language.share(share),
    }


def _series_sql(row: Cells, language: Language) -> str:
    return f"""SELECT year, value, value_lower, value_upper, qualifier,
  period_start, period_end, access, publishers, agree
FROM series
WHERE region_id = {sql_literal(row["region_id"])} AND metric_id = {sql_literal(row["metric_id"])}
  AND grade = {sql_literal(row["grade"])}
ORDER BY year"""


def _ranking_sql(row: Cells, language: Language) -> str:
    return f"""SELECT region_{language.code}, value, value_lower, value_upper, qualifier, year
FROM series
WHERE metric_id = {sql_literal(row["metric_id"])} AND grade = {sql_literal(row["grade"])}
  AND level = {sql_literal(row["level"])} AND year = {row["year"]}
ORDER BY value DESC"""
