"""The package that mutants are made from: the real one, grown by what its rows do not exercise yet."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from shegong.package.package import Package
from shegong.package.schema import TableSchema
from tests.conftest import PackageCopy, Row

DESCRIPTOR = "datapackage.json"

GROWN_ROWS = (
    "obs-9001,observations,obs-0001,0.1.0,Entered twice.\n",
    "obs-9002,observations,,0.1.0,Withdrawn.\n",
    "old-source,sources,zhenjiang-licensed-2020,0.1.1,Renamed.\n",
)
"""More rows of `deprecations`."""
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
    copy.edit_bytes("data/deprecations.csv", _grown)
    for table, column, constraints in GROWN_CONSTRAINTS:
        copy.edit_field(table, column, lambda field, more=constraints: field["constraints"].update(more))
    copy.edit_cell("metrics", "licensed_social_workers", "value_max", "5000000")
    copy.edit_cell("sources", "zhenjiang-licensed-2020", "url", "https://example.org/article?id=1")
    copy.put_documents()
    copy.stamp()
    return Base(copy)


def _grown(deprecations: bytes) -> bytes:
    header, *rows = deprecations.decode().splitlines(keepends=True)
    return "".join([header, *sorted([*rows, *GROWN_ROWS])]).encode()


def table_bytes(columns: tuple[str, ...], rows: list[Row]) -> bytes:
    """Canonical bytes of rows, in their order."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def first_cell(row: Row) -> str:
    """The key of a row."""
    return next(iter(row.values()))
