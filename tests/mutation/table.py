"""The tables that a run prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from tests.proof import Line


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


def lines_of(record: dict[str, Any]) -> Iterator[Line]:
    """A line for each class, as `tests.prove` has them; of meaning no share must be seen."""
    for item in record["forbidden"]:
        yield Line("forbidden", f"{item['family']}: {item['class']}", item["made"], item["killed"])
    for item in record["meaning"]:
        note = f"{item['seen_without_documents']} without the documents"
        yield Line("meaning", item["class"], item["made"], item["seen_with_documents"], note, least=0)


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
