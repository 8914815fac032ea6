"""Mutants of the descriptor that only the standard's own tools know to be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.mutation.base import DESCRIPTOR, Base
from tests.mutation.descriptor import Path, json_bytes, json_mutant
from tests.mutation.model import Broken, Mutant, Place

KIND = "what only the standard's tools know"
NO_DAYS = ("2026-13-32T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-22T25:00:00Z", "2026-11-22T00:61:00Z")
BAD_PATHS = ("../LICENSE", "/LICENSE", "~/LICENSE", "./LICENSE")


def conformance_mutants(base: Base) -> Iterator[Mutant]:
    """Days that do not exist, and licences at unsafe paths."""
    for day in NO_DAYS:
        yield Mutant(KIND, "release on no day", day, "frictionless", _created(day))
    for path in BAD_PATHS:
        where: Path = ["licenses", 0, "path"]

        def change(content: Any, path: str = path) -> None:
            content["licenses"][0]["path"] = path

        yield json_mutant(KIND, "licence at an unsafe path", path, "official-profile", DESCRIPTOR, where, change)


def _created(day: str) -> Any:
    def make(base: Base) -> Broken:
        content = base.json(DESCRIPTOR)
        content["created"] = day
        return Broken({DESCRIPTOR: json_bytes(content)}, Place(DESCRIPTOR))

    return make
