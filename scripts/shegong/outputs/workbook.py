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
from shegong.escape import cell_text
from shegong.package.package import Package
from shegong.package.schema import TableSchema

FIRST_ROW = 2
"""Rows above the data: column names, and titles in two languages."""
PROSE_COLUMNS, MAX_COLUMNS, LINE_HEIGHT_POINTS = 100, 44, 16
MAX_LINKS = 65_530
"""Links that Excel allows in a sheet."""
LARGEST_NUMBER = 10**15
"""Excel keeps 15 digits of a number; a larger one is written as text."""
FIRST_DAY = datetime.date(1900, 3, 1)
"""Excel has no earlier day, or a wrong one; such a date is written as text."""
LONGEST_LINK = 2_079
LONGEST_CELL = 32_767
"""Characters that Excel allows in a cell; one beyond U+FFFF counts twice."""
Rows = dict[str, list[tuple[Any, ...]]]


def build_workbook(connection: duckdb.DuckDBPyConnection, package: Package, path: Path) -> list[str]:
    """Write the workbook, with the same bytes each time; with a cell that Excel would cut, write none.

    Returns:
        What was left out because Excel does not allow it.
    """
    rows = {
        name: connection.execute(f"FROM {name} ORDER BY {schema.primary_key[0]}").fetchall()
        for name, schema in package.schemas.items()
    }
    for long in _long_cells(package, rows):
        return [f"no workbook: {long}, and Excel allows {LONGEST_CELL:,}"]
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(str(path), options) as workbook:
        created = datetime.datetime.fromisoformat(package.descriptor["created"]).replace(tzinfo=None)
        workbook.set_properties({"title": package.descriptor["title"], "created": created})
        _write_readme(workbook, package, rows)
        places = _places(package, rows)
        notes = [_write_table(workbook, schema, rows, places) for schema in package.schemas.values()]
    return [note for note in notes if note]


def _long_cells(package: Package, rows: Rows) -> Iterator[str]:
    for name, schema in package.schemas.items():
        for row in rows[name]:
            for column, value in zip(schema.columns, row, strict=True):
                if isinstance(value, str) and _excel_length(value) > LONGEST_CELL:
                    yield f"{name}: {column} of {row[0]} has {_excel_length(value):,} characters"


def _excel_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


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


def _write_table(workbook: Workbook, schema: TableSchema, rows: Rows, places: dict[str, dict[str, int]]) -> str:
    """Write the sheet of a table; return which links were left out, or nothing."""
    sheet = workbook.add_worksheet(schema.name)
    _write_head(workbook, sheet, schema, rows[schema.name])
    day, link = workbook.add_format({"num_format": "yyyy-mm-dd"}), workbook.get_default_url_format()
    links, note = _links(schema, rows[schema.name], places)
    for at, row in enumerate(rows[schema.name], FIRST_ROW):
        for column, value in enumerate(row):
            if (at, column) in links:
                sheet.write_url(at, column, links[at, column], link, str(value))
            elif value is not None:
                _write_cell(sheet, at, column, value, day)
    return note


def _links(
    schema: TableSchema, rows: list[tuple[Any, ...]], places: dict[str, dict[str, int]]
) -> tuple[dict[tuple[int, int], str], str]:
    """Return the link of each cell that has one, as far as Excel allows them, and a note on the others."""
    targets = {key.field: places[key.table] for key in schema.foreign_keys}
    tables = {key.field: key.table for key in schema.foreign_keys}
    references, addresses = {}, {}
    for at, row in enumerate(rows, FIRST_ROW):
        for column, (field, value) in enumerate(zip(schema.fields, row, strict=True)):
            if place := targets.get(field.name, {}).get(value):
                references[at, column] = f"internal:'{tables[field.name]}'!A{place}"
            elif field.format == "uri" and value is not None:
                addresses[at, column] = value
    links = {cell: address for cell, address in addresses.items() if _excel_length(address) <= LONGEST_LINK}
    left_out = [f"addresses over {LONGEST_LINK:,} characters ({len(addresses) - len(links):,})"] * (links != addresses)
    if len(links) > MAX_LINKS:
        left_out.append(f"addresses ({len(links):,}; a sheet allows {MAX_LINKS:,} links)")
        links = {}
    if len(links) + len(references) > MAX_LINKS:
        left_out.append(f"references to rows ({len(references):,}; a sheet allows {MAX_LINKS:,} links)")
        references = {}
    note = f"sheet {schema.name} has no links for {' and '.join(left_out)}: the text is there" if left_out else ""
    return {**references, **links}, note


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
    elif isinstance(value, int | float) and abs(value) < LARGEST_NUMBER:
        sheet.write_number(row, column, value)
    elif isinstance(value, datetime.date) and value >= FIRST_DAY:
        sheet.write_datetime(row, column, datetime.datetime.combine(value, datetime.time()), day)
    else:
        sheet.write_string(row, column, cell_text(value))  # never a formula, whatever it begins with
