"""A sheet of the workbook: one row of names with notes, typed cells, links, and how it is seen and printed."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from shegong.chinese import display_width
from shegong.escape import cell_text
from shegong.outputs.sheets import Sheet

FIRST_ROW = 1
"""Rows above the data: the names of the columns."""
MAX_COLUMNS = 40
FILTER_BUTTON = 4
"""Width of the button of a filter, and of the space beside a cell, in characters."""
NOTE_COLUMNS, NOTE_WIDTH_PIXELS, NOTE_LINE_PIXELS = 50, 340, 17
LINE_HEIGHT_POINTS = 15
A3, A4, MARGIN_INCHES = 8, 9, 0.4
WIDE_COLUMNS = 230
"""A wider sheet would be too small to read on A4."""
MAX_LINKS = 65_530
"""Links that Excel allows in a sheet."""
LARGEST_NUMBER = 10**15
"""Excel keeps 15 digits of a number; a larger one is written as text."""
FIRST_DAY = datetime.date(1900, 3, 1)
"""Excel has no earlier day, or a wrong one; such a date is written as text."""
LONGEST_LINK = 2_079
Places = Mapping[str, Mapping[str, int]]
"""The row of each key in the sheet of its table."""


@dataclass(frozen=True)
class Formats:
    """The formats of cells. A number has a space to its right, and a day one to its left, so that columns are apart."""

    name: Format
    text: Format
    wrapped: Format
    boolean: Format
    day: Format
    integer: Format
    whole: Format
    decimal: Format
    link: Format


def make_formats(workbook: Workbook) -> Formats:
    """Add the formats to a workbook."""
    styles: dict[str, dict[str, Any]] = {
        "name": {"bold": True, "bg_color": "#DDEBF7", "bottom": 1},
        "text": {},
        "wrapped": {"text_wrap": True},
        "boolean": {"num_format": '"TRUE";"TRUE";"FALSE"', "align": "left"},  # some programs show 1 and 0 otherwise
        "day": {"num_format": "yyyy-mm-dd", "align": "left", "indent": 1},
        "integer": {"num_format": '0"  "'},
        "whole": {"num_format": '#,##0"  "'},
        "decimal": {"num_format": '#,##0.0###"  "'},
        "link": {"font_color": "#0563C1", "underline": 1},
    }
    return Formats(**{name: workbook.add_format({"valign": "top", **style}) for name, style in styles.items()})


def write_sheet(workbook: Workbook, formats: Formats, sheet: Sheet, places: Places, footer: str) -> str:
    """Write a sheet; return which links were left out, or nothing."""
    worksheet = workbook.add_worksheet(sheet.name)
    widths = _write_names(worksheet, sheet, formats.name)
    links, note = _links(sheet, places)
    for at, row in enumerate(sheet.rows, FIRST_ROW):
        if (lines := _lines(sheet, row)) > 1:
            worksheet.set_row(at, LINE_HEIGHT_POINTS * lines)
        for column, value in enumerate(row):
            if (at, column) in links:
                worksheet.write_url(at, column, links[at, column], formats.link, str(value))
            elif value is not None:
                _write_cell(worksheet, at, column, value, formats, sheet.columns[column].wrapped)
    last = max(len(sheet.rows), 1)
    worksheet.ignore_errors({"number_stored_as_text": f"A2:{xl_col_to_name(len(sheet.columns) - 1)}{last + 1}"})
    worksheet.freeze_panes(FIRST_ROW, sheet.frozen)
    worksheet.autofilter(0, 0, last, len(sheet.columns) - 1)
    set_print(worksheet, footer)
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(0)
    first, to = sheet.printed or (0, len(sheet.columns) - 1)
    worksheet.print_area(0, first, last, to)
    if sum(widths[first : to + 1]) > WIDE_COLUMNS:
        worksheet.set_paper(A3)
    return note


def set_print(worksheet: Worksheet, footer: str) -> None:
    """Print a sheet on A4, landscape, with the sheet's name and the page number below."""
    worksheet.set_landscape()
    worksheet.set_paper(A4)
    worksheet.set_margins(MARGIN_INCHES, MARGIN_INCHES, MARGIN_INCHES, MARGIN_INCHES * 2)
    worksheet.set_footer(f"&L{footer.replace('&', '&&')}&C&A&R&P / &N")


