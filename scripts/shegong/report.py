"""A report of findings: text for people, JSON for programs, annotations for GitHub.

`check`, `accept`, `verify` and `release` share it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from shegong.findings import Finding, Findings, Rule, Severity

FORMS = ("text", "json", "github")
MAX_SHOWN = 10
"""Findings of one rule that text and annotations show before they only count."""


@dataclass(frozen=True)
class Step:
    """What one step found.

    Attributes:
        name: Name of the step.
        findings: The findings that are kept.
        skipped: Why the step did not run, or empty.
        totals: How many findings there are of each rule, kept or not.
    """

    name: str
    findings: tuple[Finding, ...] = ()
    skipped: str = ""
    totals: Counter[Rule] = field(default_factory=Counter)


@dataclass
class Report:
    """What the steps of a command found.

    Attributes:
        name: What was validated, such as the name of a package.
        version: Its version.
        steps: The steps in order, also those that did not run.
        summary: How much was validated, such as `1,235 rows of 10 tables`.
        rows: How many rows of each table were read.
    """

    name: str = ""
    version: str = ""
    steps: list[Step] = field(default_factory=list)
    summary: str = ""
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def findings(self) -> list[Finding]:
        """The findings that are kept, in the order of the steps."""
        return [finding for step in self.steps for finding in step.findings]

    @property
    def totals(self) -> Counter[Rule]:
        """How many findings there are of each rule, kept or not."""
        return sum((step.totals for step in self.steps), Counter())

    @property
    def has_errors(self) -> bool:
        """Whether a rule failed that is an error, not a warning."""
        return any(rule.severity is Severity.ERROR for rule in self.totals)


def step_of(name: str, found: Findings | Iterable[Finding], skipped: str = "") -> Step:
    """Build a step from what it found, in the order of places."""
    findings = found if isinstance(found, Findings) else Findings().add(found)
    kept = sorted(findings.kept, key=lambda f: (f.file, f.line, f.column, f.rule.id, f.value, f.message))
    return Step(name, tuple(kept), skipped, findings.totals)


def render(report: Report, form: str, shown: int = MAX_SHOWN) -> str:
    """Render a report as `text`, `json` or `github`."""
    if form == "json":
        return _as_json(report)
    lines = _as_text(report, shown) if form == "text" else _as_annotations(report, shown)
    return "\n".join([*lines, totals_line(report)])


def totals_line(report: Report) -> str:
    """Count errors and warnings, and state what was validated."""
    errors = sum(number for rule, number in report.totals.items() if rule.severity is Severity.ERROR)
    found = f"{many(errors, 'error')}, {many(report.totals.total() - errors, 'warning')}"
    return f"{found} in {report.summary}" if report.summary else found


def many(number: int, noun: str) -> str:
    """Write a number and its noun, in the plural unless it is one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _as_json(report: Report) -> str:
    content = {
        "name": report.name,
        "version": report.version,
        "ok": not report.has_errors,
        "steps": [{"name": s.name, "skipped": s.skipped, "findings": s.totals.total()} for s in report.steps],
        "totals": {rule.id: number for rule, number in report.totals.items()},
        "findings": [finding.as_dict() for finding in report.findings],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _as_text(report: Report, shown: int) -> Iterator[str]:
    hints: set[str] = set()
    for step in report.steps:
        found = many(step.totals.total(), "finding") if step.totals else "ok"
        yield f"{step.name:<15} {step.skipped or found}"
        for finding in _first(step.findings, shown):
            row = f"{finding.place} ({finding.key})" if finding.key else finding.place
            yield f"  {row}  {finding.rule.severity}: {finding.sentence} [{finding.rule.id}]"
        for rule in dict.fromkeys(finding.rule for finding in step.findings):
            more = f" (and {step.totals[rule] - shown:,} more)" if step.totals[rule] > shown else ""
            hint = f"  {rule.id}: {rule.hint}{more}"
            if hint not in hints:
                hints.add(hint)
                yield hint


def _as_annotations(report: Report, shown: int) -> Iterator[str]:
    for step in report.steps:
        for finding in _first(step.findings, shown):
            line = f",line={finding.line}" if finding.line else ""
            where = f"file={_escape_command(finding.file)}{line},title={finding.rule.id}"
            what = f"{finding.column}: {finding.sentence} ({finding.rule.hint})" if finding.column else finding.sentence
            yield f"::{finding.rule.severity} {where}::{_escape_command(what)}"


def _first(findings: tuple[Finding, ...], shown: int) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.rule.id] += 1
        if seen[finding.rule.id] <= shown:
            yield finding


def _escape_command(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
