"""Conformance: do the standard's own tools agree? frictionless, and the official v2.0 profile."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from functools import cache
from typing import Any

from shegong.finding import Finding, PackageError, Rule
from shegong.package.descriptor import DESCRIPTOR, Package, load_json

FRICTIONLESS = Rule(
    "frictionless", "frictionless finds the package valid.", "conformance", "correct what frictionless names"
)
OFFICIAL = Rule(
    "official-profile",
    "The official Data Package v2.0 profile has no complaint.",
    "conformance",
    "correct what the profile names",
)
RULES = (FRICTIONLESS, OFFICIAL)


def check_conformance(package: Package) -> list[Finding]:
    """Ask frictionless and the official profile."""
    return [*_official_findings(package), *_frictionless_findings(package)]


def _frictionless_findings(package: Package) -> Iterator[Finding]:
    from frictionless import Report, validate

    logging.getLogger("frictionless").setLevel(logging.ERROR)
    reports: list[tuple[str, Report]] = [(DESCRIPTOR, validate(str(package.root / DESCRIPTOR)))]
    # Without type="schema" a broken schema file is read as a plain file, and valid.
    reports += [(r.schema_path, validate(str(package.root / r.schema_path), type="schema")) for r in package.resources]
    for file, report in reports:
        for error in report.flatten(["title", "rowNumber", "fieldNumber", "message"]):
            yield Finding(FRICTIONLESS, file, f"{error[0]}: {error[3]}", line=error[1] or 0)
        if not report.valid and not report.flatten(["title"]):
            yield Finding(FRICTIONLESS, file, "invalid, without an error that it names")


def _official_findings(package: Package) -> Iterator[Finding]:
    yield from _complaints("datapackage.json", DESCRIPTOR, _with_schemas(package))
    for resource in package.resources:
        yield from _complaints("tableschema.json", resource.schema_path, load_json(package.root / resource.schema_path))


def _with_schemas(package: Package) -> dict[str, Any]:
    """The descriptor with its schemas inlined, for the profile does not open files."""
    resources = [
        {**item, "schema": load_json(package.root / item["schema"])} for item in package.descriptor["resources"]
    ]
    return {**package.descriptor, "resources": resources}


def _complaints(profile: str, file: str, content: dict[str, Any]) -> Iterator[Finding]:
    for error in _official(profile).iter_errors(content):
        where = ".".join(str(part) for part in error.absolute_path)
        yield Finding(OFFICIAL, file, error.message[:160], column=where)


@cache
def _official(name: str) -> Any:
    from importlib.metadata import files as installed_files

    from jsonschema import validators

    # The profiles travel in dplib-py; importing the library itself is not needed.
    for path in installed_files("dplib-py") or ():
        if path.as_posix().endswith(f"profiles/2.0/{name}"):
            profile = json.loads(path.read_text("utf-8"))
            return validators.validator_for(profile)(profile)
    raise PackageError(f"the official profile {name} is not installed: pip install 'shegong[curation]'")
