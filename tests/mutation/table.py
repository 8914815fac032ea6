"""The lines of the table that a run prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.proof import Line


def lines_of(record: dict[str, Any]) -> Iterator[Line]:
    """A line for each class, as `tests.prove` has them; of meaning no share must be seen."""
    for item in record["forbidden"]:
        yield Line("forbidden", f"{item['family']}: {item['class']}", item["made"], item["killed"])
    for item in record["meaning"]:
        note = f"{item['seen_without_documents']} without the documents"
        yield Line("meaning", item["class"], item["made"], item["seen_with_documents"], note, least=0)
