"""The real steps, asked of a broken package; what a mutant leaves alone is read once."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from shegong.checks.context import join_metric_definitions, measure_words
from shegong.checks.contracts import check_rows
from shegong.checks.descriptor import check_descriptor
from shegong.checks.evidence import check_evidence
from shegong.checks.relations.run import check_relations
from shegong.checks.run import check_package
from shegong.checks.tables import Tables
from shegong.errors import PackageError
from shegong.findings import Finding
from shegong.package.canonical import read_table
from shegong.package.cells import parse_table
from shegong.package.package import Package, open_package
from shegong.report import step_of
from tests.mutation.base import DESCRIPTOR, Base
from tests.mutation.model import REFUSED, RULES, Broken, Mutant, Place

STEPS = ("descriptor", "read", "parse", "contracts", "relations", "evidence", "conformance")
JSON_FILES = (DESCRIPTOR, "schemas/")

Read = tuple[tuple[Finding, ...], pl.DataFrame | None]


@dataclass(frozen=True)
class Answer:
    """What the steps said of a mutant, as far as they were asked: up to the step of the rule that it breaks."""

    mutant: Mutant
    place: Place
    findings: tuple[Finding, ...]
    refusal: str = ""

    @property
    def is_killed(self) -> bool:
        """Whether the rule is told at its place."""
        if self.mutant.rule == REFUSED:
            return self.place.file in self.refusal
        return self.mutant.rule in self.told_at_place

    @property
    def is_seen(self) -> bool:
        """Whether anything is told at all."""
        return bool(self.findings or self.refusal)

    @property
    def told_at_place(self) -> set[str]:
        return {finding.rule.id for finding in self.findings if Place.of(finding) == self.place}

    @property
    def first(self) -> str:
        """The rule that is told first, if it is told at the place."""
        if not self.findings or Place.of(self.findings[0]) != self.place:
            return ""
        return self.findings[0].rule.id


@dataclass
class Runner:
    """Asks the steps about mutants of a base; `until` is the last step that is asked."""

    base: Base
    _read: dict[tuple[str, bytes], Read] = field(default_factory=dict)

    def answer(self, mutant: Mutant, until: str = "") -> Answer:
        """Make a mutant and ask about it."""
        broken = mutant.make(self.base)
        last = until or (RULES[mutant.rule].step if mutant.rule in RULES else "descriptor")
        try:
            return Answer(mutant, broken.place, tuple(self.findings(broken, last)))
        except PackageError as error:
            return Answer(mutant, broken.place, (), str(error))

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
        frames: dict[str, pl.DataFrame] = {}
        found = self._tables(broken, frames)
        if set(frames) != set(self.base.bytes) or any(finding.rule.step == "parse" for finding in found):
            return _ordered(found)
        found = _ordered(found)
        if until >= STEPS.index("contracts"):
            found += _ordered(self._rows(broken, frames))
        if until >= STEPS.index("relations"):
            found += _ordered(check_relations(self.base.package, self._stored(frames)).kept)
        if until >= STEPS.index("evidence"):
            with Written(self.base, Broken({}, broken.place, broken.documents)):
                found += _ordered(check_evidence(self.base.package, frames, self.base.documents))
        return found

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

    def _stored(self, frames: dict[str, pl.DataFrame]) -> Tables:
        tables = Tables()
        for table, frame in frames.items():
            tables.create(self.base.schema(table))
            tables.append(table, frame, 2)
        return tables

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
        words = measure_words(self.base.schema("metrics"))
        rows = dict(tables)
        if "observations" in changed:
            rows["observations"] = join_metric_definitions(tables["observations"], tables["metrics"], words)
        return [
            finding
            for table in tables
            if table in changed
            for finding in check_rows(self.base.schema(table), self.base.package.file(table), rows[table])
        ]


def _ordered(findings: list[Finding]) -> list[Finding]:
    return list(step_of("", findings).findings)


def _disk_findings(package: Package, documents: Path, until: str) -> list[Finding]:
    if until == "descriptor":
        return _ordered(check_descriptor(package))
    return check_package(package, documents, conformance=until == "conformance").findings


class Written:
    """A broken package on disk, as long as it is asked; the base is put back afterwards."""

    def __init__(self, base: Base, broken: Broken) -> None:
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
