"""What is kept of a run: an example and a count for each rule, and what each engine catches of each class."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from tests.conftest import ROOT
from tests.mutation.meaning import CLASSES
from tests.mutation.model import REFUSED, RULES
from tests.mutation.others import TOOLS
from tests.mutation.prove import MEANING, NONE, Example, Result, all_cases, result_of
from tests.mutation.run import STEPS

RECORD = ROOT / "docs" / "rules.json"


def record_of(results: list[Result]) -> dict[str, Any]:
    """Everything that `docs/rules.md` shows of a run, in a form that a program can read too."""
    return {
        "rules": {rule: _rule(rule, results) for rule in RULES},
        "forbidden": [_class(list(group)) for _, group in groupby(_of(results, False), lambda r: (r.family, r.kind))],
        "meaning": [_meaning(list(group)) for _, group in groupby(_of(results, True), lambda r: r.kind)],
    }


def read_record() -> dict[str, Any]:
    """What was kept of the last run."""
    return json.loads(RECORD.read_bytes())  # type: ignore[no-any-return]


def write_record(record: dict[str, Any]) -> None:
    RECORD.write_bytes(record_bytes(record))


def examples() -> dict[str, Example]:
    """For each rule the first mutant of which it is the first finding: a part of a run, made in half a minute."""
    return {rule: _example_of(rule) for rule in RULES}


def _example_of(rule: str) -> Example:
    results = (result_of(case) for case in all_cases() if case.mutant.rule == rule)
    return next((result.example for result in results if result.first == rule), NONE)


def shown(example: Example) -> dict[str, str]:
    """An example as the record has it."""
    return {"mutant": example.mutant, "row": example.row, "finding": example.finding}


def record_bytes(record: dict[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()


def _of(results: list[Result], meaning: bool) -> list[Result]:
    chosen = [result for result in results if (result.family == MEANING) == meaning]
    first = {}
    for result in chosen:
        first.setdefault((result.family, result.kind), result.number)
    return sorted(chosen, key=lambda result: (first[result.family, result.kind], result.number))


def _rule(rule: str, results: list[Result]) -> dict[str, Any]:
    told = [result for result in results if rule in result.told]
    firsts = [result for result in told if result.first == result.rule == rule]
    example = firsts[0].example if firsts else NONE
    return {
        "told": len(told),
        "first": len(firsts),
        "alone": sum(result.told == {rule} for result in told),
        "always_with": sorted(frozenset.intersection(*(result.told for result in told)) - {rule}) if told else [],
    } | shown(example)


def _class(results: list[Result]) -> dict[str, Any]:
    steps = {
        RULES[result.rule].step if result.rule != REFUSED else "descriptor" for result in results if result.is_killed
    }
    return {
        "family": results[0].family,
        "class": results[0].kind,
        "made": len(results),
        "killed": sum(result.is_killed for result in results),
        "steps": [step for step in STEPS if step in steps],
        "others": _others(results),
    }


def _meaning(results: list[Result]) -> dict[str, Any]:
    why = next(meaning.why for meaning in CLASSES if meaning.name == results[0].kind)
    seen = sum(result.is_killed for result in results)
    return {
        "class": results[0].kind,
        "made": len(results),
        "seen_without_documents": sum(bool(result.steps - {"evidence"}) for result in results),
        "seen_with_documents": seen,
        "why": why if seen < len(results) else "",
        "others": _others(results),
    }


def _others(results: list[Result]) -> dict[str, str]:
    asked = [result.others for result in results if result.others is not None]
    return {tool: f"{sum(answer[tool] for answer in asked)}/{len(asked)}" for tool in TOOLS} if asked else {}
