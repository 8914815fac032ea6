"""The real steps, asked of a broken package; what a mutant leaves alone is read once."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from shegong.checks.contracts import check_rows
from shegong.checks.descriptor import check_descriptor
from shegong.checks.domain import with_context
from shegong.checks.evidence import check_evidence
from shegong.checks.relations.run import check_relations
from shegong.checks.run import Report, check_package
from shegong.checks.tables import Tables
from shegong.errors import PackageError
from shegong.findings import Finding
from shegong.package.canonical import read_table
from shegong.package.cells import parse_table
from shegong.package.package import Package, open_package
from tests.mutation.base import DESCRIPTOR, Base
from tests.mutation.model import Batch, Broken

STEPS = ("descriptor", "read", "parse", "contracts", "relations", "evidence", "conformance")
JSON_FILES = (DESCRIPTOR, "schemas/")

Read = tuple[tuple[Finding, ...], pl.DataFrame | None]


@dataclass
class Runner:
    """Asks the steps about mutants of a base; `until` is the last step that is asked."""

    base: Base
    _read: dict[tuple[str, bytes], Read] = field(default_factory=dict)

    def findings(self, broken: Broken, until: str) -> list[Finding]:
        """The findings of the steps up to `until`, in the order of `check`.

        Raises:
            PackageError: There is no package that can be read.
        """
        if until in ("descriptor", "conformance") or any(file.startswith(JSON_FILES) for file in broken.files):
            with Written(self.base, broken) as package:
                return _disk_findings(package, self.base.documents, until)
        return self._table_findings(broken, STEPS.index(until))

    def _table_findings(self, broken: Broken, until: int) -> list[Finding]:
        """Of tables alone: the descriptor is right, and each step is asked of what it has not seen yet."""
        report = Report(self.base.package, Tables(self.base.package))
        frames: dict[str, pl.DataFrame] = {}
        report.add("read and parse", "", lambda: self._tables(broken, frames), _silent)
        if set(frames) != set(self.base.bytes) or any(finding.rule.step == "parse" for finding in report.findings):
            return report.findings
        if until >= STEPS.index("contracts"):
            report.add("contracts", "", lambda: self._rows(broken, frames), _silent)
        if until >= STEPS.index("relations"):
            self._fill(report.frames, frames)
            report.add("relations", "", lambda: check_relations(report.package, report.frames), _silent)
        if until >= STEPS.index("evidence"):
            with Written(self.base, Broken({}, broken.place, broken.documents)):
                typed = dict(report.frames)
                report.add("evidence", "", lambda: check_evidence(report.package, typed, self.base.documents), _silent)
        return report.findings

    def _tables(self, broken: Broken, frames: dict[str, pl.DataFrame]) -> list[Finding]:
        told: list[Finding] = []
        for table, data in self.base.bytes.items():
            new = broken.files.get(self.base.package.file(table), data)
            assert isinstance(new, bytes)
            findings, frame = self._table(table, new, keep=new is data)
            told += findings
            if frame is not None:
                frames[table] = frame
        return told

    def _fill(self, tables: Tables, frames: dict[str, pl.DataFrame]) -> None:
        for table, frame in frames.items():
            tables.create(self.base.schema(table))
            tables.append(table, frame, 2)

    def _table(self, table: str, data: bytes, keep: bool) -> Read:
        if (table, data) in self._read:
            return self._read[table, data]
        text = read_table(self.base.schema(table), self.base.package.file(table), data)
        frame, bad = (None, []) if text.frame is None else parse_table(text)
        read = (*text.findings, *bad), frame
        if keep:
            self._read[table, data] = read
        return read

    def _rows(self, broken: Broken, tables: dict[str, pl.DataFrame]) -> list[Finding]:
        """Contracts of the tables that changed; a figure is read with its metric, so of the figures with the metrics."""
        changed = {table for table in tables if self.base.package.file(table) in broken.files}
        if "metrics" in changed:
            changed.add("observations")
        units = self.base.schema("metrics").field("unit").categories
        classifiers = {unit.value: unit.classifiers for unit in units}
        metrics = tables["metrics"]
        return [
            finding
            for table in tables
            if table in changed
            for finding in check_rows(
                self.base.schema(table),
                self.base.package.file(table),
                with_context(table, tables[table], metrics, classifiers),
            )
        ]


def _disk_findings(package: Package, documents: Path, until: str) -> list[Finding]:
    if until == "descriptor":
        report = Report(package, Tables(package))
        report.add("descriptor", "", lambda: check_descriptor(package), _silent)
        return report.findings
    return check_package(package, documents, conformance=until == "conformance").findings


class Written:
    """A broken package on disk, as long as it is asked; the base is put back afterwards."""

    def __init__(self, base: Base, broken: Broken | Batch) -> None:
        self.base = base
        files = {base.root / file: content for file, content in broken.files.items()}
        documents = {base.documents / file: content for file, content in (broken.documents or {}).items()}
        self.new: dict[Path, bytes | str | None] = {**files, **documents}
        self.old = {path: path.read_bytes() if path.is_file() else None for path in self.new}
        self.stamps = DESCRIPTOR not in broken.files and any(path.suffix == ".csv" for path in files)

    def __enter__(self) -> Package:
        for path, content in self.new.items():
            _put(path, content)
        if self.stamps:
            path = self.base.root / DESCRIPTOR
            self.old[path] = path.read_bytes()
            self.base.copy.stamp()
        try:
            return open_package(self.base.root)
        except PackageError:
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        for path, content in self.old.items():
            _put(path, content)


def _put(path: Path, content: bytes | str | None) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if isinstance(content, str):
        path.symlink_to(content)
    elif content is not None:
        path.write_bytes(content)


def _silent(step: str) -> None:
    """Nobody waits for the steps of one mutant."""
