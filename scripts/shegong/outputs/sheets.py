"""What the sheets of the workbook contain: rows of tables and views, with names in both languages beside the codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from shegong.chinese import display_width
from shegong.database.comments import MADE, all_comments
from shegong.database.load import CODES, VIEWS, sql_literal
from shegong.package.package import Package
from shegong.package.schema import TableSchema

SERIES, OBSERVATIONS, CHART = "series", "observations", "chart"
VIEW_OF = {SERIES: "series", OBSERVATIONS: "observations_labelled"}
FIRST_COLUMNS = {
    SERIES: (
        *("region_id", "metric_id", "region_en", "region_zh", "metric_en", "metric_zh", "grade", "year"),
        *("value", "value_lower", "value_upper", "unit", "qualifier", "agree"),
    ),
    OBSERVATIONS: (
        *("region_id", "metric_id", "region_en", "region_zh", "metric_en", "metric_zh", "grade"),
        *("scope_en", "scope_zh", "period_end", "value", "value_lower", "value_upper", "unit", "value_text", "status"),
    ),
}
"""Columns that come first, after the key; the others follow in the order of the view."""
PRINTED = "region_en"
"""The first column that is printed; the last is the last of the first columns."""
WRAPPED = {"region_en": 24, "metric_en": 32, "metric_zh": 24, "scope_en": 26, "scope_zh": 22, "value_text": 18}
"""Widths of columns whose text takes several lines, so that a page has space for the others."""
PROSE_COLUMNS = 48
"""Width at which longer text of a table is wrapped."""
ORDER = {
    SERIES: "metric_id, grade, region_id <> 'CN', region_id, year",
    OBSERVATIONS: "observation_id",
    CODES: "table_name, column_name, code",
}
FROZEN = {SERIES: 4, OBSERVATIONS: 5}
"""Columns that stay on the screen: keys, and names of the place. Of another sheet, the first."""
CODED = ("observations", "metrics", "regions", "sources")
"""Tables whose code lists the views use; the first that has a column of this name is meant."""
NATIONAL = "region_id = 'CN' AND metric_id = 'licensed_social_workers' AND grade = 'all'"
BOUNDS = {
    "two_bounds": "value_lower IS NOT NULL AND value_upper IS NOT NULL",
    "at_least": "value_lower IS NOT NULL AND value_upper IS NULL",
    "at_most": "value_lower IS NULL AND value_upper IS NOT NULL",
    "no_bounds": "value_lower IS NULL AND value_upper IS NULL",
}
DATES = {"dated": "period_basis = 'stated'", "undated": "period_basis <> 'stated'"}
"""Whether the source prints the date for the figure."""
DRAWN = {f"{bounds}_{dates}": f"{BOUNDS[bounds]} AND {DATES[dates]}" for bounds in BOUNDS for dates in DATES}
"""The columns of the chart's marks, and which values are in them."""
CHART_SQL = f"""
WITH drawn AS (FROM series WHERE {NATIONAL}),
     years AS (SELECT unnest(range(min(year), max(year) + 1)) AS year FROM drawn)
SELECT year, value, value_lower, value_upper, qualifier, period_end, period_basis, publishers, agree, observation_id,
       CASE WHEN {BOUNDS["two_bounds"]} THEN value END AS line,
       value_upper - value AS above, value - value_lower AS below,
       {", ".join(f"CASE WHEN {condition} THEN value END AS {name}" for name, condition in DRAWN.items())}
FROM years LEFT JOIN drawn USING (year)
ORDER BY year
"""
CHART_NOTES = {
    "line": "The value, if it has both bounds: the line of the chart. 有上下两界的数值，即图中的线。",
    "above": "From the value to the upper bound. 数值与上界之差。",
    "below": "From the lower bound to the value. 数值与下界之差。",
    **dict.fromkeys(DRAWN, "The value, if it is drawn as this kind of mark. 以此类点绘出的数值。"),
}
ABOUT_CHART = (
    "Licensed social workers in China, one row a year; the chart of the first sheet shows it. "
    "全国持证社会工作者人数，每年一行，即首页图表的数据。"
)


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    Attributes:
        name: Its name.
        note: A note in both languages.
        table: The table of whose keys its cells are, or nothing.
        is_address: Whether its cells are addresses.
        wrapped: The width at which its text is wrapped, or 0.
    """

    name: str
    note: str
    table: str = ""
    is_address: bool = False
    wrapped: int = 0


@dataclass(frozen=True)
class Sheet:
    """A sheet with one row of names.

    Attributes:
        name: Its name.
        about: What it contains, in both languages.
        columns: Its columns.
        rows: Its rows.
        frozen: How many columns stay on the screen.
        printed: The first and the last column that are printed; all of them without.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    frozen: int = 1
    printed: tuple[int, int] | None = None


def read_sheets(connection: duckdb.DuckDBPyConnection, package: Package) -> list[Sheet]:
    """Return the sheets in their order: `series`, `observations`, the other tables, code lists, data of the chart."""
    labelled = [_labelled(connection, package, name) for name in VIEW_OF]
    tables = [_table(connection, schema) for schema in package.schemas.values() if schema.name not in VIEW_OF]
    chart = _chart(connection, package)
    return [*labelled, *tables, _code_lists(connection), *([chart] if chart.rows else [])]


