"""`check`: each table is read, parsed and validated row by row; then all tables together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from shegong.checks.conformance import check_conformance
from shegong.checks.context import join_metric_definitions, measure_words
from shegong.checks.contracts import check_rows
from shegong.checks.descriptor import NON_BLOCKING, check_descriptor
from shegong.checks.evidence import check_evidence
from shegong.checks.relations.run_queries import check_relations
from shegong.checks.tables import Tables
from shegong.findings import Findings
from shegong.package.canonical import Reader
from shegong.package.cells import parse_rows
from shegong.package.package import Package
from shegong.package.schema import TableSchema
from shegong.report import Report, Step, many, step_of

Progress = Callable[[str], None]
MAX_FINDINGS = 1_000
"""Findings of one rule in one column of a table that are kept; the others are counted."""
NO_DOCUMENTS = "not run: no documents (give --documents DIR or set SHEGONG_DOCUMENTS)"
NO_CONFORMANCE = "not run: give --conformance"
NEEDS_DESCRIPTOR = "not run: the descriptor must be valid first"
NEEDS_TABLES = "not run: every table must be readable first"


def check_package(
    package: Package,
    documents: Path | None = None,
    conformance: bool = False,
    on_step: Progress = lambda step: None,
    limit: int = MAX_FINDINGS,
) -> Report:
    """Validate a package, cheap steps first.

    Args:
        package: The package.
        documents: Folder of the source documents; without it the evidence step does not run.
        conformance: Whether to run frictionless and the official profile as well.
        on_step: Called with the name of each step that begins, and with nothing at the end.
        limit: How many findings of one rule in one column are kept; the others are counted.

    Raises:
        PackageError: A rule of this version does not fit the schemas, or no space is left for the rows.
    """
    tables, read, contracts = Tables(), Findings(limit), Findings(limit)
    on_step("descriptor")
    descriptor = check_descriptor(package)
    stop = "" if all(finding.rule in NON_BLOCKING for finding in descriptor) else NEEDS_DESCRIPTOR
    steps = [step_of("descriptor", descriptor)]

    on_step("read, parse, contracts")
    # An observation is validated together with the definition of its metric.
    metrics_first = sorted(package.schemas.values(), key=lambda schema: schema.name != "metrics") if not stop else []
    for schema in metrics_first:
        _check_table(package, schema, tables, read, contracts)
    steps.append(step_of("read and parse", read, stop))
    if not stop and (set(tables) != set(package.schemas) or any(rule.step == "parse" for rule in read.totals)):
        stop = NEEDS_TABLES
    steps.append(Step("contracts", skipped=stop) if stop else step_of("contracts", contracts))

    on_step("relations")
    steps.append(step_of("relations", [] if stop else check_relations(package, tables, limit), stop))

    on_step("evidence")
    skipped = stop or ("" if documents else NO_DOCUMENTS)
    evidence = check_evidence(package, dict(tables), documents) if documents and not stop else []
    steps.append(step_of("evidence", evidence, skipped))

    on_step("conformance")
    skipped = stop or ("" if conformance else NO_CONFORMANCE)
    steps.append(step_of("conformance", [] if skipped else check_conformance(package), skipped))

    on_step("")
    summary = f"{many(sum(tables.heights.values()), 'row')} of {many(len(tables), 'table')}"
    return Report(str(package.descriptor.get("name", "")), package.version, steps, summary, dict(tables.heights))


def _check_table(package: Package, schema: TableSchema, tables: Tables, read: Findings, contracts: Findings) -> None:
    """Read, parse and validate a table block by block, and store its rows."""
    reader, parsed = Reader(schema, package.file(schema.name), read.limit), Findings(read.limit)
    tables.create(schema)
    with package.path(schema.name).open("rb") as file:
        for rows in reader.read(file):
            if rows.frame is not None:
                frame = parse_rows(rows, parsed)
                tables.append(schema.name, frame, rows.first_line)
                if not parsed.totals and "metrics" in tables:
                    _check_rows(package, schema, tables, frame, rows.first_line, contracts)
    read.merge(reader.findings())
    if reader.is_parseable:
        read.merge(parsed)
    else:
        tables.drop(schema.name)


def _check_rows(
    package: Package, schema: TableSchema, tables: Tables, frame: pl.DataFrame, first_line: int, contracts: Findings
) -> None:
    if schema.name == "observations":
        frame = join_metric_definitions(frame, tables["metrics"], measure_words(package.schemas["metrics"]))
    check_rows(schema, package.file(schema.name), frame, first_line, contracts)
