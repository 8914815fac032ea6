"""`python -m tests.code_mutants`: change the code at every place, and print which changes the tests notice.

    python -m tests.code_mutants [MODULE ...] [--sample N] [--seed S] [--jobs N]

Exit 1 where an area has fewer than 90 % of its mutants killed, or where one survives that `survivors.toml` does not
explain. A mutant that cannot be imported at all is stillborn and not counted; one that makes the tests run for ever
is killed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.code_mutants.mutants import CodeMutant
from tests.code_mutants.run import KILLED, STILLBORN, SURVIVED, TIMED_OUT, FailingTests, Outcome, Target, run, sampled
from tests.proof import Line, write_lines

KNOWN = Path(__file__).with_name("survivors.toml")
ENOUGH = 0.9
SAMPLE, SEED = 300, 20261122
QUANTITY = ("tests/test_quantity.py",)
DIFF = ("tests/test_changes.py", "tests/test_diff.py", "-k", "not git and not revision and not diff_")
"""The small package first, for it is asked in no time; what a command or git says is not asked."""
CONTRACTS = ("tests/test_contracts.py",)
CANONICAL = ("tests/test_canonical.py", "tests/test_scale.py", "-k", "not fmt and not token_reads and not spare")
TARGETS = (
    Target("quantity rules", "shegong.quantity", QUANTITY),
    Target(
        "quantity rules",
        "shegong.checks.readings",
        ("tests/test_readings.py", "tests/test_scale.py", "-k", "reads or shape or plainly"),
    ),
    Target("contracts compiler", "shegong.checks.contracts", CONTRACTS),
    Target("contracts compiler", "shegong.checks.domain", CONTRACTS),
    Target("diff", "shegong.diff.compare", DIFF),
    Target("diff", "shegong.diff.report", DIFF),
    Target("diff", "shegong.diff.snapshot", DIFF),
    Target("diff", "shegong.diff.versions", DIFF),
    Target("canonical form", "shegong.package.canonical", CANONICAL),
    Target("canonical form", "shegong.package.lexical", CANONICAL),
)

Key = tuple[str, str, str, str]


def main() -> int:
    """Run all, print the table, say what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.code_mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as shegong.quantity; without one, all")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="mutants of each module; 0: all")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--lines", type=Path, help="where to keep the lines of the one table of `tests.prove`")
    asked = parser.parse_args()
    targets = [t for t in TARGETS if not asked.modules or t.module in asked.modules]
    if unknown := {*asked.modules} - {target.module for target in TARGETS}:
        parser.error(f"no module whose mutants are made: {', '.join(sorted(unknown))}")
    began, outcomes = time.monotonic(), []
    try:
        for target in targets:
            outcomes += _outcomes(target, asked.sample, asked.seed, asked.jobs)
    except FailingTests as error:
        parser.error(str(error))
    known = read_known()
    write_lines(asked.lines, lines_of(outcomes, known))
    print(table(outcomes, known))
    wrong = complaints(outcomes, known)
    print(*wrong, f"{len(outcomes):,} mutants in {time.monotonic() - began:.0f} s", sep="\n")
    return 1 if wrong else 0


def _outcomes(target: Target, size: int, seed: int, jobs: int) -> list[Outcome]:
    chosen, found = sampled(target, size, seed), []
    for outcome in run(target, chosen, jobs):
        found.append(outcome)
        if outcome.state == SURVIVED:
            print(f"\r{target.module} {outcome.mutant.function}: {shown(outcome.mutant)}", file=sys.stderr)
        print(f"\r{target.module} {len(found)}/{len(chosen)}", end="", file=sys.stderr, flush=True)
    print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
    return found


def read_known() -> dict[Key, str]:
    """Why each survivor survives that was read."""
    entries = tomllib.loads(KNOWN.read_text("utf-8")).get("survivor", [])
    return {(item["module"], item["function"], item["old"], item["new"]): item["why"] for item in entries}


