"""The page of rules: each with a broken row and what is told of it, and what each engine catches.

The rules are the catalogue's; what was measured is read from `docs/rules.json`, which `make rules` writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from shegong.checks.rules import catalogue
from shegong.findings import Rule

ENGINES = {
    "descriptor": "a strict JSON Schema of our own, and Python",
    "read": "polars: read as text, written again, bytes compared",
    "parse": "polars expressions on the text of each cell",
    "contracts": "Pandera on polars: each row by itself",
    "relations": "DuckDB: one SQL question a rule",
    "evidence": "Python, on the documents",
    "conformance": "frictionless and the official v2.0 profile",
}
TOOLS = ("frictionless", "official profile", "DuckDB")
INTRODUCTION = """\
The {rules} promises that `shegong check` proves, in the order in which it asks. Each one is proven to fire:
`make prove` breaks the package, grown by a few rows and constraints that it has no use for yet, in
{mutants:,} ways, and asks whether the rule is told at the right file, line and column. Of each mutant the
steps are asked as far as that of the rule which it breaks. The example of a rule is the first mutant of which
it is the very first finding, with the row as it then stands (long cells cut) and what `check` says of it;
*first of n* counts these mutants, *told of n* all that tell the rule."""
ABOUT_CLASSES = """\
What was broken, and who noticed. A mutant is killed when the rule that it breaks is told at the place where
it was broken. The tools beside ours were asked about two mutants of each class, with right stamps, and had
only to notice that anything is wrong: `frictionless validate --type package`; the official Data Package v2.0
profile on descriptor and schemas; and DuckDB, loading each file by name into a table with types, NOT NULL,
CHECK (codes, patterns, bounds, lengths), PRIMARY KEY, UNIQUE and FOREIGN KEY (but for a table that points at
itself, which DuckDB cannot load). Where they notice a class of bad text, the cell is mostly a key, a code or one
with a pattern; in a note or a title they notice none. What our own steps do not know and these tools do is
the class that is told in the step conformance: `check --conformance` asks the tools themselves."""
ABOUT_MEANING = """\
Rows that keep every form and are wrong all the same, changed in a few rows of each class. They are no
promises of any rule: the table says how many some rule sees nevertheless, from the tables alone and with the
documents (for which stand-ins are taken that hold every mention at its place, so that anyone can run this),
and why the rest is seen by nobody."""


def rules_page(root: Path) -> Iterator[str]:
    """Lines of the page; without a record of a run only the rules themselves.

    Args:
        root: The package's folder.
    """
    path = root / "docs" / "rules.json"
    record = json.loads(path.read_bytes()) if path.is_file() else {"rules": {}, "forbidden": [], "meaning": []}
    made = sum(item["made"] for item in record["forbidden"])
    yield from ("# Rules", "", INTRODUCTION.format(rules=len(catalogue()), mutants=made), "")
    for step, rules in groupby(catalogue(), lambda rule: rule.step):
        yield from (f"## {step}", "", f"Engine: {ENGINES[step]}.", "")
        for rule in rules:
            yield from _rule(rule, record["rules"].get(rule.id))
    yield from _classes(record["forbidden"])
    yield from _meanings(record["meaning"])


def _rule(rule: Rule, measured: dict[str, Any] | None) -> Iterator[str]:
    yield from (f"### `{rule.id}`", "", f"{rule.sentence} When it is broken: {rule.hint}. *{rule.severity}*", "")
    if measured:
        yield from (f"{_counts(measured)} {_sentence(measured['mutant'])}", "", "```text")
        yield from (line for line in (measured["row"], measured["finding"]) if line)
        yield from ("```", "")


def _counts(measured: dict[str, Any]) -> str:
    told = f"First of {measured['first']:,}, told of {measured['told']:,}."
    if measured["alone"]:
        return told
    others = ", ".join(f"`{rule}`" for rule in measured["always_with"])
    return f"{told} Never told alone{f', always with {others}' if others else ''}: it stays for its better message."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:100]}{'…' if len(text) > 100 else ''}".replace("`", "'")


def _classes(classes: list[dict[str, Any]]) -> Iterator[str]:
    yield from ("## Which engine catches what", "", ABOUT_CLASSES, "")
    yield from _head("broken", "mutants", "killed", "our step", *TOOLS)
    for item in classes:
        others = (item["others"].get(tool, "") for tool in TOOLS)
        yield _row(item["class"], f"{item['made']:,}", f"{item['killed']:,}", ", ".join(item["steps"]), *others)
    made, killed = (sum(item[key] for item in classes) for key in ("made", "killed"))
    yield from (_row("all", f"{made:,}", f"{killed:,}", "", *_shares(classes)), "")


def _meanings(classes: list[dict[str, Any]]) -> Iterator[str]:
    yield from ("## Mutants of meaning", "", ABOUT_MEANING, "")
    yield from _head("wrong", "mutants", "seen", "seen with documents", *TOOLS, "why not all")
    for item in classes:
        others = (item["others"].get(tool, "") for tool in TOOLS)
        seen = (str(item[key]) for key in ("made", "seen_without_documents", "seen_with_documents"))
        yield _row(item["class"], *seen, *others, item["why"])
    totals = (sum(item[key] for item in classes) for key in ("made", "seen_without_documents", "seen_with_documents"))
    yield _row("all", *map(str, totals), *_shares(classes), "")


def _shares(classes: list[dict[str, Any]]) -> Iterator[str]:
    for tool in TOOLS:
        pairs = [item["others"][tool].split("/") for item in classes if item["others"]]
        yield f"{sum(int(seen) for seen, _ in pairs)}/{sum(int(asked) for _, asked in pairs)}"


def _head(*names: str) -> Iterator[str]:
    yield from (_row(*names), "|---" * len(names) + "|")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
