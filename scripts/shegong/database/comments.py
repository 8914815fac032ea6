"""Comments of tables, views and columns, in both languages.

The schemas describe the tables. A view's file describes the view in its first line, and a column in a line
`-- column: english | 中文`. A column without such a line has the comment that it has in the first of the tables
and views that the line `-- as in:` lists.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.resources import files

import duckdb

from shegong.package.package import Package

COLUMN = re.compile(r"^-- (\w+): (.+) \| (.+)$", re.M)
AS_IN = re.compile(r"^-- as in: (.+)$", re.M)

OWN = "table_catalog = current_database() AND table_schema = current_schema()"
NAMES = f"SELECT table_name, table_type FROM information_schema.tables WHERE {OWN}"
COLUMNS = f"SELECT table_name, column_name FROM information_schema.columns WHERE {OWN}"


@dataclass(frozen=True)
class Comments:
    """The description of a table or view, and of each of its columns."""

    sentence: str
    columns: Mapping[str, str]


MADE = {
    "code_lists": Comments(
        "Code lists of the schemas, with labels and definitions. 各表的代码表。",
        {
            "table_name": "Table of the column. 所在的表。",
            "column_name": "Column that contains the code. 所在的列。",
            "code": "The code. 代码。",
            "label_en": "English label. 英文标签。",
            "label_zh": "Chinese label. 中文标签。",
            "definition_en": "English definition. 英文定义。",
            "definition_zh": "Chinese definition. 中文定义。",
        },
    ),
    "package": Comments(
        "Version, date, licence and address of this package. 本数据包的版本、日期、许可证与网址。",
        {
            "version": "Version of the data, the schemas and the code. 数据、表结构与代码的版本。",
            "date": "Day of the release. 发布日期。",
            "licence": "Licence of the data. 数据许可证。",
            "address": "Address of the package; empty where it has none. 数据包的网址，没有则为空。",
        },
    ),
}
"""The tables that are made from the schemas and the descriptor."""


def view_sql(name: str) -> str:
    """Return the statement that creates a view."""
    return files("shegong.database").joinpath(f"views/{name}.sql").read_text("utf-8")


def view_sentence(name: str) -> str:
    """Return the description of a view, from its first line."""
    return view_sql(name).splitlines()[0].removeprefix("-- ")


def all_comments(package: Package, views: Collection[str]) -> dict[str, Comments]:
    """Return the comments of every table and view, by its name."""
    found = dict(MADE)
    for schema in package.schemas.values():
        columns = {field.name: f"{field.description} {field.description_zh}" for field in schema.fields}
        found[schema.name] = Comments(f"{schema.description} {schema.description_zh}", columns)
    for view in views:
        found[view] = Comments(view_sentence(view), _view_columns(view_sql(view), found))
    return found


def _view_columns(sql: str, found: Mapping[str, Comments]) -> dict[str, str]:
    listed = ", ".join(AS_IN.findall(sql)).split(", ")
    others = [found[name].columns for name in reversed(listed) if name in found]
    own = {column: f"{english} {chinese}" for column, english, chinese in COLUMN.findall(sql)}
    return {column: text for columns in [*others, own] for column, text in columns.items()}


def set_comments(connection: duckdb.DuckDBPyConnection, comments: Mapping[str, Comments]) -> None:
    """Comment the tables, views and columns of the connection's current database."""
    # In one transaction, which takes half the time of hundreds of them.
    connection.execute("BEGIN")
    for name, kind in connection.execute(NAMES).fetchall():
        if name in comments:
            connection.execute(_comment(f"{'VIEW' if kind == 'VIEW' else 'TABLE'} {name}", comments[name].sentence))
    for name, column in connection.execute(COLUMNS).fetchall():
        if name in comments and column in comments[name].columns:
            connection.execute(_comment(f"COLUMN {name}.{column}", comments[name].columns[column]))
    connection.execute("COMMIT")


def _comment(what: str, text: str) -> str:
    text = text.replace("'", "''")
    return f"COMMENT ON {what} IS '{text}'"
