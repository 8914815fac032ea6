"""How a report of findings is shown: text for people, JSON for programs, annotations for CI."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator

from shegong.checks.evidence import Coverage
from shegong.checks.run import Report, Step
from shegong.findings import Finding, Severity

SHOWN = 10
"""Findings of one rule that text and annotations show before they only count."""


def as_text(report: Report, shown: int = SHOWN) -> str:
    """One line a step, the findings (the first of each rule), and the totals."""
    lines = [line for step in report.steps for line in _step_lines(step, shown)]
    return "\n".join([*lines, totals(report)])


def totals(report: Report) -> str:
    """How many errors and warnings, in how many rows."""
    errors = sum(number for rule, number in report.totals.items() if rule.severity is Severity.ERROR)
    warnings = report.totals.total() - errors
    found = f"{many(errors, 'error')}, {many(warnings, 'warning')}"
    return f"{found} in {many(report.rows, 'row')} of {many(len(report.frames), 'table')}"


def as_json(report: Report) -> str:
    """Steps, totals by rule, and the findings that are held, for programs."""
    content = {
        "version": report.package.version,
        "ok": not report.has_errors,
        "steps": [{"name": s.name, "skipped": s.skipped, "findings": s.totals.total()} for s in report.steps],
        "totals": {rule.id: number for rule, number in report.totals.items()},
        "findings": [finding.as_dict() for finding in report.findings],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def as_github(report: Report, shown: int = SHOWN) -> str:
    """Workflow commands, which annotate the lines of a change."""
    lines = [_annotation(finding) for step in report.steps for finding in _first(step.findings, shown)]
    return "\n".join([*lines, totals(report)])


def coverage_text(covered: list[Coverage]) -> str:
    """A table by document, and the numerals that are missing."""
    head = f"{'document':<24} {'numerals':>8} {'accounted':>9} {'share':>7}"
    rows = [f"{c.document_id:<24} {c.numerals:>8} {c.numerals - len(c.missing):>9} {_share(c):>7}" for c in covered]
    missing = [f"{c.file_name}:{at}  {numeral!r} in {around!r}" for c in covered for at, numeral, around in c.missing]
    return "\n".join([head, *rows, *missing, f"{many(len(missing), 'numeral')} not accounted for"])


def coverage_json(covered: list[Coverage]) -> str:
    """Return the coverage of each document for programs."""
    return json.dumps([dataclasses.asdict(document) for document in covered], ensure_ascii=False, indent=2)


def _share(document: Coverage) -> str:
    return f"{(document.numerals - len(document.missing)) / max(document.numerals, 1):.1%}"


def _step_lines(step: Step, shown: int) -> Iterator[str]:
    found = many(step.totals.total(), "finding") if step.totals else "ok"
    yield f"{step.name:<15} {step.skipped or found}"
    for finding in _first(step.findings, shown):
        yield f"  {finding.place}  {finding.rule.severity}: {finding.message} [{finding.rule.id}]"
    for rule in dict.fromkeys(finding.rule for finding in step.findings):
        more = f" (and {step.totals[rule] - shown} more)" if step.totals[rule] > shown else ""
        yield f"  {rule.id}: {rule.hint}{more}"


def _first(findings: tuple[Finding, ...], shown: int) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.rule.id] += 1
        if seen[finding.rule.id] <= shown:
            yield finding


def _annotation(finding: Finding) -> str:
    line = f",line={finding.line}" if finding.line else ""
    where = f"file={_escaped(finding.file)}{line},title={finding.rule.id}"
    message = f"{finding.column}: {finding.message} ({finding.rule.hint})" if finding.column else finding.message
    return f"::{finding.rule.severity} {where}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def many(number: int, noun: str) -> str:
    """A number and its noun, in the plural but for one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
