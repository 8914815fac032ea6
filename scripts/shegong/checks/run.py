"""`check`: the steps in their order, each stopping the next only when its failure makes the next meaningless."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from threading import Event, Lock, Thread

import duckdb
import polars as pl

from shegong.checks.conformance import check_conformance
from shegong.checks.descriptor import NON_BLOCKING, check_descriptor
from shegong.checks.domain import with_context
from shegong.checks.evidence import VARIABLE, check_evidence
from shegong.checks.relations.run import check_relations
from shegong.checks.tables import MORE_ROOM, Tables
from shegong.errors import PackageError, first_line
from shegong.findings import Finding, Findings
from shegong.package.canonical import Reader
from shegong.package.cells import parse_rows
from shegong.package.package import Package
from shegong.package.schema import TableSchema
from shegong.report import Report, Step, many, step_of

Tell = Callable[[str], None]
Ask = Callable[[TableSchema, pl.DataFrame, int], None]
HELD = 1_000
"""Findings of one rule in one column of a table that are held; the others are counted."""
SIDE_BY_SIDE = 2
"""Tables that are read at once: of each a block is in memory, and of a million rows two tables hold nearly all."""
NO_DOCUMENTS = f"not run: no documents (give --documents DIR or set {VARIABLE})"
NOT_ASKED = "not run: not asked for (give --conformance)"
NEEDS_DESCRIPTOR = "not run: the descriptor must be right first"
NEEDS_TABLES = "not run: every table must be readable first"


@dataclass(kw_only=True)
class CheckReport(Report):
    """What a check found.

    Attributes:
        package: The package.
        frames: The typed tables, where all could be read.
    """

    package: Package
    frames: Tables

    def add(self, name: str, skip: str, step: Callable[[], Findings | list[Finding]], tell: Tell) -> None:
        """Run a step, or say why it is skipped.

        Raises:
            PackageError: The step cannot be asked of such schemas, or there is no room for its rows.
        """
        tell(name)
        try:
            self.steps.append(Step(name, skipped=skip) if skip else step_of(name, step()))
        except duckdb.OperationalError as error:  # no room in memory and on disk
            raise PackageError(f"{name}: {first_line(error)} ({MORE_ROOM})") from None
        except (pl.exceptions.PolarsError, duckdb.Error, KeyError) as error:
            reason = first_line(error)
            raise PackageError(f"{name}: the rules of this version do not fit the schemas: {reason}") from None

    @property
    def is_readable(self) -> bool:
        """Whether every table was read and every cell parsed."""
        parsed = all(finding.rule.step != "parse" for finding in self.findings)
        return parsed and set(self.frames) == set(self.package.schemas)

    @property
    def rows(self) -> int:
        """Number of rows that were read."""
        return sum(self.frames.heights.values())


def check_package(
    package: Package,
    documents: Path | None = None,
    conformance: bool = False,
    tell: Tell = lambda step: None,
    most: int = HELD,
) -> CheckReport:
    """Check a package, cheap steps first.

    Args:
        package: The package.
        documents: Folder of the source documents; without it the evidence step does not run.
        conformance: Whether to ask the standard's own tools as well.
        tell: Called with the name of each step that begins, and with nothing at the end.
        most: How many findings of one rule in one column are held; the others are counted.

    Raises:
        PackageError: The schemas lack a column that a rule of this version asks for.
    """
    report = CheckReport(package.descriptor.get("name", ""), package.version, package=package, frames=Tables(package))
    contracts = _Contracts(package, report.frames, most)
    stop = _open_tables(report, contracts.ask, tell, most)
    report.add("contracts", stop, contracts.findings, tell)
    report.add("relations", stop, lambda: check_relations(package, report.frames, most), tell)
    _ask_documents(report, stop, documents, tell)
    report.add("conformance", stop or ("" if conformance else NOT_ASKED), lambda: check_conformance(package), tell)
    report.summary = f"{many(report.rows, 'row')} of {many(len(report.frames), 'table')}"
    tell("")
    return report


def check_documents(package: Package, documents: Path, tell: Tell = lambda step: None) -> CheckReport:
    """Only the evidence, and what must be right before it can be asked.

    Args:
        package: The package.
        documents: Folder of the source documents.
        tell: Called with the name of each step that begins.
    """
    report = CheckReport(package.descriptor.get("name", ""), package.version, package=package, frames=Tables(package))
    _ask_documents(report, _open_tables(report, lambda schema, rows, line: None, tell), documents, tell)
    report.summary = f"{many(report.rows, 'row')} of {many(len(report.frames), 'table')}"
    tell("")
    return report


def _open_tables(report: CheckReport, ask: Ask, tell: Tell, most: int = HELD) -> str:
    """Run the steps that lead to typed tables; say why the others cannot run, or nothing."""
    package = report.package
    report.add("descriptor", "", lambda: check_descriptor(package), tell)
    stop = "" if all(f.rule in NON_BLOCKING for f in report.findings) else NEEDS_DESCRIPTOR
    report.add("read and parse", stop, lambda: _read(package, report.frames, ask, most), tell)
    return stop or ("" if report.is_readable else NEEDS_TABLES)


def _ask_documents(report: CheckReport, stop: str, documents: Path | None, tell: Tell) -> None:
    skip = stop or ("" if documents else NO_DOCUMENTS)
    report.add("evidence", skip, lambda: check_evidence(report.package, dict(report.frames), documents or Path()), tell)


def _read(package: Package, tables: Tables, ask: Ask, most: int) -> Findings:
    """Read and parse the tables, two side by side and the largest first; the rows are handed on block by block."""
    for schema in package.schemas.values():
        tables.create(schema)
    by_size = sorted(package.schemas.values(), key=lambda schema: -package.path(schema.name).stat().st_size)
    stopped = Event()
    read = partial(_read_table, package, tables, ask, most, stopped)
    # The metrics come before, for an observation is asked together with the definition of its metric.
    found = {schema.name: read(schema) for schema in by_size if schema.name == "metrics"}
    others = [schema for schema in by_size if schema.name not in found]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        answers = pool.map(read, others)
        try:
            found |= {schema.name: answer for schema, answer in zip(others, answers, strict=True)}
        except BaseException:  # also when somebody presses Ctrl-C
            stopped.set()
            raise
    return Findings().merge(*(found[name] for name in package.schemas))


def _read_table(package: Package, tables: Tables, ask: Ask, most: int, stopped: Event, schema: TableSchema) -> Findings:
    reader, parsed = Reader(schema, package.file(schema.name), most), Findings(most)
    with package.path(schema.name).open("rb") as stream:
        for rows in reader.read(stream):
            if stopped.is_set():
                break
            if rows.frame is not None:
                frame = parse_rows(rows, parsed)
                tables.append(schema.name, frame, rows.first_line)
                if not parsed.totals:
                    ask(schema, frame, rows.first_line)
    if reader.is_parseable:
        if reader.is_strictly_sorted:
            tables.rising.add(schema.name)
        return reader.findings().merge(parsed)
    tables.drop(schema.name)
    return reader.findings()


class _Contracts:
    """Asks the contracts of each block of rows as it is read, and keeps what they find."""

    def __init__(self, package: Package, tables: Tables, most: int) -> None:
        self._package, self._tables, self._most = package, tables, most
        self._found: dict[str, Findings] = {}
        self._failure: Exception | None = None
        self._one_at_a_time = Lock()  # the filters of warnings, which pandera needs, are those of the whole process
        Thread(target=self._load).start()

    def ask(self, schema: TableSchema, frame: pl.DataFrame, first_line: int) -> None:
        """Ask rows of a table; the metrics must have been read before the observations.

        Where the rows cannot be asked, `findings` says so: who reads the tables has more to say of it.
        """
        try:
            self._ask(schema, frame, first_line)
        except (pl.exceptions.PolarsError, PackageError, KeyError) as error:
            self._failure = error

    def findings(self) -> Findings:
        """What the contracts found.

        Raises:
            PackageError: Some rows could not be asked.
            polars.exceptions.PolarsError: The same.
            KeyError: The same.
        """
        if self._failure:
            raise self._failure
        return Findings().merge(*self._found.values())

    def _load(self) -> None:
        """Import pandera, which takes some tenths of a second, while the files are hashed."""
        with self._one_at_a_time:
            from shegong.checks.contracts import load

            load()

    def _ask(self, schema: TableSchema, frame: pl.DataFrame, first_line: int) -> None:
        from shegong.checks.contracts import ask_rows

        metrics = self._metrics if schema.name == "observations" else None
        rows = with_context(schema.name, frame, metrics, self._classifiers)
        with self._one_at_a_time:
            found = self._found.setdefault(schema.name, Findings(self._most))
            ask_rows(schema, self._package.file(schema.name), rows, first_line, found)

    @cached_property
    def _metrics(self) -> pl.DataFrame | None:
        return self._tables.get("metrics")

    @cached_property
    def _classifiers(self) -> dict[str, tuple[str, ...]]:
        units = self._package.schemas["metrics"].field("unit").categories
        return {unit.value: unit.classifiers for unit in units}
