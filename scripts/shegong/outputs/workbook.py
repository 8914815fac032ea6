"""The Excel workbook: a first sheet with a chart, then sheets with notes in both languages and links between rows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
from xlsxwriter import Workbook

from shegong.outputs.first_sheet import write_first_sheet
from shegong.outputs.sheets import Sheet, read_sheets
from shegong.outputs.worksheet import FIRST_ROW, Places, excel_length, make_formats, write_sheet
from shegong.package.package import Package

LONGEST_CELL = 32_767
"""Characters that Excel allows in a cell; one beyond U+FFFF counts twice."""
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def build_workbook(connection: duckdb.DuckDBPyConnection, package: Package, path: Path) -> list[str]:
    """Write the workbook, with the same bytes each time; with a cell that Excel would cut, write none.

    Returns:
        What was left out because Excel does not allow it.
    """
    sheets = read_sheets(connection, package)
    for long in _long_cells(sheets):
        return [f"no workbook: {long}, and Excel allows {LONGEST_CELL:,}"]
    about = package.descriptor
    footer = f"{about['name']} {about['version']}, {about['licenses'][0]['name']}"
    with Workbook(str(path), OPTIONS) as workbook:
        created = datetime.datetime.fromisoformat(about["created"]).replace(tzinfo=None)
        workbook.set_properties({"title": about["title"], "comments": footer, "created": created})
        write_first_sheet(workbook, connection, package, sheets, footer)
        formats, places = make_formats(workbook), _places(package, sheets)
        notes = [write_sheet(workbook, formats, sheet, places, footer) for sheet in sheets]
    return [note for note in notes if note]


def _long_cells(sheets: Iterable[Sheet]) -> Iterator[str]:
    for sheet in sheets:
        for row in sheet.rows:
            for column, value in zip(sheet.columns, row, strict=True):
                if isinstance(value, str) and excel_length(value) > LONGEST_CELL:
                    yield f"{sheet.name}: {column.name} of {row[0]} has {excel_length(value):,} characters"


def _places(package: Package, sheets: Iterable[Sheet]) -> Places:
    """Return the row of each key in the sheet of its table."""
    return {
        sheet.name: {row[0]: at for at, row in enumerate(sheet.rows, FIRST_ROW + 1)}
        for sheet in sheets
        if sheet.name in package.schemas
    }
