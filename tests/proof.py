"""Lines of the one table in which `python -m tests.prove` says what was tried and what was survived."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """A line of the table.

    Attributes:
        kind: Such as `fuzz`, `kill` or `coverage`.
        what: What was tried.
        tried: How often.
        survived: How often it went as it should: a command left all whole, a mutant was killed, a line was run.
        note: What else there is to say.
        least: The share that must have gone as it should.
    """

    kind: str
    what: str
    tried: int
    survived: int
    note: str = ""
    least: float = 1.0

    @property
    def is_enough(self) -> bool:
        """Whether as much went as it should as must."""
        return self.survived >= self.least * self.tried


def table(lines: Iterable[Line]) -> str:
    """The lines in columns."""
    head = f"{'kind':<11} {'what':<90} {'tried':>8} {'as it should':>12}"
    rows = [
        f"{line.kind:<11} {line.what[:90]:<90} {line.tried:>8,} {line.survived:>12,}  {line.note}".rstrip()
        + ("" if line.is_enough else f"  NOT ENOUGH: at least {line.least:.0%}")
        for line in lines
    ]
    return "\n".join([head, *rows])


def sums(lines: list[Line]) -> Iterator[Line]:
    """What all lines of a kind come to, where they can be added up."""
    for kind in dict.fromkeys(line.kind for line in lines if line.kind != "coverage"):
        of_kind = [line for line in lines if line.kind == kind]
        tried, survived = (sum(getattr(line, name) for line in of_kind) for name in ("tried", "survived"))
        yield Line(kind, "in all", tried, survived, f"{survived / max(tried, 1):.1%}", least=0)


def write_lines(path: Path | None, lines: Iterable[Line]) -> None:
    """Keep lines for the one table, where a file is asked for."""
    if path:
        path.write_text("".join(json.dumps(asdict(line)) + "\n" for line in lines), "utf-8")


def read_lines(path: Path) -> list[Line]:
    """The lines that a part has kept; none where it did not come to its end."""
    return [Line(**json.loads(line)) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
