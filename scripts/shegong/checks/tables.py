"""The typed tables under check: blocks of rows, each with the line it stands on, that DuckDB reads where they are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from shegong.checks.readings import read_plainly, read_quantities
from shegong.database.comments import view_sql
from shegong.database.load import bound, file_literal
from shegong.errors import PackageError, first_line
from shegong.package.package import Package
from shegong.package.schema import TableSchema

LARGE = 512 * 1024**2
"""Bytes of tables above which the rows are held in files and not in memory."""
MEMORY = "2500MiB"
"""What DuckDB may take; beyond it goes to the folder, which goes with the tables."""
MORE_ROOM = "set TMPDIR to a folder with more room"
READINGS = {"mentions": "text", "organizations": "name_zh", "programmes": "name_zh"}
"""Tables that have a column more, `reading`: how the words of this column read."""
READ_ROLES = ("date", "place", "name")
"""Roles of a mention whose words are read."""
VIEWS = ("region_paths", "observations_labelled", "series_candidates", "disagreements")
"""Views of the database that the rules share."""
FEW = 20
"""A table this many times smaller than another has keys that recur in the other."""


class Tables(Mapping[str, pl.DataFrame]):
    """Typed tables by name, filled block by block; a table is made one frame when it is asked for."""

    def __init__(self, package: Package) -> None:
        """No tables yet, of a package whose files are there."""
        self._package = package
        self._folder = tempfile.TemporaryDirectory(prefix="shegong-check-")
        self._schemas: dict[str, TableSchema] = {}
        self._blocks: dict[str, list[pa.Table | Path]] = {}
        self._categories: dict[str, list[pl.Expr]] = {}
        """Chosen once for a table, whose blocks must be alike."""
        self.heights: dict[str, int] = {}
        self.rising: set[str] = set()
        """Tables whose keys were seen to rise, so that none stands twice."""

    @cached_property
    def are_large(self) -> bool:
        """Whether the rows are held in files."""
        return sum(self._size(name) for name in self._package.schemas) > LARGE

    def create(self, schema: TableSchema) -> None:
        """Add an empty table."""
        self._schemas[schema.name], self._blocks[schema.name], self.heights[schema.name] = schema, [], 0
        self._categories[schema.name] = [] if self.are_large else list(self._recurring(schema))

    def append(self, name: str, frame: pl.DataFrame, first_line: int) -> None:
        """Add typed rows to a table, the first standing on `first_line`."""
        rows = _with_reading(name, frame).with_row_index("line", first_line)
        self._blocks[name].append(self._kept(name, rows))
        self.heights[name] += frame.height

    def drop(self, name: str) -> None:
        """Take away a table whose rows cannot be trusted."""
        del self._schemas[name], self._blocks[name], self._categories[name], self.heights[name]

    def prepare(self) -> None:
        """Add what the rules share, after the last row."""
        connection = self.connect()
        connection.execute(files("shegong.checks.relations").joinpath("macros.sql").read_text("utf-8"))
        for view in VIEWS:
            connection.execute(view_sql(view))
        words = pl.DataFrame(connection.sql("FROM other_words").to_arrow_table())
        read = words.hstack(read_quantities(words["text"]).select("read_value"))
        connection.register("incoming", read.to_arrow())
        connection.execute("CREATE TABLE other_words_read AS FROM incoming")

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection to a database in which each table is a view."""
        connection = self._database.cursor()
        for name, blocks in self._blocks.items():
            if self.are_large:
                listed = ", ".join(file_literal(block) for block in blocks)
                connection.execute(f"CREATE VIEW IF NOT EXISTS {name} AS FROM read_parquet([{listed}])")
            else:
                connection.register(name, pa.concat_tables(blocks))
        return connection

    @cached_property
    def _database(self) -> duckdb.DuckDBPyConnection:
        database = duckdb.connect()
        bound(database, Path(self._folder.name) / "spilled", MEMORY)
        return database

    def _kept(self, name: str, rows: pl.DataFrame) -> pa.Table | Path:
        if not self.are_large:
            return rows.with_columns(self._categories[name]).to_arrow(compat_level=pl.CompatLevel.newest())
        path = Path(self._folder.name) / f"{name}-{len(self._blocks[name])}.parquet"
        try:
            rows.write_parquet(path, compression="lz4", statistics=False)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise PackageError(f"{path}: {first_line(error)} ({MORE_ROOM})") from None
        return path

    def _recurring(self, schema: TableSchema) -> Iterator[pl.Expr]:
        """Columns of words that recur, as categories: each word is held once."""
        few = {key.field for key in schema.foreign_keys if FEW * self._size(key.table) < self._size(schema.name)}
        for field in schema.fields:
            if field.type == "string" and (field.codes or field.name in few):
                yield pl.col(field.name).cast(pl.Categorical(pl.Categories(f"{schema.name}.{field.name}")))

    def _size(self, name: str) -> int:
        return self._package.path(name).stat().st_size

    def __getitem__(self, name: str) -> pl.DataFrame:
        """The rows of a table in the order of their lines."""
        blocks = self._blocks[name]
        rows = pl.read_parquet(blocks, glob=False) if self.are_large else pl.DataFrame(pa.concat_tables(blocks))
        return rows.select(self._schemas[name].columns).cast({pl.Categorical: pl.String})

    def __iter__(self) -> Iterator[str]:
        """The names of the tables."""
        return iter(self._schemas)

    def __len__(self) -> int:
        """How many tables there are."""
        return len(self._schemas)


def _with_reading(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    if name not in READINGS:
        return rows
    words = pl.col(READINGS[name]).cast(pl.String)  # whatever a stranger's schema says it is
    read = pl.when(pl.col("role").is_in(READ_ROLES)).then(words) if name == "mentions" else words
    return rows.with_columns(reading=read_plainly(rows.select(read).to_series()))
