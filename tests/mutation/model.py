"""What a mutant is: the rule that it breaks, and the place where `check` must report it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from shegong.checks.catalogue import catalogue
from shegong.findings import Finding

RULES = {rule.id: rule for rule in catalogue()}
SEED = 20261122

Item = TypeVar("Item")


@dataclass(frozen=True)
class Place:
    """Where a finding must be: `line` 0 is the whole file."""

    file: str
    line: int = 0
    column: str = ""

    @classmethod
    def of(cls, finding: Finding) -> Place:
        return cls(finding.file, finding.line, finding.column)


@dataclass(frozen=True)
class Mutant:
    """One way to break the package: its name, the rule that it breaks, and where the finding must be."""

    name: str
    rule: str
    place: Place


@dataclass
class Batch:
    """New bytes by file (text: a link to there), and the mutants in them."""

    files: dict[str, bytes | str | None] = field(default_factory=dict)
    mutants: list[Mutant] = field(default_factory=list)


def words(name: str) -> str:
    """The name of a function as people say it."""
    return name.replace("_", " ")


def sample(items: Iterable[Item], size: int, *seed: str) -> Iterator[Item]:
    """The same few items each time, in an order of their own."""
    chosen = list(items)
    random.Random("/".join((str(SEED), *seed))).shuffle(chosen)
    return iter(chosen[:size])
