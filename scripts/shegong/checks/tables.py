"""The typed rows under check, each with its line, in a DuckDB database that spills to a temporary folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from shegong.database.load import TYPES
from shegong.errors import PackageError, first_line
from shegong.package.cells import polars_types
from shegong.package.schema import TableSchema

MAX_MEMORY = "2500MiB"
"""What DuckDB may use; the rest goes to the folder, which is deleted with the tables."""
MORE_ROOM = "set TMPDIR to a folder with more space"


@dataclass(frozen=True)
class ArrowStream:
    """A frame as DuckDB reads it without pyarrow, which it imports for the frame itself."""

    frame: pl.DataFrame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return a stream of the rows."""
        return self.frame.__arrow_c_stream__(requested_schema)


class Tables(Mapping[str, pl.DataFrame]):
    """Typed tables by name, filled block by block; a table becomes a frame when it is looked up."""

    def __init__(self) -> None:
        """Create no tables yet."""
        self._folder = tempfile.TemporaryDirectory(prefix="shegong-check-")
        self._connection = duckdb.connect()
        self._connection.execute(f"SET memory_limit = '{MAX_MEMORY}'")
        self._connection.execute("SET temp_directory = $1", [self._folder.name])
        # One transaction for all blocks: DuckDB copies the rows of a transaction that does not end with a row group.
        self._connection.begin()
        self._types: dict[str, pl.Schema] = {}
        self._hashes: dict[str, dict[tuple[str, ...], list[pl.Series]]] = {}
        self.heights: dict[str, int] = {}

    def create(self, schema: TableSchema) -> None:
        """Add an empty table."""
        columns = ", ".join(f"{field.name} {TYPES[field.type]}" for field in schema.fields)
        self._connection.execute(f"CREATE TABLE {schema.name} (line BIGINT, {columns})")
        self._types[schema.name], self.heights[schema.name] = polars_types(schema), 0
        keys = (*((column,) for column in schema.primary_key), *schema.unique_keys)
        self._hashes[schema.name] = {key: [] for key in keys}

    def append(self, name: str, frame: pl.DataFrame, first_line: int) -> None:
        """Add typed rows to a table, the first of them on `first_line`."""
        with _package_errors(name):
            self._connection.from_arrow(ArrowStream(frame.with_row_index("line", first_line))).insert_into(name)
        self.heights[name] += frame.height
        for key, hashes in self._hashes[name].items():
            hashes.append(frame.select(key).hash_rows())

    def is_unique(self, name: str, key: tuple[str, ...]) -> bool:
        """Return whether no two rows have the same key, by their hashes; if not, some may have it."""
        hashes = self._hashes[name][key]
        return not hashes or pl.concat(hashes).n_unique() == self.heights[name]

    def commit(self) -> None:
        """End the filling, so that queries are planned by the number of rows."""
        self._connection.commit()

    def drop(self, name: str) -> None:
        """Remove a table whose rows cannot be parsed."""
        self._connection.execute(f"DROP TABLE {name}")
        del self._types[name], self.heights[name]

    def store(self, name: str, frame: pl.DataFrame) -> None:
        """Store a frame as a table for SQL only."""
        self._connection.from_arrow(ArrowStream(frame)).create(name)

    def execute(self, sql: str, what: str) -> None:
        """Run SQL over the tables.

        Args:
            sql: What to run.
            what: What an error names: a table or a rule.

        Raises:
            PackageError: The SQL does not fit the schemas of the package, or no space is left for the rows.
        """
        with _package_errors(what):
            self._connection.execute(sql)

    def rows(self, sql: str, what: str) -> list[tuple[Any, ...]]:
        """Run a SELECT over the tables, with the errors of `execute`."""
        with _package_errors(what):
            return self._connection.execute(sql).fetchall()

    def __getitem__(self, name: str) -> pl.DataFrame:
        """Return the rows of a table in the order of their lines."""
        if name not in self._types:
            raise KeyError(name)
        types = self._types[name]
        rows = self.rows(f"SELECT {', '.join(types)} FROM {name} ORDER BY line", name)
        # Rows, no Arrow stream: DuckDB 2.0 complains of leaks at the exit once polars has read a stream of it.
        return pl.DataFrame(rows, types, orient="row")

    def __contains__(self, name: object) -> bool:
        """Return whether there is such a table, without its rows."""
        return name in self._types

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the tables."""
        return iter(self._types)

    def __len__(self) -> int:
        """Count the tables."""
        return len(self._types)


@contextmanager
def _package_errors(what: str) -> Iterator[None]:
    try:
        yield
    except (duckdb.BinderException, duckdb.ConversionException) as error:
        raise PackageError(f"{what}: does not fit the schemas of the package: {first_line(error)}") from None
    except duckdb.OperationalError as error:
        raise PackageError(f"{what}: no space left for its rows: {first_line(error)} ({MORE_ROOM})") from None
