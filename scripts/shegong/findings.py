"""Findings: the one language in which every step says what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: errors fail a check, warnings do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Rule:
    """A promise that the package keeps.

    Attributes:
        id: Stable name in kebab-case.
        sentence: What holds, as one sentence.
        step: The step of `check` that proves it.
        hint: What to do when it is broken.
        severity: Whether a broken rule fails the check.
    """

    id: str
    sentence: str
    step: str
    hint: str = ""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True)
class Finding:
    """One broken promise at one place.

    Attributes:
        rule: The rule that is broken.
        file: Path within the package, with forward slashes.
        message: What is wrong, with the value.
        table: Name of the table, or empty.
        line: Line of the file, counted from 1; 0 where the whole file is meant.
        column: Column of the table or JSON path in a descriptor, or empty.
        key: Primary key of the row, or empty.
        value: The offending value as text, or empty.
    """

    rule: Rule
    file: str
    message: str
    table: str = ""
    line: int = 0
    column: str = ""
    key: str = ""
    value: str = ""

    @property
    def is_error(self) -> bool:
        """Whether the finding fails the check."""
        return self.rule.severity is Severity.ERROR

    @property
    def place(self) -> str:
        """`file:line:column`, without the parts that are not known."""
        parts = [self.file, str(self.line or ""), self.column]
        return ":".join(part for part in parts if part)

    def as_dict(self) -> dict[str, str | int]:
        """All that is known, as flat JSON."""
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
            "hint": self.rule.hint,
        }


@dataclass
class Findings:
    """What was found in a table or a step: of each rule and column the first findings, and how many there are in all.

    Attributes:
        most: How many of one rule and column are held; None for all.
        held: Those that are held.
        totals: How many there are of each rule.
    """

    most: int | None = None
    held: list[Finding] = field(default_factory=list)
    totals: Counter[Rule] = field(default_factory=Counter)
    _room: dict[tuple[str, str], int] = field(default_factory=dict)

    def count(self, rule: Rule, column: str, number: int) -> int:
        """Count so many more findings of a rule in a column; returns how many of them, the first, are to be held."""
        if number:
            self.totals[rule] += number
        if self.most is None:
            return number
        room = self._room.get((rule.id, column), self.most)
        self._room[rule.id, column] = room - min(number, room)
        return min(number, room)

    def add(self, findings: Iterable[Finding]) -> Findings:
        """Count findings one by one, and hold them while there is room."""
        self.held += [finding for finding in findings if self.count(finding.rule, finding.column, 1)]
        return self

    def merge(self, *others: Findings) -> Findings:
        """Take over what others hold and have counted."""
        for other in others:
            self.held += other.held
            self.totals.update(other.totals)
        return self
