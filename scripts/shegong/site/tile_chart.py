"""The map of provinces as equal tiles: each metric by year, as it is and for 10,000 inhabitants."""

from __future__ import annotations

from shegong.site.chart import Chart, publishers
from shegong.site.language import Language
from shegong.site.site_data import Cells, SiteData, grouped
from shegong.site.tile_layout import TILES

FIRST = "licensed_social_workers"
"""The metric that the map shows first."""
MIN_PLACES = 2
SHARES = {"value": "per_10000", "value_lower": "per_10000_lower", "value_upper": "per_10000_upper"}
SQL = """SELECT region_en, region_zh, metric_en, year, per_10000, value, value_lower, value_upper
FROM per_10000
WHERE level = 'province' AND metric_id = 'licensed_social_workers' AND grade = 'all'
ORDER BY year DESC, per_10000 DESC"""


def tile_chart(data: SiteData, language: Language, root: str) -> Chart:
    """Return the map, with every metric of which two provinces or more have a figure."""
    absolute = grouped(_of_provinces(data.series), "metric_id")
    relative = grouped(_of_provinces(data.per_10000), "metric_id")
    shown = {id: rows for id, rows in absolute.items() if len({row["region_id"] for row in rows}) >= MIN_PLACES}
    measures, cells = [], {}
    for id in sorted(shown, key=lambda id: (id != FIRST, -len({row["region_id"] for row in shown[id]}), id)):
        name, unit = language.name(data.metrics[id], "name"), language.unit(data.metrics[id]["unit"])
        if relative[id]:
            key, label = f"{id}/per_10000", language.text("tiles_per_10000", metric=name)
            measures.append(_measure(key, label, language.texts["tiles_per_10000_unit"], relative[id]))
            cells[key] = _by_year([share_row(row) for row in relative[id]], language, root, is_share=True)
        measures.append(_measure(id, name, unit, shown[id]))
        cells[id] = _by_year(shown[id], language, root)
    title = language.texts["tiles_title"]
    content = {
        "title": title,
        "tiles": [_tile(data, id, language, root) for id in TILES if id in data.regions],
        "measures": measures,
        "cells": cells,
        "labels": {},
    }
    rows = [row for rows in shown.values() for row in rows]
    return Chart("tiles", "tiles", title, "", publishers(rows, language), SQL, content, rows, [])


def _of_provinces(rows: list[Cells]) -> list[Cells]:
    return [row for row in rows if row["region_id"] in TILES and row["grade"] == "all"]


def _measure(key: str, label: str, unit: str, rows: list[Cells]) -> Cells:
    years = sorted({row["year"] for row in rows}, reverse=True)
    return {"key": key, "label": label, "unit_label": unit, "years": years}


def share_row(row: Cells) -> Cells:
    """Return a row of `per_10000` with the shares in the place of the figure."""
    return row | {name: row[column] for name, column in SHARES.items()}


def _by_year(rows: list[Cells], language: Language, root: str, is_share: bool = False) -> dict[str, dict[str, Cells]]:
    found: dict[str, dict[str, Cells]] = {}
    for row in rows:
        found.setdefault(str(row["year"]), {})[row["region_id"]] = {
            "value": row["value"],
            "lower": row["value_lower"],
            "upper": row["value_upper"],
            "qualifier": row["qualifier"],
            "text": language.share(row) if is_share else language.figure(row),
            "href": f"{root}figures/{row['observation_id']}.html",
        }
    return found


def _tile(data: SiteData, id: str, language: Language, root: str) -> Cells:
    tile = TILES[id]
    return {
        "region_id": id,
        "name": language.name(data.regions[id], "name"),
        "short": tile.zh if language.code == "zh" else tile.en,
        "column": tile.column,
        "row": tile.row,
        "href": f"{root}places/{id}.html",
    }
