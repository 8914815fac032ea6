"""The data dictionary, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import duckdb

from shegong.database.comments import all_comments
from shegong.database.load import VIEWS
from shegong.package.package import Package
from shegong.package.schema import Field, TableSchema
from shegong.pages.markdown import markdown_head, markdown_page, markdown_row

VIEWS_ARE_IN = "In the built database and in `shegong.connect()`; `code_lists` contains the codes below as a table."


def dictionary(package: Package, connection: duckdb.DuckDBPyConnection) -> str:
    """Return the page."""
    lines = ["# Data dictionary / 数据字典", "", f"Version {package.version}.", ""]
    lines += [f"- [`{s.name}`](#{s.name}): {s.title} / {s.title_zh}" for s in package.schemas.values()]
    lines += ["- [Views](#views) / 视图", "", "An empty cell means missing. 空单元格表示缺失。", ""]
    for schema in package.schemas.values():
        lines += _table_lines(schema)
    return markdown_page([*lines, *_view_lines(package, connection)])


def _view_lines(package: Package, connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    comments = all_comments(package, VIEWS)
    yield from ("## Views", "", VIEWS_ARE_IN, "")
    for view in VIEWS:
        yield from (f"### {view}", "", comments[view].sentence, "", *markdown_head("column", "type", "description"))
        for name, type in connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {view})").fetchall():
            yield markdown_row(f"`{name}`", type.lower(), comments[view].columns[name])
        yield ""


def _table_lines(schema: TableSchema) -> Iterator[str]:
    yield from (f"## {schema.name}", "", f"{schema.description} {schema.description_zh}", "")
    yield from markdown_head("column", "title", "type", "may be empty", "description", "example")
    for field in schema.fields:
        yield markdown_row(
            f"`{field.name}`",
            f"{field.title} / {field.title_zh}",
            _type(schema, field),
            "" if field.required else "yes",
            f"{field.description} {field.description_zh}{_limits(field)}",
            f"`{field.example}`",
        )
    yield ""
    yield from _key_lines(schema)
    for field in schema.fields:
        yield from _code_lines(schema, field)


def _type(schema: TableSchema, field: Field) -> str:
    targets = [key.table for key in schema.foreign_keys if key.field == field.name]
    return f"{field.type} → [`{targets[0]}`](#{targets[0]})" if targets else field.type


def _limits(field: Field) -> str:
    limits = {"pattern": field.pattern, "minimum": field.minimum, "maximum": field.maximum, "at most": field.max_length}
    listed = [f"{name} `{value}`" for name, value in limits.items() if value is not None]
    return f" ({'; '.join(listed)})" if listed else ""


def _key_lines(schema: TableSchema) -> Iterator[str]:
    yield f"Primary key 主键: {_columns(schema.primary_key)}."
    for key in schema.unique_keys:
        yield f"Unique, empty equals empty 唯一（空等于空）: {_columns(key)}."
    yield ""


def _columns(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _code_lines(schema: TableSchema, field: Field) -> Iterator[str]:
    if not field.categories:
        return
    yield from (f"Codes of `{schema.name}.{field.name}`:", "", *markdown_head("code", "label", "标签", "definition"))
    for code in field.categories:
        words = f" Measure words 量词: {'、'.join(code.classifiers)}." if code.classifiers else ""
        definition = f"{code.definition} {code.definition_zh}{words}"
        yield markdown_row(f"`{code.value}`", code.label, code.label_zh, definition)
    yield ""