def _write_names(worksheet: Worksheet, sheet: Sheet, name: Format) -> list[int]:
    """Write the row of names with their notes; return the width of each column."""
    widths = []
    for at, column in enumerate(sheet.columns):
        worksheet.write_string(0, at, column.name, name)
        lines = sum(math.ceil(display_width(line) / NOTE_COLUMNS) for line in column.note.splitlines())
        size = {"width": NOTE_WIDTH_PIXELS, "height": NOTE_LINE_PIXELS * (lines + 1)}
        worksheet.write_comment(0, at, column.note, size)
        widest = max((display_width(_shown(row[at])) for row in sheet.rows), default=0)
        widths.append(column.wrapped or min(MAX_COLUMNS, max(widest + 3, len(column.name) + FILTER_BUTTON)))
        worksheet.set_column(at, at, widths[at])
    return widths


def _lines(sheet: Sheet, row: tuple[Any, ...]) -> int:
    """Return how many lines the wrapped cells of a row take; not every program adapts the height."""
    wrapped = ((column.wrapped, value) for column, value in zip(sheet.columns, row, strict=True) if column.wrapped)
    return max((math.ceil(display_width(value or "") / (width - 1)) for width, value in wrapped), default=1)


def _shown(value: Any) -> str:
    return f"{value:,.15g}" if isinstance(value, float) else cell_text(value)


def _links(sheet: Sheet, places: Places) -> tuple[dict[tuple[int, int], str], str]:
    """Return the link of each cell that has one, as far as Excel allows them, and a note on the others."""
    references, addresses = {}, {}
    for at, row in enumerate(sheet.rows, FIRST_ROW):
        for number, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            if place := places.get(column.table, {}).get(value):
                references[at, number] = f"internal:'{column.table}'!A{place}"
            elif column.is_address and value is not None:
                addresses[at, number] = value
    links = {cell: address for cell, address in addresses.items() if excel_length(address) <= LONGEST_LINK}
    left_out = [f"addresses over {LONGEST_LINK:,} characters ({len(addresses) - len(links):,})"] * (links != addresses)
    if len(links) > MAX_LINKS:
        left_out.append(f"addresses ({len(links):,}; a sheet allows {MAX_LINKS:,} links)")
        links = {}
    if len(links) + len(references) > MAX_LINKS:
        left_out.append(f"references to rows ({len(references):,}; a sheet allows {MAX_LINKS:,} links)")
        references = {}
    note = f"sheet {sheet.name} has no links for {' and '.join(left_out)}: the text is there" if left_out else ""
    return {**references, **links}, note


def excel_length(text: str) -> int:
    """Return the length of a text as Excel counts it: a character beyond U+FFFF counts twice."""
    return len(text.encode("utf-16-le")) // 2


def _write_cell(worksheet: Worksheet, row: int, column: int, value: Any, formats: Formats, wrapped: int) -> None:
    if isinstance(value, bool):
        worksheet.write_boolean(row, column, value, formats.boolean)
    elif isinstance(value, int) and abs(value) < LARGEST_NUMBER:
        worksheet.write_number(row, column, value, formats.integer)
    elif isinstance(value, float) and abs(value) < LARGEST_NUMBER:
        worksheet.write_number(row, column, value, formats.whole if value.is_integer() else formats.decimal)
    elif isinstance(value, datetime.date) and value >= FIRST_DAY:
        worksheet.write_datetime(row, column, datetime.datetime.combine(value, datetime.time()), formats.day)
    else:
        # Never a formula, whatever it begins with.
        worksheet.write_string(row, column, cell_text(value), formats.wrapped if wrapped else formats.text)
