"""The package that mutants are made from: the real one, grown by what its rows do not exercise yet."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from shegong.checks.run import check_package
from shegong.findings import Finding
from shegong.package.package import Package
from shegong.package.schema import TableSchema
from tests.conftest import PackageCopy, Row

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
class Place:
    """Where a finding must be."""

    file: str
    line: int
    column: str

    @classmethod
    def of(cls, finding: Finding) -> Place:
        return cls(finding.file, finding.line, finding.column)


@dataclass(frozen=True)
class Mutant:
    """One way to break the package: its name, the rule that it breaks, and where the finding must be."""

    name: str
    rule: str
    place: Place


@dataclass
class Batch:
    """New bytes of tables, and the mutants in them."""

    files: dict[str, bytes] = field(default_factory=dict)
    mutants: list[Mutant] = field(default_factory=list)


@dataclass(frozen=True)
class Base:
    """The grown package in a folder of its own, with a stand-in for each document."""

    copy: PackageCopy

    @cached_property
    def package(self) -> Package:
        return self.copy.package

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        return {name: self.copy.rows(name) for name in self.package.schemas}

    def schema(self, table: str) -> TableSchema:
        return self.package.schemas[table]

    def json(self, file: str) -> Any:
        """A fresh copy of a JSON file of the package."""
        return json.loads((self.copy.root / file).read_bytes())

    def found(self, batch: Batch) -> set[tuple[str, Place]]:
        """The rules and places that `check` reports of a broken package; the base comes back afterwards."""
        files = [*batch.files, "datapackage.json"]
        old = {file: (self.copy.root / file).read_bytes() for file in files}
        try:
            self._write(batch.files)
            self.copy.stamp()
            return {(finding.rule.id, Place.of(finding)) for finding in check_package(self.copy.package).findings}
        finally:
            self._write(old)

    def _write(self, files: dict[str, bytes]) -> None:
        for file, content in files.items():
            (self.copy.root / file).write_bytes(content)


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
