"""Mutants of the descriptor that only the standard's own tools know to be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.mutation.base import DESCRIPTOR, Base
from tests.mutation.descriptor import Path, at, json_bytes, json_mutant
from tests.mutation.model import Broken, Mutant, Place

KIND = "what only the standard's tools know"
NO_DAYS = ("2026-13-32T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-22T25:00:00Z", "2026-11-22T00:61:00Z")
BAD_NAMES = ("CC BY 4.0", "CC-BY/4.0", "http://", "~CC")
BAD_PATHS = ("../LICENSE", "/LICENSE", "~/LICENSE", "./LICENSE")


def conformance_mutants(base: Base) -> Iterator[Mutant]:
    """Days that do not exist, licences of no name or at unsafe paths, unique keys that are listed twice."""
    for day in NO_DAYS:
        yield Mutant(KIND, "release on no day", day, "frictionless", _created(day))
    for key, values in (("name", BAD_NAMES), ("path", BAD_PATHS)):
        for value in values:
            where: Path = ["licenses", 0, key]
            yield _official(f"licence of an unsafe {key}", DESCRIPTOR, where, value)
    keys = base.json("schemas/documents.json")["uniqueKeys"]
    yield _official("unique key listed twice", "schemas/documents.json", ["uniqueKeys"], [*keys, keys[0]])


def _official(operator: str, file: str, where: Path, value: Any) -> Mutant:
    def change(content: Any) -> None:
        at(content, where[:-1])[where[-1]] = value

    return json_mutant(KIND, operator, f"{file}: {value}", "official-profile", file, where, change)


def _created(day: str) -> Any:
    def make(base: Base) -> Broken:
        content = base.json(DESCRIPTOR)
        content["created"] = day
        return Broken({DESCRIPTOR: json_bytes(content)}, Place(DESCRIPTOR))

    return make
