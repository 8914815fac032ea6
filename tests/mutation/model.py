"""What a mutant is: a class, an operator, the rule that it breaks, and how to make it from the base package."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from shegong.checks.rules import catalogue
from shegong.findings import Finding

if TYPE_CHECKING:
    from tests.mutation.base import Base

RULES = {rule.id: rule for rule in catalogue()}
SEED = 20261122
REFUSED = "refused"
"""In the place of a rule: there is no package that can be read, so the command says one line and exits with 2."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Place:
    """Where a finding must stand: `line` 0 is the whole file."""

    file: str
    line: int = 0
    column: str = ""

    @classmethod
    def of(cls, finding: Finding) -> Place:
        return cls(finding.file, finding.line, finding.column)


@dataclass(frozen=True)
class Broken:
    """A broken package: new bytes by file (None: removed; text: a link that leads there), and where it must be told."""

    files: dict[str, bytes | str | None]
    place: Place
    documents: dict[str, bytes | None] | None = None


@dataclass(frozen=True)
class Mutant:
    """One way to break the package.

    Attributes:
        kind: Class of mutants, a line of the table.
        operator: Name of the operator, a function.
        subject: What it breaks, for people.
        rule: Id of the rule that it breaks, or REFUSED.
        make: Makes it.
    """

    kind: str
    operator: str
    subject: str
    rule: str
    make: Callable[[Base], Broken]

    @property
    def name(self) -> str:
        return f"{self.operator}: {self.subject}"


def words(name: str) -> str:
    """The name of a function as people say it."""
    return name.replace("_", " ")


def sample(items: Iterable[Item], size: int, *seed: str) -> Iterator[Item]:
    """The same few items each time, in an order of their own."""
    chosen = list(items)
    random.Random("/".join((str(SEED), *seed))).shuffle(chosen)
    return iter(chosen[:size])
