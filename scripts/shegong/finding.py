"""Findings: the one language in which every step says what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: errors fail a check, warnings do not."""

    ERROR = "error"
    WARNING = "warning"


class PackageError(Exception):
    """Wrong use, or no package that can be read: one line, exit code 2."""


def first_line(error: Exception) -> str:
    """What an engine says first; the rest is its own context."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


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
