"""The first sheet of the workbook: what this is, how to read and cite it, where the rest is, and a chart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from shegong.chinese import display_width
from shegong.citation.cite import cite_package
from shegong.database.comments import view_sentence
from shegong.database.load import CODES
from shegong.outputs.sheets import CHART, DRAWN, NATIONAL, OBSERVATIONS, SERIES, Sheet
from shegong.outputs.worksheet import FIRST_ROW, set_print
from shegong.package.package import Package

NAME = "readme"
KEY_COLUMNS, PROSE_COLUMNS, LINE_HEIGHT_POINTS = 24, 76, 15.5
CHART_CELL, CHART_SIZE_PIXELS = "D3", {"width": 760, "height": 500}
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#D9D9D9"
"""Colours that people with colour blindness can tell apart."""
PALE = {BLUE: "#8FC1E3", ORANGE: "#F2B48C"}
MARKS = {
    "two_bounds": ("two bounds 有上下界", "circle", BLUE),
    "at_least": ("at least 不少于", "triangle", ORANGE),
    "at_most": ("at most 不超过", "diamond", ORANGE),
    "no_bounds": ("about, no bounds 约数，无上下界", "square", ORANGE),
}
DATE_WORDS = {"dated": "date printed 日期原文写明", "undated": "date not printed 日期未写明"}
FONT = {"size": 9}
TOTALS = """
SELECT (SELECT count(*) FROM observations), (SELECT count(DISTINCT metric_id) FROM observations),
       (SELECT count(DISTINCT region_id) FROM observations), (SELECT count(*) FROM sources),
       (SELECT count(*) FROM milestones), (SELECT min(year) FROM series), (SELECT max(year) FROM series)