def _labelled(connection: duckdb.DuckDBPyConnection, package: Package, name: str) -> Sheet:
    """Return the sheet of a view, with the Chinese label of each code."""
    names, rows = _rows(connection, _labelled_query(connection, package, name))
    comments = all_comments(package, VIEWS)[VIEW_OF[name]]
    targets = {column: table for column, table in _targets(package).items() if table != name}
    titles = _titles(package)
    addresses = {field.name for schema in package.schemas.values() for field in schema.fields if field.format == "uri"}
    columns = [
        Column(
            column,
            _note(titles, comments.columns[column]) if column in comments.columns else _label_note(column),
            targets.get(column, ""),
            column in addresses,
            WRAPPED.get(column, 0),
        )
        for column in names
    ]
    printed = names.index(PRINTED), names.index(FIRST_COLUMNS[name][-1])
    return Sheet(name, comments.sentence, tuple(columns), rows, FROZEN[name], printed)


def _labelled_query(connection: duckdb.DuckDBPyConnection, package: Package, name: str) -> str:
    """Return the query of a sheet: key, first columns and their labels, then the others, each with its label."""
    view, lists = VIEW_OF[name], _code_lists_of_views(package)
    key = package.schemas[name].primary_key if name in package.schemas else ()
    first = (*key, *FIRST_COLUMNS[name])
    others = (column for column in connection.sql(f"FROM {view}").columns if column not in first)
    labels = (label for column in first for label in _label(column, lists))
    rest = (part for column in others for part in (f"v.{column}", *_label(column, lists)))
    return f"SELECT {', '.join([*first, *labels, *rest])} FROM {view} AS v ORDER BY {ORDER[name]}"


def _table(connection: duckdb.DuckDBPyConnection, schema: TableSchema) -> Sheet:
    _, rows = _rows(connection, f"FROM {schema.name} ORDER BY {', '.join(schema.primary_key)}")
    targets = {key.field: key.table for key in schema.foreign_keys}
    columns = tuple(
        Column(
            field.name,
            f"{field.title} {field.title_zh}\n{field.description} {field.description_zh}",
            targets.get(field.name, ""),
            field.format == "uri",
            0 if field.format == "uri" else _prose_width(rows, at),
        )
        for at, field in enumerate(schema.fields)
    )
    about = f"{schema.title} {schema.title_zh}. {schema.description} {schema.description_zh}"
    return Sheet(schema.name, about, columns, rows)


def _code_lists(connection: duckdb.DuckDBPyConnection) -> Sheet:
    names, rows = _rows(connection, f"FROM {CODES} ORDER BY {ORDER[CODES]}")
    notes = MADE[CODES]
    columns = (Column(name, notes.columns[name], wrapped=_prose_width(rows, at)) for at, name in enumerate(names))
    return Sheet(CODES, notes.sentence, tuple(columns), rows, 3)


def _prose_width(rows: list[tuple[Any, ...]], at: int) -> int:
    longest = max((display_width(row[at]) for row in rows if isinstance(row[at], str)), default=0)
    return PROSE_COLUMNS if longest > PROSE_COLUMNS else 0


def _chart(connection: duckdb.DuckDBPyConnection, package: Package) -> Sheet:
    names, rows = _rows(connection, CHART_SQL)
    notes = {**all_comments(package, VIEWS)[VIEW_OF[SERIES]].columns, **CHART_NOTES}
    titles = _titles(package)
    columns = (Column(name, _note(titles, notes[name]), _targets(package).get(name, "")) for name in names)
    return Sheet(CHART, ABOUT_CHART, tuple(columns), rows, printed=(0, names.index("observation_id")))


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    relation = connection.sql(query)
    return relation.columns, relation.fetchall()


def _label(column: str, lists: dict[str, str]) -> Iterator[str]:
    """Yield the expression of the Chinese label of a column whose cells are codes."""
    if table := lists.get(column):
        where = f"table_name = {sql_literal(table)} AND column_name = {sql_literal(column)} AND code = v.{column}"
        yield f"(SELECT label_zh FROM {CODES} WHERE {where}) AS {column}_zh"


def _code_lists_of_views(package: Package) -> dict[str, str]:
    tables = [package.schemas[name] for name in reversed(CODED) if name in package.schemas]
    return {field.name: table.name for table in tables for field in table.fields if field.categories}


def _titles(package: Package) -> dict[str, str]:
    """Return the titles of columns by their comment, which a view takes from the table."""
    fields = (field for schema in package.schemas.values() for field in schema.fields)
    return {f"{field.description} {field.description_zh}": f"{field.title} {field.title_zh}" for field in fields}


def _note(titles: dict[str, str], comment: str) -> str:
    return f"{titles[comment]}\n{comment}" if comment in titles else comment


def _label_note(column: str) -> str:
    code = column.removesuffix("_zh")
    return f"Chinese label of {code}; its definition is in the sheet {CODES}. {code} 的中文标签，定义见 {CODES}。"


def _targets(package: Package) -> dict[str, str]:
    """Return the table to which a column of a view refers."""
    keys = {schema.primary_key[0]: schema.name for schema in package.schemas.values()}
    return {key.field: key.table for schema in package.schemas.values() for key in schema.foreign_keys} | keys