def table(outcomes: list[Outcome], known: dict[Key, str]) -> str:
    """A line for each module and each area."""
    lines = [
        f"{'area':<20} {'module':<28} {'mutants':>8} {'killed':>8} {'timed out':>10} {'known':>6} {'new':>5} {'share':>7}"
    ]
    for area in dict.fromkeys(outcome.target.area for outcome in outcomes):
        of_area = [outcome for outcome in outcomes if outcome.target.area == area]
        modules = dict.fromkeys(outcome.target.module for outcome in of_area)
        lines += [_line(area, name, [o for o in of_area if o.target.module == name], known) for name in modules]
        lines.append(_line(area, "in all", of_area, known))
    stillborn = sum(outcome.state == STILLBORN for outcome in outcomes)
    return "\n".join([*lines, f"not counted: {stillborn:,} stillborn, which cannot be imported"])


def lines_of(outcomes: list[Outcome], known: dict[Key, str]) -> Iterator[Line]:
    """A line for each module, as `tests.prove` has them; an area, not each module, must have ENOUGH."""
    for module in dict.fromkeys(outcome.target.module for outcome in outcomes):
        of_module = [outcome for outcome in outcomes if outcome.target.module == module]
        counted, listed, new = _counts(of_module, known)
        note = f"{share(of_module):.1%}; survivors: {listed} listed with the reason, {new} new"
        yield Line("code mutant", module, counted, counted - listed - new, note, least=0)


def _counts(outcomes: list[Outcome], known: dict[Key, str]) -> tuple[int, int, int]:
    """Mutants that could be asked about, survivors that are listed, and those that are not."""
    survivors = [outcome for outcome in outcomes if outcome.state == SURVIVED]
    new = sum(outcome.mutant.key not in known for outcome in survivors)
    return sum(outcome.state != STILLBORN for outcome in outcomes), len(survivors) - new, new


def _line(area: str, module: str, outcomes: list[Outcome], known: dict[Key, str]) -> str:
    states = Counter(outcome.state for outcome in outcomes)
    counted, listed, new = _counts(outcomes, known)
    return (
        f"{area:<20} {module:<28} {counted:>8,} {states[KILLED]:>8,} {states[TIMED_OUT]:>10,}"
        f" {listed:>6,} {new:>5,} {share(outcomes):>7.1%}"
    )


def share(outcomes: list[Outcome]) -> float:
    """Killed among those that could be asked about; all known survivors count as survivors."""
    counted = [outcome for outcome in outcomes if outcome.state != STILLBORN]
    return sum(outcome.state != SURVIVED for outcome in counted) / max(len(counted), 1)


def complaints(outcomes: list[Outcome], known: dict[Key, str]) -> list[str]:
    """What is wrong: too many survivors in an area, a survivor that nobody explains, an explanation of none."""
    by_area: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_area.setdefault(outcome.target.area, []).append(outcome)
    wrong = [
        f"{area}: {share(found):.1%} killed, less than {ENOUGH:.0%}"
        for area, found in by_area.items()
        if share(found) < ENOUGH
    ]
    for outcome in outcomes:
        mutant = outcome.mutant
        if outcome.state == SURVIVED and mutant.key not in known:
            wrong.append(f"new survivor: kill it with a test, or say why nothing can\n{entry(mutant)}")
        elif outcome.state != SURVIVED and mutant.key in known:
            wrong.append(f"{mutant.module} {mutant.function}: killed, yet {KNOWN.name} lists it: {mutant.new}")
    return wrong


def entry(mutant: CodeMutant) -> str:
    """A survivor as `survivors.toml` lists it, without the reason."""
    cells = zip(("module", "function", "old", "new"), mutant.key, strict=True)
    return "\n".join(["[[survivor]]", *(f"{name} = {json.dumps(cell, ensure_ascii=False)}" for name, cell in cells)])


def shown(mutant: CodeMutant, around: int = 30) -> str:
    """What was changed, with a few characters on either side."""
    old, new = mutant.old, mutant.new
    head = _alike(old, new)
    tail = min(_alike(old[::-1], new[::-1]), len(old) - head, len(new) - head)
    before, after = old[max(0, head - around) : head], old[len(old) - tail :][:around]
    return f"{before}⟦{old[head : len(old) - tail]} → {new[head : len(new) - tail]}⟧{after}"


def _alike(a: str, b: str) -> int:
    """How many characters two texts begin with alike."""
    return next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


if __name__ == "__main__":
    sys.exit(main())
