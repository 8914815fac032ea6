"""Load a package into DuckDB: typed tables, comments, code lists, views. Needs only `duckdb`."""

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
GLOB_CHARACTERS = re.compile(r"[\[*?]")
"""Characters that would make a path match other files."""
MAX_MEMORY = "2GiB"
CODES = "code_lists"
PACKAGE_TABLE = "package"
"""The table of one row that contains the version."""
CSV = "header=true, delim=',', quote='\"', escape='\"', new_line='\\n', nullstr='', strict_mode=true"


def connect_package(package: Package) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database of the package's tables, code lists and views.

    Raises:
        PackageError: A table cannot be loaded.
    """
    connection = duckdb.connect()
    try:
        load(connection, package, keys=False)
    except duckdb.Error as error:
        raise PackageError(f"{package.name}: cannot be loaded: {first_line(error)}") from None
    return connection


def limit_memory(connection: duckdb.DuckDBPyConnection, folder: Path, memory: str = MAX_MEMORY) -> None:
    """Limit the memory of DuckDB; it writes what exceeds the limit to files in the folder."""
    connection.execute(f"SET memory_limit = {sql_literal(memory)}")
    connection.execute(f"SET temp_directory = {sql_literal(str(folder))}")


def load(
    connection: duckdb.DuckDBPyConnection, package: Package, keys: bool, materialized: Collection[str] = ()
) -> None:
    """Create and fill the tables, code lists and views in the connection's current database.

    Args:
        connection: The connection; its current database gets the tables.
        package: The package to load.
        keys: Whether to declare primary and foreign keys, which cost time and space.
        materialized: Views that become tables, their rows computed once.

    Raises:
        PackageError: A table cannot be loaded.
    """
    for schema in topological_order(package.schemas):
        connection.execute(create_table(schema, keys))
        _fill(connection, schema, package)
    connection.execute(f"CREATE TABLE {CODES} ({', '.join(f'{column} VARCHAR' for column in MADE[CODES].columns)})")
    connection.execute(f"INSERT INTO {CODES} VALUES {', '.join(_code_rows(package))}")
    connection.execute(f"CREATE TABLE {PACKAGE_TABLE} (version VARCHAR, date DATE, licence VARCHAR, address VARCHAR)")
    connection.execute(f"INSERT INTO {PACKAGE_TABLE} VALUES (?, ?, ?, ?)", _version_row(package))
    statements = {view: view_sql(view) for view in VIEWS if view not in materialized}
    for view in VIEWS:
        made = view_sql(view).replace("CREATE VIEW", "CREATE TABLE", 1) if view in materialized else ""
        connection.execute(made or standalone_view(view, statements))
    set_comments(connection, all_comments(package, VIEWS))


def create_table(schema: TableSchema, keys: bool) -> str:
    """Return the CREATE TABLE statement of a Table Schema."""
    parts = [_column(field) for field in schema.fields]
    if keys:
        parts.append(f"PRIMARY KEY ({', '.join(schema.primary_key)})")
        # A table that refers to itself cannot be loaded in bulk, nor exported.
        own = [key for key in schema.foreign_keys if key.table != schema.name]
        parts += [f"FOREIGN KEY ({key.field}) REFERENCES {key.table} ({key.reference})" for key in own]
    return f"CREATE TABLE {schema.name} ({', '.join(parts)})"


def select_csv(schema: TableSchema, path: Path) -> str:
    """Return a SELECT over a canonical CSV file, with each column typed by its schema."""
    types = ", ".join(f"{sql_literal(field.name)}: {sql_literal(TYPES[field.type])}" for field in schema.fields)
    names = ", ".join(schema.columns)
    file = sql_literal(GLOB_CHARACTERS.sub(r"[\g<0>]", str(path)))
    return f"SELECT {names} FROM read_csv({file}, {CSV}, types={{{types}}})"


def sql_literal(text: str) -> str:
    """Return a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def topological_order(schemas: dict[str, TableSchema]) -> Iterator[TableSchema]:
    """Yield the tables, each after those to which it refers.

    Raises:
        PackageError: The foreign keys form a cycle.
    """
    waiting = dict(schemas)
    while waiting:
        ready = [s for s in waiting.values() if not {k.table for k in s.foreign_keys} & (set(waiting) - {s.name})]
        if not ready:
            raise PackageError(f"the foreign keys form a cycle: {', '.join(waiting)}")
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
                yield f"({', '.join(sql_literal(cell) for cell in cells)})"


def _version_row(package: Package) -> list[str | None]:
    descriptor = package.descriptor
    try:
        licences = ", ".join(licence["name"] for licence in descriptor["licenses"])
        return [package.version, descriptor["created"][:10], licences, descriptor.get("homepage")]
    except (KeyError, TypeError) as error:
        raise PackageError(f"{package.place(DESCRIPTOR)}: licence or date missing: {error} ({SEE})") from None
