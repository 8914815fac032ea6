"""The page of rules, by the command and step that runs them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from shegong.checks.catalogue import catalogue
from shegong.findings import Rule
from shegong.package.package import Package
from shegong.pages.markdown import markdown_page
from shegong.release.release_rules import RELEASE_RULES, VERIFY_RULES

STEPS = {
    "descriptor": "`shegong check` validates `datapackage.json` and the schemas with a strict JSON Schema, and Python.",
    "read": "`shegong check` reads each file with polars and compares its bytes with the canonical form.",
    "parse": "`shegong check` parses each cell with polars.",
    "contracts": "`shegong check` validates each row by itself with polars.",
    "relations": "`shegong check` compares rows with DuckDB, one SQL query a rule.",
    "evidence": "`shegong check --documents DIR` compares the tables with the documents.",
    "conformance": "`shegong check --conformance` runs frictionless and the official v2.0 profile.",
    "verify": "`shegong verify` compares what you received with the published hashes.",
    "release": "`shegong release` refuses to run until these rules pass.",
}


def rules(package: Package) -> str:
    """Return the page."""
    every = [*catalogue(), *VERIFY_RULES, *RELEASE_RULES]
    lines = ["# Rules", "", f"The {len(every)} rules that shegong validates, in the order in which they run.", ""]
    for step, found in groupby(every, lambda rule: rule.step):
        lines += [f"## {step}", "", STEPS[step], ""]
        for rule in found:
            lines += _rule_lines(rule)
    return markdown_page(lines)


def _rule_lines(rule: Rule) -> Iterator[str]:
    yield from (f"### `{rule.id}`", "", f"{rule.sentence}", "")
    yield from (f"*{rule.severity.capitalize()}.* To fix it: {rule.hint}.", "")
