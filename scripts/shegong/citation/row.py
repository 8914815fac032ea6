"""Find a row by its id, and describe it in a sentence, with its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shegong.citation.citation_metadata import Cells, Row, Source, commas, when
from shegong.errors import PackageError
from shegong.package.package import Package

if TYPE_CHECKING:
    import duckdb

    from shegong.package.schema import TableSchema

DEPRECATIONS = "deprecations"
SPANS = ("flow", "duration", "standard")
"""Kinds of metrics whose period is the span itself; of the others it is the window that contains the day."""
FIGURES = {
    "exact": "{value}",
    "rounded": "about {value} (between {lower} and {upper})",
    "about": "about {value}",
    "between": "between {lower} and {upper}",
    "at_least": "at least {lower}",
    "at_most": "at most {upper}",
    "nearly": "nearly {value} (no more than {upper})",
}
PERIOD_BASES = {
    "stated": "time stated",
    "inferred": "time inferred",
    "published": "time taken from the source's date of publication",
}
ENGLISH = ("title_en", "name_en", "file_name", "text", "id")
CHINESE = ("title_zh", "name_zh")
MILESTONE = """
SELECT m.*, p.name_zh AS region_zh, p.path_en AS region_path_en, b.name_en AS organization_en, g.name_en AS programme_en
FROM milestones AS m
JOIN region_paths AS p ON p.region_id = m.region_id
LEFT JOIN organizations AS b ON b.organization_id = m.organization_id
LEFT JOIN programmes AS g ON g.programme_id = m.programme_id
WHERE m.milestone_id = ?
"""
OBSERVATION = "SELECT * FROM observations_labelled WHERE observation_id = ?"
SAME_NUMBER = "regexp_replace(lower({}), '-0*', '-', 'g')"
"""An id without the zeros before its numbers, by which `obs-9` and `OBS-0009` are the same."""
SOURCE = """
SELECT s.*, p.name_zh AS publisher
FROM sources AS s
LEFT JOIN organizations AS p ON p.organization_id = s.publisher_id
WHERE s.source_id = ?
"""
SOURCE_OF_MENTION = """
SELECT s.*, p.name_zh AS publisher
FROM sources AS s
JOIN mentions AS m ON m.document_id = s.document_id AND m.char_start >= s.char_start AND m.char_end <= s.char_end
LEFT JOIN organizations AS p ON p.organization_id = s.publisher_id
WHERE m.mention_id = ?
ORDER BY s.char_end - s.char_start
"""


def find_row(package: Package, connection: duckdb.DuckDBPyConnection, key: str) -> Row:
    """Find the row with an id in all tables.

    Raises:
        PackageError: No row has this id, or more than one.
    """
    table, _, id = key.rpartition("/")
    schemas = [schema for schema in _citable(package) if table in ("", schema.name)]
    found = [
        (schema, cells)
        for schema in schemas
        for cells in _rows(connection, f"SELECT * FROM {schema.name} WHERE {schema.primary_key[0]} = ?", id)
    ]
    if not found:
        raise PackageError(_not_found(package, connection, key))
    if len(found) > 1:
        names = " or ".join(f"{schema.name}/{id}" for schema, _ in found)
        raise PackageError(f"more than one row has the id {id!r}: write {names}")
    schema, cells = found[0]
    _require_references(connection, schema, cells)
    return Row(
        schema.name, id, _statement(package, connection, schema, cells), _source(connection, schema.name, id, cells)
    )


def observation_row(package: Package, cells: Cells, source: Cells) -> Row:
    """Return a figure that is read already.

    Args:
        package: The package that contains it.
        cells: Its row of `observations_labelled`.
        source: The row of its source, with the Chinese name of the publisher as `publisher`.
    """
    return Row("observations", cells["observation_id"], _observed(package, cells), _as_source(source))


def _citable(package: Package) -> Iterator[TableSchema]:
    for schema in package.schemas.values():
        if schema.name != DEPRECATIONS and len(schema.primary_key) == 1:
            yield schema


def _require_references(connection: duckdb.DuckDBPyConnection, schema: TableSchema, cells: Cells) -> None:
    for key in schema.foreign_keys:
        value = cells[key.field]
        if value is not None and not _rows(connection, f"FROM {key.table} WHERE {key.reference} = ?", value):
            id = cells[schema.primary_key[0]]
            raise PackageError(f"{id} refers to {key.table}/{value}, which is missing: run `shegong check`")


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, key: str) -> list[Cells]:
    answer = connection.execute(sql, [key])
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _not_found(package: Package, connection: duckdb.DuckDBPyConnection, key: str) -> str:
    if DEPRECATIONS in package.schemas:
        for removed in _rows(connection, f"SELECT * FROM {DEPRECATIONS} WHERE id = ?", key.rpartition("/")[2]):
            instead = f"cite {removed['replaced_by']} instead" if removed["replaced_by"] else "nothing replaces it"
            return (
                f"{key} was removed from {removed['table_name']} in {removed['since']}: {instead} ({removed['reason']})"
            )
    near, names = _near(package, connection, key), ", ".join(schema.name for schema in _citable(package))
    hint = f"did you mean {near}?" if near else f"looked in {names}"
    return f"no row of {package.descriptor['name']} {package.version} has the id {key!r}: {hint}"


def _near(package: Package, connection: duckdb.DuckDBPyConnection, key: str) -> str:
    """Return the id that differs only in letter case, or in zeros before a number; else nothing."""
    table, _, id = key.rpartition("/")
    for schema in _citable(package):
        column = schema.primary_key[0]
        same = f"{SAME_NUMBER.format(column)} = {SAME_NUMBER.format('?')}"
        for row in _rows(connection, f"FROM {schema.name} WHERE {same}", id) if table in ("", schema.name) else []:
            return str(row[column])
    return ""


def _statement(package: Package, connection: duckdb.DuckDBPyConnection, schema: TableSchema, cells: Cells) -> str:
    key = cells[schema.primary_key[0]]
    if schema.name == "observations":
        return _observed(package, _joined(connection, OBSERVATION, key))
    if schema.name == "milestones":
        return _happened(_joined(connection, MILESTONE, key))
    return f"{_named(cells)}{_detail(cells)}"


def _joined(connection: duckdb.DuckDBPyConnection, sql: str, key: str) -> Cells:
    for row in _rows(connection, sql, key):
        return row
    raise PackageError(f"{key} is in a region whose parents are not all there: run `shegong check`")


def _observed(package: Package, cells: Cells) -> str:
    metric = f"{cells['metric_en']} ({cells['metric_zh']})"
    unit = _label(package, "metrics", "unit", cells["unit"])
    figure = f"{_figure(cells)} (unit: {unit}; printed as {cells['value_text']})"
    status = "" if cells["status"] == "reported" else _label(package, "observations", "status", cells["status"])
    time = when(cells["period_start"], cells["period_end"], cells["kind"] in SPANS)
    basis = PERIOD_BASES.get(cells["period_basis"], "")
    doubt = f"doubtful ({_label(package, 'observations', 'doubt', cells['doubt']).lower()})" if cells["doubt"] else ""
    grade = "" if cells["grade"] == "all" else f"{cells['grade']} grade"
    what = commas(metric, grade, cells["scope_en"] or "", _place(cells), *_said_of(cells))
    return f"{what}: {commas(figure, status, doubt, time, basis)}"


def _happened(cells: Cells) -> str:
    status = "" if cells["status"] == "occurred" else cells["status"]
    time = when(cells["date_start"], cells["date_end"], is_span=False)
    basis = f"date {cells['date_basis']}" if cells["date_basis"] else ""
    return f"{commas(_named(cells), _place(cells), *_said_of(cells))}: {commas(status, time, basis)}"


def _figure(cells: Cells) -> str:
    numbers = {"value": cells["value"], "lower": cells["value_lower"], "upper": cells["value_upper"]}
    texts = {name: "no bound" if number is None else f"{number:,.15g}" for name, number in numbers.items()}
    return FIGURES.get(cells["qualifier"], "{value}").format(**texts)


def _place(cells: Cells) -> str:
    return f"{', '.join(reversed(cells['region_path_en'].split(' / ')))} ({cells['region_zh']})"


def _said_of(cells: Cells) -> Iterator[str]:
    for word, column in (("of", "organization_en"), ("under", "programme_en")):
        yield f"{word} {cells[column]}" if cells[column] else ""


def _named(cells: Cells) -> str:
    english, chinese = (next((str(cells[c]) for c in names if cells.get(c)), "") for names in (ENGLISH, CHINESE))
    return f"{english} ({chinese})" if english and chinese else english or chinese


def _detail(cells: Cells) -> str:
    if "definition_en" in cells:
        return f": {cells['definition_en']}"
    if "sha256" in cells:
        return f", {cells['bytes']:,} bytes, SHA-256 {cells['sha256']}"
    if "mention_id" in cells:
        return f", characters {cells['char_start']} to {cells['char_end']} of the document {cells['document_id']}"
    return ""


def _label(package: Package, table: str, column: str, code: str) -> str:
    categories = package.schemas[table].field(column).categories
    return next((category.label for category in categories if category.value == code), code)


def _source(connection: duckdb.DuckDBPyConnection, table: str, key: str, cells: Cells) -> Source | None:
    if table == "mentions":
        found = _rows(connection, SOURCE_OF_MENTION, key)
    else:
        found = _rows(connection, SOURCE, cells["source_id"]) if cells.get("source_id") else []
    return _as_source(found[0]) if found else None


def _as_source(cells: Cells) -> Source:
    return Source(
        **{name: cells[name] or "" for name in ("title_zh", "title_en", "publisher", "reposted_by", "url")},
        id=cells["source_id"],
        first=cells["published_from"],
        last=cells["published_to"],
        basis=cells["published_basis"],
    )
