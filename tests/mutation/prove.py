"""Make every mutant, ask about it, and sum up: in shares, each worked off by one of a few processes."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from shegong.escape import show_invisible
from shegong.findings import Finding
from tests.mutation import contracts, evidence, relations  # noqa: F401 - they enter their operators
from tests.mutation.base import Base, grow
from tests.mutation.cells import cell_mutants
from tests.mutation.conformance import conformance_mutants
from tests.mutation.descriptor import descriptor_mutants
from tests.mutation.domain import domain_mutants
from tests.mutation.files import file_mutants
from tests.mutation.keys import key_mutants
from tests.mutation.meaning import meaning_mutants
from tests.mutation.model import Broken, Mutant, sample
from tests.mutation.others import TOOLS
from tests.mutation.run import Answer, Runner, Written

FAMILIES: dict[str, Callable[[Base], Iterator[Mutant]]] = {
    "descriptor and schemas": descriptor_mutants,
    "bytes of a table": file_mutants,
    "cells": cell_mutants,
    "keys": key_mutants,
    "domain": domain_mutants,
    "conformance": conformance_mutants,
    "meaning": meaning_mutants,
}
MEANING = "meaning"
ASKED_OF_OTHERS = {MEANING: 1}
"""Mutants of a class that the other tools are asked about, each taking them a second or two; of other families SOME."""
SOME = 2
SHARES = 60
LONGEST = 18
"""Letters of a cell that an example shows."""


@dataclass(frozen=True)
class Case:
    """A mutant with its family and number."""

    number: int
    family: str
    mutant: Mutant


@dataclass(frozen=True)
class Example:
    """A rule told first: where the broken row stands, the row, and what is said."""

    mutant: str
    row: str
    finding: str


NONE = Example("", "", "")


@dataclass(frozen=True)
class Result:
    """What became of one mutant.

    Attributes:
        number: Its place among all mutants.
        family: Its family.
        kind: Its class.
        name: Operator and subject.
        rule: The rule that it breaks; empty for a mutant of meaning.
        is_killed: Whether the rule is told at its place; of a mutant of meaning, whether anything is told.
        steps: The steps that told anything.
        told: The rules that were told.
        first: The rule that was told first, at the place.
        example: The first rule's example.
        others: Which of the other tools complained, if they were asked.
    """

    number: int
    family: str
    kind: str
    name: str
    rule: str
    is_killed: bool
    steps: frozenset[str]
    told: frozenset[str]
    first: str
    example: Example
    others: dict[str, bool] | None = None


@cache
def the_base() -> Base:
    """The grown package of this process."""
    folder = Path(tempfile.mkdtemp(prefix="mutation-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return grow(folder)


@cache
def the_runner() -> Runner:
    return Runner(the_base())


@cache
def all_cases() -> tuple[Case, ...]:
    """Every mutant, in the same order in every process."""
    pairs = [(family, mutant) for family, make in FAMILIES.items() for mutant in make(the_base())]
    return tuple(Case(number, family, mutant) for number, (family, mutant) in enumerate(pairs))


@cache
def asked_of_others() -> frozenset[int]:
    """The numbers of the mutants that the other tools are asked about."""
    chosen: set[int] = set()
    for (family, kind), group in groupby(sorted(all_cases(), key=_class), _class):
        size = ASKED_OF_OTHERS.get(family, SOME)
        chosen |= {case.number for case in sample(group, size, "others", family, kind)}
    return frozenset(chosen)


def _class(case: Case) -> tuple[str, str]:
    return case.family, case.mutant.kind


def result_of(case: Case, with_others: bool = False) -> Result:
    """Ask the steps about a mutant, and the other tools if they are to be asked."""
    is_meaning = case.family == MEANING
    answer = the_runner().answer(case.mutant, "evidence" if is_meaning else "")
    return Result(
        number=case.number,
        family=case.family,
        kind=case.mutant.kind,
        name=case.mutant.name,
        rule=case.mutant.rule,
        is_killed=answer.is_seen if is_meaning else answer.is_killed,
        steps=frozenset(finding.rule.step for finding in answer.findings),
        told=frozenset(finding.rule.id for finding in answer.findings),
        first=answer.first,
        example=_example(case.mutant, answer) if answer.first and answer.first == case.mutant.rule else NONE,
        others=_ask_others(case.mutant.make(the_base())) if with_others else None,
    )


def _example(mutant: Mutant, answer: Answer) -> Example:
    first = answer.findings[0]
    told = f"{first.place}  {first.rule.severity}: {first.message} [{first.rule.id}]"
    return Example(mutant.name, _broken_row(mutant, first), _plain(told))


def _broken_row(mutant: Mutant, finding: Finding) -> str:
    """The line that is blamed, as it stands in the broken file, its long cells cut; empty for a whole file."""
    base = the_base()
    data = mutant.make(base).files.get(finding.file)
    if data is None and (base.root / finding.file).is_file():
        data = (base.root / finding.file).read_bytes()
    lines = data.split(b"\n") if isinstance(data, bytes) else []
    if not finding.line or finding.line > len(lines):
        return ""
    row = lines[finding.line - 1].decode("utf-8", "backslashreplace").strip(" ")
    return visible_line(_shortened(row, finding)) or "(a blank line)"


def _shortened(row: str, finding: Finding) -> str:
    """The row with cells of at most LONGEST letters, twice as many for the one to blame."""
    if not finding.table:
        return row[:120]
    columns = the_base().schema(finding.table).columns
    cells = re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', row)
    most = [2 * LONGEST if finding.column in columns[at : at + 1] else LONGEST for at in range(len(cells))]
    return ",".join(c if len(c) <= size else f"{c[:size]}…" for c, size in zip(cells, most, strict=True))


def _plain(text: str) -> str:
    """Without the folder of this run."""
    return visible_line(text.replace(f"{the_base().documents}/", "documents/").replace(str(the_base().root), "."))


def visible_line(text: str) -> str:
    """Each invisible character spelled out, the length kept."""
    return "".join(show_invisible(character) for character in text)


def _ask_others(broken: Broken) -> dict[str, bool]:
    base = the_base()
    try:
        with Written(base, broken):
            return {name: ask(base) for name, ask in TOOLS.items()}
    except Exception:  # there is no package that can be read
        return dict.fromkeys(TOOLS, True)


def work(share: int, shares: int, with_others: bool) -> list[Result]:
    """Every so-many-th mutant."""
    cases = all_cases()[share::shares]
    return [result_of(case, with_others and case.number in asked_of_others()) for case in cases]


def prove(with_others: bool, tell: Callable[[str], None]) -> list[Result]:
    """All mutants on all cores, in their order."""
    os.environ["POLARS_MAX_THREADS"] = "1"  # the processes are the threads
    results: list[Result] = []
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(work, share, SHARES, with_others) for share in range(SHARES)]
        for done, future in enumerate(as_completed(futures), 1):
            results += future.result()
            tell(f"{done / SHARES:.0%}")
    return sorted(results, key=lambda result: result.number)


def survivors(results: list[Result]) -> list[Result]:
    """Mutants of what schemas and rules forbid that were not killed."""
    return [result for result in results if result.family != MEANING and not result.is_killed]


def times_first(results: list[Result]) -> Counter[str]:
    """For how many mutants a rule was the first finding, at the right cell."""
    return Counter(result.first for result in results if result.first and result.first == result.rule)
