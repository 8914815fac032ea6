"""The ranking of places of one level in one year."""

from __future__ import annotations

from collections.abc import Iterator

from shegong.database.load import sql_literal
from shegong.site.chart import Chart, point, publishers, with_grade
from shegong.site.language import Language
from shegong.site.site_data import Cells, grouped
from shegong.site.tile_chart import share_row

MIN_RANKED = 3
"""Places that a ranking needs."""
LEVELS = ("province", "prefecture", "county")


def fullest_years(rows: list[Cells]) -> Iterator[list[Cells]]:
    """Yield, of each level, the rows of the year in which most of its places have a figure."""
    levels = grouped((row for row in rows if row["grade"] == "all"), "level")
    for level in LEVELS:
        years = grouped(levels[level], "year")
        fullest = max(years.values(), key=lambda ranked: (len(ranked), ranked[0]["year"]), default=[])
        if len(fullest) >= MIN_RANKED:
            yield fullest


def ranking_chart(language: Language, rows: list[Cells], root: str, relative: bool = False) -> Chart:
    """Return the ranking of places in one year.

    Args:
        language: The language of the page.
        rows: The rows of `series` or `per_10000` of one metric, grade, level and year.
        root: The way from the page to the folder of its language.
        relative: Whether the rows are of `per_10000`.
    """
    shown = [share_row(row) for row in rows] if relative else rows
    ranked = sorted(shown, key=lambda row: (-row["value"], row["region_id"]))
    first = rows[0]
    metric = with_grade(language.name(first, "metric"), first, language)
    level = language.texts[f"level_{first['level']}"]
    key = "ranking_title_per_10000" if relative else "ranking_title"
    title = language.text(key, metric=metric, level=level, year=first["year"])
    unit = language.texts["tiles_per_10000_unit"] if relative else language.unit(first["unit"])
    content = {
        "title": title,
        "unit_label": unit,
        "year": first["year"],
        "rows": [_row(row, language, root, relative) for row in ranked],
    }
    id = f"ranking-{first['level']}-{first['year']}{'-per-10000' if relative else ''}".replace("_", "-")
    sql = _sql(first, language, "per_10000" if relative else "value", "per_10000" if relative else "series")
    return Chart(id, "ranking", title, unit, publishers(rows, language), sql, content, ranked, [])


def _row(row: Cells, language: Language, root: str, relative: bool) -> Cells:
    text = language.share(row) if relative else language.figure_with_unit(row)
    return point(row, language, root) | {"name": language.name(row, "region"), "text": text}


def _sql(row: Cells, language: Language, column: str, view: str) -> str:
    return f"""SELECT region_{language.code}, {column}, value_lower, value_upper, year
FROM {view}
WHERE metric_id = {sql_literal(row["metric_id"])} AND grade = {sql_literal(row["grade"])}
  AND level = {sql_literal(row["level"])} AND year = {row["year"]}
ORDER BY {column} DESC"""
