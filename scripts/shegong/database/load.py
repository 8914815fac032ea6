"""Load a package into DuckDB: typed tables, comments, code lists, ready views. Needs only `duckdb`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from shegong.database.comments import MADE, all_comments, set_comments, view_sql
from shegong.database.standalone import standalone_view
from shegong.errors import PackageError, first_line
from shegong.package.files import FolderFiles
from shegong.package.package import DESCRIPTOR, SEE, Package
from shegong.package.schema import Field, TableSchema

TYPES = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE", "boolean": "BOOLEAN"}
VIEWS = (
    "region_paths",
    "observations_labelled",
    "series_candidates",
    "series",
    "latest_observations",
    "per_10000",
    "disagreements",
    "targets",
    "timeline",
    "evidence",
    "coverage",
)
"""The views, each after those that it reads."""
WRONG_ROWS = (
    *(duckdb.ConversionException, duckdb.InvalidInputException, duckdb.ConstraintException),
    *(duckdb.BinderException, duckdb.IOException),  # other columns; no file
)
GLOB = re.compile(r"[\[*?]")
"""What would make a path stand for other files."""
MEMORY = "2GiB"
CODES = "code_lists"
DESCRIBED = "package"
"""The table of one row that contains the version."""
CSV = "header=true, delim=',', quote='\"', escape='\"', new_line='\\n', nullstr='', strict_mode=true"


def connect_package(package: Package) -> duckdb.DuckDBPyConnection:
    """An in-memory database of the package's tables, code lists and views.

    Raises:
        PackageError: A table cannot be loaded.
    """
    connection = duckdb.connect()
    try:
        load(connection, package, keys=False)
    except duckdb.Error as error:
        raise PackageError(f"{package.name}: cannot be loaded: {first_line(error)}") from None
    return connection


def bound(connection: duckdb.DuckDBPyConnection, folder: Path, memory: str = MEMORY) -> None:
    """Let DuckDB take no more memory than this; what is beyond goes to files in a folder of its own."""
    connection.execute(f"SET memory_limit = {quoted(memory)}")
    connection.execute(f"SET temp_directory = {quoted(str(folder))}")


def load(connection: duckdb.DuckDBPyConnection, package: Package, keys: bool, ready: Collection[str] = ()) -> None:
    """Create and fill the tables, code lists and views in the connection's current database.

    Args:
        connection: Where to.
        package: What.
        keys: Whether to declare primary and foreign keys, which cost time and space.
        ready: Views that are made as tables, their rows computed once.

    Raises:
        PackageError: A table cannot be loaded.
    """
    for schema in topological_order(package.schemas):
        connection.execute(create_table(schema, keys))
        _fill(connection, schema, package)
    connection.execute(f"CREATE TABLE {CODES} ({', '.join(f'{column} VARCHAR' for column in MADE[CODES].columns)})")
    connection.execute(f"INSERT INTO {CODES} VALUES {', '.join(_code_rows(package))}")
    connection.execute(f"CREATE TABLE {DESCRIBED} (version VARCHAR, date DATE, licence VARCHAR, address VARCHAR)")
    connection.execute(f"INSERT INTO {DESCRIBED} VALUES (?, ?, ?, ?)", _version_row(package))
    statements = {view: view_sql(view) for view in VIEWS if view not in ready}
    for view in VIEWS:
        made = view_sql(view).replace("CREATE VIEW", "CREATE TABLE", 1) if view in ready else ""
        connection.execute(made or standalone_view(view, statements))
    set_comments(connection, all_comments(package, VIEWS))


def create_table(schema: TableSchema, keys: bool) -> str:
    """The CREATE TABLE statement of a Table Schema."""
    parts = [_column(field) for field in schema.fields]
    if keys:
        parts.append(f"PRIMARY KEY ({', '.join(schema.primary_key)})")
        # A table that refers to itself cannot be loaded in bulk, nor exported.
        own = [key for key in schema.foreign_keys if key.table != schema.name]
        parts += [f"FOREIGN KEY ({key.field}) REFERENCES {key.table} ({key.reference})" for key in own]
    return f"CREATE TABLE {schema.name} ({', '.join(parts)})"


def select_csv(schema: TableSchema, path: Path) -> str:
    """A SELECT over a canonical CSV file, typed by name and never by guess."""
    types = ", ".join(f"{quoted(field.name)}: {quoted(TYPES[field.type])}" for field in schema.fields)
    names = ", ".join(schema.columns)
    return f"SELECT {names} FROM read_csv({file_literal(path)}, {CSV}, types={{{types}}})"


def file_literal(path: Path) -> str:
    """A SQL string literal that stands for one file, whatever is in its name."""
    return quoted(GLOB.sub(r"[\g<0>]", str(path)))


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def topological_order(schemas: dict[str, TableSchema]) -> Iterator[TableSchema]:
    """The tables, those that others refer to first."""
    waiting = dict(schemas)
    while waiting:
        ready = [s for s in waiting.values() if not {k.table for k in s.foreign_keys} & (set(waiting) - {s.name})]
        if not ready:
            raise PackageError(f"foreign keys go round in a circle: {', '.join(waiting)}")
        for schema in ready:
            yield waiting.pop(schema.name)


def _column(field: Field) -> str:
    return f"{field.name} {TYPES[field.type]}{' NOT NULL' if field.required else ''}"


def _fill(connection: duckdb.DuckDBPyConnection, schema: TableSchema, package: Package) -> None:
    try:
        with _csv_file(package, schema.name) as path:
            connection.execute(f"INSERT INTO {schema.name} BY NAME {select_csv(schema, path)}")
    except WRONG_ROWS as error:
        place, reason = package.place(package.file(schema.name)), first_line(error)
        raise PackageError(f"{place}: cannot be loaded: {reason} (run `shegong check` to see where)") from None


@contextmanager
def _csv_file(package: Package, table: str) -> Iterator[Path]:
    """Yield a table's CSV file, which DuckDB reads; of a package that is not in a folder, a temporary copy."""
    if isinstance(package.files, FolderFiles):
        yield package.path(table)
        return
    with TemporaryDirectory(prefix="shegong-") as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(package.table_bytes(table))
        yield path


def _code_rows(package: Package) -> Iterator[str]:
    for schema in package.schemas.values():
        for field in schema.fields:
            for code in field.categories:
                cells = (
                    schema.name,
                    field.name,
                    code.value,
                    code.label,
                    code.label_zh,
                    code.definition,
                    code.definition_zh,
                )
                yield f"({', '.join(quoted(cell) for cell in cells)})"


def _version_row(package: Package) -> list[str | None]:
    descriptor = package.descriptor
    try:
        licences = ", ".join(licence["name"] for licence in descriptor["licenses"])
        return [package.version, descriptor["created"][:10], licences, descriptor.get("homepage")]
    except (KeyError, TypeError) as error:
        raise PackageError(f"{package.place(DESCRIPTOR)}: no licence or day of release: {error} ({SEE})") from None