"""
CHART_TITLE = f"SELECT DISTINCT metric_en || ' ' || metric_zh FROM series WHERE {NATIONAL}"


def write_first_sheet(
    workbook: Workbook, connection: duckdb.DuckDBPyConnection, package: Package, sheets: Sequence[Sheet], footer: str
) -> None:
    """Write the first sheet; its chart is native, and its data are in the sheet `chart`."""
    worksheet = workbook.add_worksheet(NAME)
    worksheet.hide_gridlines(2)
    worksheet.set_column(0, 0, KEY_COLUMNS)
    worksheet.set_column(1, 1, PROSE_COLUMNS)
    worksheet.set_column(2, 2, 2)
    bold, wrapped = (workbook.add_format({**style, "valign": "top"}) for style in ({"bold": True}, {"text_wrap": True}))
    for at, (title, size) in enumerate(((package.descriptor["title"], 16), (package.descriptor["title_zh"], 14))):
        worksheet.write_string(at, 0, title, workbook.add_format({"bold": True, "font_size": size}))
    about = list(_about(package, connection.execute(TOTALS).fetchall()[0]))
    for at, (key, value) in enumerate(about, 3):
        worksheet.write_string(at, 0, key, bold)
        _write_prose(worksheet, at, value, wrapped)
    link = workbook.add_format({"font_color": "#0563C1", "underline": 1, "valign": "top"})
    for at, sheet in enumerate(sheets, len(about) + 4):
        worksheet.write_url(at, 0, f"internal:'{sheet.name}'!A1", link, sheet.name)
        _write_prose(worksheet, at, f"{len(sheet.rows):,} rows 行. {sheet.about}", wrapped)
    for sheet in (sheet for sheet in sheets if sheet.name == CHART):
        ((title,),) = connection.execute(CHART_TITLE).fetchall()
        worksheet.insert_chart(CHART_CELL, _chart(workbook, sheet, title), {"object_position": 3})
    set_print(worksheet, footer)
    worksheet.fit_to_pages(1, 1)


def _write_prose(worksheet: Worksheet, row: int, text: str, wrapped: Format) -> None:
    """Write wrapped text with room for all its lines, because not every program adapts the height."""
    worksheet.write_string(row, 1, text, wrapped)
    lines = sum(math.ceil(display_width(line) / (PROSE_COLUMNS - 6)) for line in text.splitlines())
    worksheet.set_row(row, LINE_HEIGHT_POINTS * lines)


def _about(package: Package, totals: tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    about, (figures, metrics, places, sources, events, first, last) = package.descriptor, totals
    yield "version 版本", f"{about['version']} ({about['created'][:10]})"
    yield "what it is 内容", f"{about['description']}\n{about['description_zh']}"
    yield (
        "how much 数量",
        f"{figures:,} figures of {metrics} metrics in {places} places, from {sources} sources; {events} events; "
        f"years {first} to {last}.\n{first} 至 {last} 年，{places} 个地区 {metrics} 项指标的 {figures:,} 个数值，"
        f"{events} 件大事，{sources} 个来源。",
    )
    yield "licence 许可", "\n".join(f"{licence['title']} ({licence['path']})" for licence in about["licenses"])
    yield "how to cite 引用", cite_package(package, "text")
    yield f"a row of {SERIES}", view_sentence("series")
    yield (
        f"a row of {OBSERVATIONS}",
        "One value of one metric in one place at one time, as one source prints it (value_text).\n"
        "某地某时某指标的一个数值，以及来源原文（value_text）。",
    )
    yield (
        "bounds 上下界",
        "value_lower and value_upper bound the true value; an empty bound is open: over 80,000 has no upper bound.\n"
        "真值在 value_lower 与 value_upper 之间，空表示无界：“超过8万”没有上界。",
    )
    yield (
        "the chart 图",
        "A pale mark has a date that is inferred, or that of publication. Bars are the bounds. No line crosses a "
        f"year without a figure. Its data are in the sheet {CHART}.\n"
        f"浅色点的日期为推断或取自发表日期；竖线为上下界；无数据的年份不连线。数据见工作表 {CHART}。",
    )
    yield (
        "how to read 读法",
        "The first row of each sheet has the names of the columns, each with a note in English and Chinese. Ids are "
        f"links to their row. The codes are in the sheet {CODES}. Of wide sheets the first columns are printed. "
        "In pandas, keep ids as text: dtype={'province_id': str, 'prefecture_id': str}.\n"
        f"首行为列名，批注有中英文说明。标识符链接到相应的行，代码见工作表 {CODES}。宽表只打印前面的列。",
    )


def _chart(workbook: Workbook, sheet: Sheet, title: str) -> Any:
    """Return a line without marks, and the marks, each kind with its own sign and word."""
    chart = workbook.add_chart({"type": "line"})
    chart.add_series(_line(sheet))
    for name in DRAWN:
        if any(row[_at(sheet, name)] is not None for row in sheet.rows):
            chart.add_series(_marks(sheet, name))
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_x_axis({"num_font": FONT})
    gridlines = {"visible": True, "line": {"color": GREY}}
    chart.set_y_axis({"num_format": "#,##0", "min": 0, "num_font": FONT, "major_gridlines": gridlines})
    chart.set_legend({"position": "bottom", "font": FONT, "delete_series": [0]})
    chart.show_blanks_as("gap")
    chart.set_size(CHART_SIZE_PIXELS)
    return chart


def _line(sheet: Sheet) -> dict[str, Any]:
    """Return the line, with the bounds as bars."""
    bars: dict[str, Any] = {"type": "custom", "line": {"color": BLUE}}
    for sign, name in (("plus", "above"), ("minus", "below")):
        first, column, last, _ = _cells(sheet, name)[1:]
        bars[f"{sign}_values"] = f"={sheet.name}!{xl_range_abs(first, column, last, column)}"
        bars[f"{sign}_data"] = [row[column] for row in sheet.rows]
    return {
        "name": "line",
        "categories": _cells(sheet, "year"),
        "values": _cells(sheet, "line"),
        "line": {"color": BLUE, "width": 1.5},
        "y_error_bars": bars,
    }


def _marks(sheet: Sheet, name: str) -> dict[str, Any]:
    bounds, _, dates = name.rpartition("_")
    words, sign, colour = MARKS[bounds]
    fill = {"color": colour if dates == "dated" else PALE[colour]}
    return {
        "name": f"{words}, {DATE_WORDS[dates]}",
        "categories": _cells(sheet, "year"),
        "values": _cells(sheet, name),
        "line": {"none": True},
        "marker": {"type": sign, "size": 8, "fill": fill, "border": {"color": colour, "width": 1.5}},
    }


def _at(sheet: Sheet, name: str) -> int:
    return [column.name for column in sheet.columns].index(name)


def _cells(sheet: Sheet, name: str) -> list[Any]:
    """Return the cells of a column, as a chart refers to them."""
    column = _at(sheet, name)
    return [sheet.name, FIRST_ROW, column, FIRST_ROW + len(sheet.rows) - 1, column]
