"""The package that mutants are made from: the real one, grown by what its rows do not exercise yet."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from shegong.package.package import Package
from shegong.package.schema import TableSchema
from tests.conftest import PackageCopy, Row
from tests.mutation.model import Broken, Place

DESCRIPTOR = "datapackage.json"

GROWN_ROWS = (
    "obs-9001,observations,obs-0001,0.1.0,Entered twice.\n",
    "obs-9002,observations,,0.1.0,Withdrawn.\n",
    "old-source,sources,zhenjiang-licensed-2020,0.1.1,Renamed.\n",
)
"""Rows of `deprecations`, which is empty until the first id is removed."""
GROWN_CONSTRAINTS = (
    ("documents", "characters", {"maximum": 1_000_000}),
    ("metrics", "value_max", {"minimum": 0, "maximum": 100_000_000}),
    ("milestones", "date_start", {"minimum": "1900-01-01", "maximum": "2100-12-31"}),
    ("regions", "name_zh", {"minLength": 2}),
    ("organizations", "name_en", {"minLength": 2, "maxLength": 120}),
)
"""Constraints that a schema may have and that none of the package's has yet."""


@dataclass(frozen=True)
class Base:
    """The grown package in a folder of its own, with a stand-in for each document."""

    copy: PackageCopy

    @property
    def root(self) -> Path:
        return self.copy.root

    @property
    def documents(self) -> Path:
        return self.copy.documents

    @cached_property
    def package(self) -> Package:
        return self.copy.package

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        return {name: self.copy.rows(name) for name in self.package.schemas}

    @cached_property
    def bytes(self) -> dict[str, bytes]:
        return {name: self.package.path(name).read_bytes() for name in self.package.schemas}

    def schema(self, table: str) -> TableSchema:
        return self.package.schemas[table]

    def json(self, file: str) -> Any:
        """A fresh copy of a JSON file of the package."""
        return json.loads((self.root / file).read_bytes())


def grow(folder: Path) -> Base:
    """Copy the package into a folder and grow it; `check` finds nothing in it."""
    copy = PackageCopy(folder)
    copy.edit_bytes("data/deprecations.csv", lambda data: data + "".join(sorted(GROWN_ROWS)).encode())
    for table, column, constraints in GROWN_CONSTRAINTS:
        copy.edit_field(table, column, lambda field, more=constraints: field["constraints"].update(more))
    copy.edit_cell("metrics", "licensed_social_workers", "value_max", "5000000")
    copy.edit_cell("sources", "zhenjiang-licensed-2020", "url", "https://example.org/article?id=1")
    copy.put_documents()
    copy.stamp()
    return Base(copy)


def table_bytes(columns: tuple[str, ...], rows: list[Row]) -> bytes:
    """Canonical bytes of rows, in their order."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@dataclass(frozen=True)
class Spot:
    """A cell by the key of its row (the last that has it)."""

    table: str
    key: str
    column: str


@dataclass
class Draft:
    """Rows of the base that an operator changes; what it leaves alone stays as it is."""

    base: Base
    touched: dict[str, list[Row]] = field(default_factory=dict)
    documents: dict[str, bytes | None] = field(default_factory=dict)

    def rows(self, table: str) -> list[Row]:
        """The rows of a table, for reading."""
        return self.touched.get(table, self.base.tables[table])

    def row(self, table: str, key: str) -> Row:
        return next(row for row in self.rows(table) if first_cell(row) == key)

    def where(self, table: str, **cells: str) -> list[Row]:
        """The rows that have these cells."""
        return [row for row in self.rows(table) if cells.items() <= row.items()]

    def set(self, table: str, key: str, **cells: str) -> bool:
        """Change cells of the row with this key."""
        rows = self._own(table)
        at = next(at for at, row in enumerate(rows) if first_cell(row) == key)
        rows[at] = rows[at] | cells
        return True

    def add(self, table: str, like: Row, **cells: str) -> Row:
        """Add a row that differs from `like` in the given cells."""
        row = like | cells
        self._own(table).append(row)
        return row

    def drop(self, table: str, *keys: str) -> None:
        self.touched[table] = [row for row in self._own(table) if first_cell(row) not in keys]

    def broken(self, spot: Spot) -> Broken:
        """The tables as they are now, sorted, and where the spot stands in them."""
        files: dict[str, bytes | str | None] = {}
        for table, rows in self.touched.items():
            rows.sort(key=first_cell)
            files[self.base.package.file(table)] = table_bytes(self.base.schema(table).columns, rows)
        lines = [line for line, row in enumerate(self.rows(spot.table), 2) if first_cell(row) == spot.key]
        return Broken(files, Place(self.base.package.file(spot.table), lines[-1], spot.column), self.documents or None)

    def _own(self, table: str) -> list[Row]:
        return self.touched.setdefault(table, list(self.base.tables[table]))


def first_cell(row: Row) -> str:
    """The key of a row."""
    return next(iter(row.values()))
