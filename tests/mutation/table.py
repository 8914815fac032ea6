"""The tables that a run prints."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any


def class_table(record: dict[str, Any]) -> str:
    """Mutants made and killed by class, with totals."""
    lines = [f"{'mutants of what is forbidden':<60} {'made':>7} {'killed':>7}"]
    for family, group in groupby(record["forbidden"], lambda item: item["family"]):
        classes = list(group)
        lines.append(_line(family, classes))
        lines += [_line(f"  {item['class']}", [item]) for item in classes]
    return "\n".join([*lines, _line("total", record["forbidden"])])


def _line(name: str, classes: Iterable[dict[str, Any]]) -> str:
    made, killed = (sum(item[key] for item in classes) for key in ("made", "killed"))
    return f"{name:<60} {made:>7,} {killed:>7,}"


def meaning_table(record: dict[str, Any]) -> str:
    """Mutants of meaning: how many any rule sees, without and with the documents."""
    lines = [f"{'mutants of meaning':<60} {'made':>7} {'tables':>7} {'and documents':>14}"]
    for item in [*record["meaning"], _total(record["meaning"])]:
        without, seen = item["seen_without_documents"], item["seen_with_documents"]
        lines.append(f"{item['class']:<60} {item['made']:>7} {without:>7} {seen:>14}")
    return "\n".join(lines)


def _total(classes: list[dict[str, Any]]) -> dict[str, Any]:
    keys = ("made", "seen_without_documents", "seen_with_documents")
    return {"class": "total"} | {key: sum(item[key] for item in classes) for key in keys}
