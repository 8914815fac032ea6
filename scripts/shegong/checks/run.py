"""`check`: the steps in their order, each stopping the next only when its failure makes the next meaningless."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from shegong.checks.conformance import check_conformance
from shegong.checks.descriptor import GOING_ON, check_descriptor
from shegong.checks.domain import with_context
from shegong.checks.evidence import VARIABLE, Coverage, check_evidence, coverage, read_document
from shegong.checks.relations import check_relations
from shegong.finding import Finding, PackageError, first_line
from shegong.package.canonical import read_table
from shegong.package.descriptor import Package
from shegong.package.lexical import parse_table

Tell = Callable[[str], None]
NO_DOCUMENTS = f"not run: no documents (give --documents DIR or set {VARIABLE})"
NOT_ASKED = "not run: not asked for (give --conformance)"
NEEDS_DESCRIPTOR = "not run: the descriptor must be right first"
NEEDS_TABLES = "not run: every table must be readable first"


@dataclass(frozen=True)
class Step:
    """What a step found; `skipped` says why it did not run, or is empty."""

    name: str
    findings: tuple[Finding, ...] = ()
    skipped: str = ""


@dataclass
class Report:
    """What a check found.

    Attributes:
        package: The package.
        steps: The steps in order, also those that did not run.
        frames: The typed tables, where all could be read.
    """

    package: Package
    steps: list[Step] = field(default_factory=list)
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)

    def add(self, name: str, skip: str, step: Callable[[], list[Finding]], tell: Tell) -> None:
        """Run a step, or say why it is skipped.

        Raises:
            PackageError: The step cannot be asked of such schemas.
        """
        tell(name)
        try:
            self.steps.append(Step(name, skipped=skip) if skip else Step(name, _in_order(step())))
        except (pl.exceptions.PolarsError, duckdb.Error, KeyError) as error:
            reason = first_line(error)
            raise PackageError(f"{name}: the rules of this version do not fit the schemas: {reason}") from None

    @property
    def findings(self) -> list[Finding]:
        """All findings, in the order of the steps."""
        return [finding for step in self.steps for finding in step.findings]

    @property
    def has_errors(self) -> bool:
        """Whether the package breaks a promise that is no mere warning."""
        return any(finding.is_error for finding in self.findings)

    @property
    def is_readable(self) -> bool:
        """Whether every table was read and every cell parsed."""
        parsed = all(finding.rule.step != "parse" for finding in self.findings)
        return parsed and set(self.frames) == set(self.package.schemas)

    @property
    def rows(self) -> int:
        """Number of rows that were read."""
        return sum(frame.height for frame in self.frames.values())


def check_package(
    package: Package, documents: Path | None = None, conformance: bool = False, tell: Tell = lambda step: None
) -> Report:
    """Check a package, cheap steps first.

    Args:
        package: The package.
        documents: Folder of the source documents; without it the evidence step does not run.
        conformance: Whether to ask the standard's own tools as well.
        tell: Called with the name of each step that begins, and with nothing at the end.

    Raises:
        PackageError: The schemas lack a column that a rule of this version asks for.
    """
    report = Report(package)
    stop = _open_tables(report, tell)
    with ThreadPoolExecutor(1) as pool:  # the two ask independently of each other, and in different engines
        relations = None if stop else pool.submit(check_relations, package, report.frames)
        report.add("contracts", stop, lambda: _contracts(package, report.frames), tell)
        report.add("relations", stop, lambda: relations.result() if relations else [], tell)
    _ask_documents(report, stop, documents, tell)
    report.add("conformance", stop or ("" if conformance else NOT_ASKED), lambda: check_conformance(package), tell)
    tell("")
    return report


def check_documents(package: Package, documents: Path, tell: Tell = lambda step: None) -> Report:
    """Only the evidence, and what must be right before it can be asked.

    Args:
        package: The package.
        documents: Folder of the source documents.
        tell: Called with the name of each step that begins.
    """
    report = Report(package)
    _ask_documents(report, _open_tables(report, tell), documents, tell)
    tell("")
    return report


def cover_documents(package: Package, documents: Path) -> list[Coverage]:
    """How far the documents in a folder are accounted for.

    Raises:
        PackageError: The tables cannot be read, or no document is there.
    """
    report = Report(package)
    if stop := _open_tables(report, lambda step: None):
        raise PackageError(f"{stop}: see `shegong check`")
    known = dict(report.frames["documents"].select("document_id", "file_name").iter_rows())
    texts = {id: read_document(documents / file) for id, file in known.items() if (documents / file).is_file()}
    if not texts:
        raise PackageError(f"{documents}: none of the package's documents is there")
    return coverage(report.frames, texts)


def _open_tables(report: Report, tell: Tell) -> str:
    """Run the steps that lead to typed tables; say why the others cannot run, or nothing."""
    package = report.package
    report.add("descriptor", "", lambda: check_descriptor(package), tell)
    stop = "" if all(f.rule in GOING_ON for f in report.findings) else NEEDS_DESCRIPTOR
    report.add("read and parse", stop, lambda: _read(package, report.frames), tell)
    return stop or ("" if report.is_readable else NEEDS_TABLES)


def _ask_documents(report: Report, stop: str, documents: Path | None, tell: Tell) -> None:
    skip = stop or ("" if documents else NO_DOCUMENTS)
    report.add("evidence", skip, lambda: check_evidence(report.package, report.frames, documents or Path()), tell)


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda f: (f.file, f.line, f.column, f.rule.id, f.value, f.message)))


def _read(package: Package, frames: dict[str, pl.DataFrame]) -> list[Finding]:
    findings: list[Finding] = []
    for name, schema in package.schemas.items():
        table = read_table(schema, package.file(name), package.path(name).read_bytes())
        findings += table.findings
        if table.frame is not None:
            frames[name], bad = parse_table(table)
            findings += bad
    return findings


def _contracts(package: Package, frames: dict[str, pl.DataFrame]) -> list[Finding]:
    from shegong.checks.contracts import check_rows  # pandera takes a tenth of a second, beside the relations

    units = package.schemas["metrics"].field("unit").categories
    classifiers = {unit.value: unit.classifiers for unit in units}
    return [
        finding
        for name, schema in package.schemas.items()
        for finding in check_rows(schema, package.file(name), with_context(name, frames, classifiers))
    ]
