"""The Excel workbook: a readme sheet, then one sheet a table with bilingual titles and links between rows."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from shegong.chinese import display_width
from shegong.package.package import Package
from shegong.package.schema import TableSchema

FIRST_ROW = 2
"""Rows above the data: column names, and titles in two languages."""
PROSE_COLUMNS, MAX_COLUMNS, LINE_HEIGHT_POINTS = 100, 44, 16
MAX_LINKS = 60_000
"""Excel allows some 65,000 links per sheet."""
Rows = dict[str, list[tuple[Any, ...]]]


def build_workbook(connection: duckdb.DuckDBPyConnection, package: Package, path: Path) -> None:
    """Write the workbook, with the same bytes each time."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(str(path), options) as workbook:
        created = datetime.datetime.fromisoformat(package.descriptor["created"]).replace(tzinfo=None)
        workbook.set_properties({"title": package.descriptor["title"], "created": created})
        rows = {
            name: connection.execute(f"FROM {name} ORDER BY {schema.primary_key[0]}").fetchall()
            for name, schema in package.schemas.items()
        }
        _write_readme(workbook, package, rows)
        for schema in package.schemas.values():
            _write_table(workbook, schema, rows, _places(package, rows))


def _places(package: Package, rows: Rows) -> dict[str, dict[str, int]]:
    """Return the sheet row of each key of each table."""
    return {
        name: {row[schema.columns.index(schema.primary_key[0])]: at for at, row in enumerate(rows[name], FIRST_ROW + 1)}
        for name, schema in package.schemas.items()
    }


def _write_readme(workbook: Workbook, package: Package, rows: Rows) -> None:
    sheet = workbook.add_worksheet("readme")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, PROSE_COLUMNS)
    bold, wrapped = (workbook.add_format({**style, "valign": "top"}) for style in ({"bold": True}, {"text_wrap": True}))
    about = list(_about(package))
    for at, (key, value) in enumerate(about):
        sheet.write_string(at, 0, key, bold)
        _write_prose(sheet, at, value, wrapped)
    for at, schema in enumerate(package.schemas.values(), len(about) + 1):
        sheet.write_url(at, 0, f"internal:'{schema.name}'!A1", string=schema.name)
        count = f"{len(rows[schema.name]):,} rows / 行"
        prose = f"{schema.title} / {schema.title_zh}: {count}. {schema.description} {schema.description_zh}"
        _write_prose(sheet, at, prose, wrapped)


def _write_prose(sheet: Worksheet, row: int, text: str, wrapped: Format) -> None:
    """Write wrapped text with room for all its lines, because not every program adapts the height."""
    sheet.write_string(row, 1, text, wrapped)
    sheet.set_row(row, LINE_HEIGHT_POINTS * math.ceil(display_width(text) / (PROSE_COLUMNS - 10)))


def _about(package: Package) -> Iterator[tuple[str, str]]:
    about, licence = package.descriptor, package.descriptor["licenses"][0]
    yield "title / 标题", f"{about['title']} / {about['title_zh']}"
    yield "version / 版本", f"{about['version']} ({about['created'][:10]})"
    yield "description", about["description"]
    yield "说明", about["description_zh"]
    yield "licence / 许可", f"{licence['title']} ({licence['path']})"
    yield (
        "how to read / 读法",
        "value_lower and value_upper bound the true value; an empty bound is open. 真值在上下界之间，空表示无界。",
    )


def _write_table(workbook: Workbook, schema: TableSchema, rows: Rows, places: dict[str, dict[str, int]]) -> None:
    sheet = workbook.add_worksheet(schema.name)
    _write_head(workbook, sheet, schema, rows[schema.name])
    targets = {key.field: key.table for key in schema.foreign_keys}
    day, link = workbook.add_format({"num_format": "yyyy-mm-dd"}), workbook.get_default_url_format()
    has_links = len(rows[schema.name]) * len(targets) <= MAX_LINKS
    for at, row in enumerate(rows[schema.name], FIRST_ROW):
        for column, (field, value) in enumerate(zip(schema.fields, row, strict=True)):
            place = places[targets[field.name]].get(value) if has_links and field.name in targets else None
            if place is not None:
                sheet.write_url(at, column, f"internal:'{targets[field.name]}'!A{place}", link, str(value))
            elif field.format == "uri" and value is not None:
                sheet.write_url(at, column, value, link, value)
            elif value is not None:
                _write_cell(sheet, at, column, value, day)


def _write_head(workbook: Workbook, sheet: Worksheet, schema: TableSchema, rows: list[tuple[Any, ...]]) -> None:
    name = workbook.add_format({"bold": True, "bg_color": "#DDEBF7"})
    title = workbook.add_format({"text_wrap": True, "valign": "top", "bg_color": "#F2F2F2"})
    for column, field in enumerate(schema.fields):
        sheet.write_string(0, column, field.name, name)
        sheet.write_string(1, column, f"{field.title}\n{field.title_zh}", title)
        widest = max((display_width(str(row[column])) for row in rows if row[column] is not None), default=0)
        sheet.set_column(column, column, min(MAX_COLUMNS, max(widest, len(field.name)) + 2))
    sheet.set_row(1, 32)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.autofilter(1, 0, 1, len(schema.fields) - 1)


def _write_cell(sheet: Worksheet, row: int, column: int, value: Any, day: Format) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, column, datetime.datetime.combine(value, datetime.time()), day)
    else:
        sheet.write_string(row, column, value)  # never a formula, whatever it begins with
