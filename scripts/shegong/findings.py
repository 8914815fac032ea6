"""Findings: the one form in which every step reports what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from shegong.escape import cell_text, show_invisible


class Severity(StrEnum):
    """How serious a finding is: an error fails a command, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Rule:
    """A condition that every valid package meets.

    Attributes:
        id: Stable name in kebab-case.
        sentence: The condition, as one sentence.
        step: The step that validates it.
        hint: How to fix what fails it.
        severity: Whether a failure fails the command.
    """

    id: str
    sentence: str
    step: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    @property
    def clause(self) -> str:
        """The sentence as a clause: what was expected, where a rule names no second operand."""
        return self.sentence[:1].lower() + self.sentence[1:].removesuffix(".")


@dataclass(frozen=True)
class Finding:
    """One place at which a rule fails.

    Attributes:
        rule: The rule.
        file: Path within the package, with forward slashes.
        message: What was found, as a clause: `value is 12`.
        table: Name of the table, or empty.
        line: Line of the file, counted from 1; 0 for the whole file.
        column: Column of the table or JSON path in a descriptor, or empty.
        key: Primary key of the row, or empty.
        value: The offending value as text, or empty.
        expected: What was expected, as a clause that follows "but": `value_text '11个' reads 11`.
    """

    rule: Rule
    file: str
    message: str
    table: str = ""
    line: int = 0
    column: str = ""
    key: str = ""
    value: str = ""
    expected: str = ""

    @property
    def is_error(self) -> bool:
        """Whether the finding fails the command."""
        return self.rule.severity is Severity.ERROR

    @property
    def place(self) -> str:
        """`file:line:column`, without the parts that are not known."""
        parts = [self.file, str(self.line or ""), self.column]
        return ":".join(part for part in parts if part)

    @property
    def sentence(self) -> str:
        """What was found and what was expected, in one sentence."""
        return f"{self.message}, but {self.expected}" if self.expected else self.message

    def as_dict(self) -> dict[str, str | int]:
        """Return all that is known, as flat JSON."""
        return {
            "rule": self.rule.id,
            "severity": self.rule.severity.value,
            "step": self.rule.step,
            "file": self.file,
            "table": self.table,
            "line": self.line,
            "column": self.column,
            "key": self.key,
            "value": self.value,
            "message": self.message,
            "expected": self.expected,
            "hint": self.rule.hint,
        }


@dataclass
class Findings:
    """The first findings of each rule and column, and how many there are in all.

    Attributes:
        limit: How many findings of one rule and column are kept; None for all.
        kept: Those that are kept.
        totals: How many there are of each rule.
    """

    limit: int | None = None
    kept: list[Finding] = field(default_factory=list)
    totals: Counter[Rule] = field(default_factory=Counter)
    _kept: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, rule: Rule, column: str, number: int) -> int:
        """Count more findings of a rule in a column; return how many of them, the first, to keep."""
        if number:
            self.totals[rule] += number
        place = rule.id, column
        room = number if self.limit is None else min(number, self.limit - self._kept[place])
        self._kept[place] += room
        return room

    def add(self, findings: Iterable[Finding]) -> Findings:
        """Count findings one by one, and keep them up to the limit."""
        self.kept += [finding for finding in findings if self.count(finding.rule, finding.column, 1)]
        return self

    def merge(self, *others: Findings) -> Findings:
        """Add the findings and totals of others."""
        for other in others:
            self.kept += other.kept
            self.totals.update(other.totals)
        return self


def cell_clause(column: str, value: object) -> str:
    """Describe what a cell contains: `value is 12`, `kind is 'news'`, `note is empty`."""
    if value is None or value == "":
        return f"{column} is empty"
    shown = show_invisible(cell_text(value))
    return f"{column} is {shown!r}" if isinstance(value, str) else f"{column} is {shown}"
