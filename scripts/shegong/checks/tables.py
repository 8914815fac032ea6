"""The typed tables under check: in DuckDB, each row with the line it stands on, so that size is no matter of memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import duckdb
import polars as pl

from shegong.checks.readings import read_plainly, read_quantities
from shegong.database.load import TYPES, bound
from shegong.package.descriptor import Package
from shegong.package.schema import TableSchema

LARGE = 512 * 1024**2
"""Bytes of tables above which the rows are held in a file and not in memory."""
MEMORY = "2500MiB"
"""What DuckDB may take; beyond it goes to the folder, which goes with the tables."""
READINGS = {"mentions": "text", "organizations": "name_zh", "programmes": "name_zh"}
"""Tables that have a column more, `reading`: how the words of this column read."""
READ_ROLES = ("date", "place", "name")
"""Roles of a mention whose words are read."""


class Tables(Mapping[str, pl.DataFrame]):
    """Typed tables by name, filled block by block; a table is brought into memory when it is asked for as a frame."""

    def __init__(self, package: Package) -> None:
        """No tables yet, of a package whose files are there."""
        self._package = package
        self._columns: dict[str, tuple[str, ...]] = {}
        self.heights: dict[str, int] = {}
        self.rising: set[str] = set()
        """Tables whose keys were seen to rise, so that none stands twice."""

    @cached_property
    def are_large(self) -> bool:
        """Whether the rows are held in a file."""
        return sum(self._package.path(name).stat().st_size for name in self._package.schemas) > LARGE

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The database that holds the rows."""
        folder = Path(self._folder.name)
        connection = duckdb.connect(str(folder / "rows.duckdb") if self.are_large else ":memory:")
        bound(connection, folder / "spilled", MEMORY)
        return connection

    @cached_property
    def _folder(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory(prefix="shegong-check-")

    def create(self, schema: TableSchema) -> None:
        """Add an empty table."""
        columns = {"line": "BIGINT", **{field.name: TYPES[field.type] for field in schema.fields}}
        columns |= {"reading": "VARCHAR"} if schema.name in READINGS else {}
        listed = ", ".join(f"{name} {type}" for name, type in columns.items())
        self.connection.execute(f"CREATE TABLE {schema.name} ({listed})")
        self._columns[schema.name], self.heights[schema.name] = schema.columns, 0

    def append(self, name: str, frame: pl.DataFrame, first_line: int) -> None:
        """Add typed rows to a table, the first standing on `first_line`."""
        rows = frame.with_row_index("line", first_line)
        self._insert(f"INSERT INTO {name} BY NAME FROM incoming", _with_reading(name, rows))
        self.heights[name] += frame.height

    def prepare(self) -> None:
        """Add what the rules share, after the last row."""
        self.connection.execute(files("shegong.checks.relations").joinpath("macros.sql").read_text("utf-8"))
        words = pl.DataFrame(self.connection.sql("FROM other_words").to_arrow_table())
        read = words.hstack(read_quantities(words["text"]).select("read_value"))
        self._insert("CREATE TABLE other_words_read AS FROM incoming", read)

    def drop(self, name: str) -> None:
        """Take away a table whose rows cannot be trusted."""
        self.connection.execute(f"DROP TABLE {name}")
        del self._columns[name], self.heights[name]

    def _insert(self, sql: str, incoming: pl.DataFrame) -> None:
        with self.connection.cursor() as cursor:  # tables are filled side by side
            cursor.register("incoming", incoming.to_arrow())
            cursor.execute(sql)

    def __getitem__(self, name: str) -> pl.DataFrame:
        """The rows of a table in the order of their lines."""
        columns = ", ".join(self._columns[name])
        rows = self.connection.cursor().sql(f"SELECT {columns} FROM {name} ORDER BY line")
        return pl.DataFrame(rows.to_arrow_table())

    def __iter__(self) -> Iterator[str]:
        """The names of the tables."""
        return iter(self._columns)

    def __len__(self) -> int:
        """How many tables there are."""
        return len(self._columns)


def _with_reading(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    if name not in READINGS:
        return rows
    words = pl.col(READINGS[name]).cast(pl.String)  # whatever a stranger's schema says it is
    read = pl.when(pl.col("role").is_in(READ_ROLES)).then(words) if name == "mentions" else words
    return rows.with_columns(reading=read_plainly(rows.select(read).to_series()))
