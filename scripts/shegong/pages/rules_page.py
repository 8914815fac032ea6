"""The page of rules: what each one promises, and how to fix what breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from shegong.checks.rules import catalogue

ENGINES = {
    "descriptor": "a strict JSON Schema of our own, and Python",
    "read": "polars: read as text, written again, bytes compared",
    "parse": "polars expressions on the text of each cell",
    "contracts": "Pandera on polars: each row by itself",
    "relations": "DuckDB: one SQL question a rule",
    "evidence": "Python, on the documents",
    "conformance": "frictionless and the official v2.0 profile",
}
INTRODUCTION = """\
The {rules} rules that `shegong check` validates, in its order.
`tests/test_rules.py` breaks the package once for each rule, and requires the finding at its file, line and column."""


def rules_page() -> Iterator[str]:
    """Yield the lines of the page."""
    yield from ("# Rules", "", INTRODUCTION.format(rules=len(catalogue())), "")
    for step, rules in groupby(catalogue(), lambda rule: rule.step):
        yield from (f"## {step}", "", f"Engine: {ENGINES[step]}.", "")
        for rule in rules:
            yield from (
                f"### `{rule.id}`",
                "",
                f"{rule.sentence} When it is broken: {rule.hint}. *{rule.severity}*",
                "",
            )
