"""One table of how the project stands up to what it should stand up to: `python -m tests.robustness`.

Properties with a profile of many new examples, every fault and hostile input as a test, commands killed at a hundred
moments each, and each reader fuzzed for a while.

    python -m tests.robustness [--moments 100] [--seconds 60] [--seed 0] [--profile prove]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests import kills, test_properties
from tests.fuzz.run import fuzz
from tests.fuzz.targets import TARGETS
from tests.proof import Line, table, write_lines

FILES = ("tests/test_faults.py", "tests/test_hostile.py")
NAMED = 3
"""Inputs that a note names."""
NOT_AGAIN = "not killed_at_any_moment"
"""What the kills below try more often."""


def properties(profile: str) -> Iterator[Line]:
    """Every property, with the examples that it was asked about."""
    chosen = settings.get_profile(profile)
    for name, test in vars(test_properties).items():
        if hasattr(test, "hypothesis"):
            yield _property(name, test, chosen)


def _property(name: str, test: Any, chosen: settings) -> Line:
    asked: Counter[str] = Counter()
    inner = test.hypothesis.inner_test

    def counted(*arguments: Any, **named: Any) -> None:
        asked[name] += 1
        inner(*arguments, **named)

    test.hypothesis.inner_test = counted
    try:
        chosen(test)()
    except Exception as error:
        return Line("property", _title(name), asked[name], asked[name] - 1, f"{type(error).__name__}: {error}"[:200])
    finally:
        test.hypothesis.inner_test = inner
    return Line("property", _title(name), asked[name], asked[name])


class Results:
    """A pytest plugin that counts what passed, by file and test."""

    def __init__(self) -> None:
        self.tried: Counter[tuple[str, str]] = Counter()
        self.passed: Counter[tuple[str, str]] = Counter()
        self.skipped: dict[tuple[str, str], str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called by pytest for each phase of each test."""
        file, _, name = report.nodeid.partition("::")
        key = (file.removeprefix("tests/test_").removesuffix(".py"), name.partition("[")[0])
        if report.skipped:
            self.skipped[key] = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        elif report.when == "call" or report.failed:
            self.tried[key] += 1
            self.passed[key] += report.passed


def tests() -> Iterator[Line]:
    """Every fault and hostile input that is a test."""
    found = Results()
    pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", "-k", NOT_AGAIN, *FILES], [found])
    for key in dict.fromkeys([*found.tried, *found.skipped]):
        note = f"skipped: {found.skipped[key]}" if key in found.skipped else ""
        yield Line(key[0].removesuffix("s"), _title(key[1]), found.tried[key], found.passed[key], note)


def killed(moments: int, seed: int) -> Iterator[Line]:
    """Every command that writes, killed."""
    for outcome in kills.run(moments, seed):
        note = "; ".join([f"{outcome.killed} killed before their end", *outcome.wrong])
        yield Line("kill", outcome.command, outcome.moments, outcome.moments - len(outcome.wrong), note)


def fuzzed(seconds: float, seed: int) -> Iterator[Line]:
    """Every reader of a stranger's bytes, fuzzed."""
    for name in TARGETS:
        outcome = fuzz(name, seconds, seed)
        note = "; ".join([f"{outcome.memory / 1024**2:,.0f} MiB at most", *outcome.failures[:NAMED]])
        yield Line("fuzz", name, outcome.inputs, outcome.inputs - len(outcome.failures), note)


def _title(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ")


def main() -> None:
    """Run everything and print the table; exit code 1 if anything did not survive."""
    parser = argparse.ArgumentParser(prog="python -m tests.robustness", description=__doc__)
    parser.add_argument("--moments", type=int, default=kills.MOMENTS)
    parser.add_argument("--seconds", type=float, default=60, help="of fuzzing for each target")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--profile", default="prove")
    parser.add_argument("--lines", type=Path, help="where to keep the lines of the table")
    asked = parser.parse_args()
    parts: list[Callable[[], Iterator[Line]]] = [
        lambda: properties(asked.profile),
        tests,
        lambda: fuzzed(asked.seconds, asked.seed),
        lambda: killed(asked.moments, asked.seed),
    ]
    lines = [line for part in parts for line in part()]
    write_lines(asked.lines, lines)
    print("", table(lines), sep="\n")
    lost = sum(line.tried - line.survived for line in lines)
    print(f"{len(lines)} lines, {sum(line.tried for line in lines):,} tries, {lost} not survived")
    sys.exit(bool(lost))


if __name__ == "__main__":
    main()
