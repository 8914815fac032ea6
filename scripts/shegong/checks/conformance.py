"""Conformance: do the standard's own tools agree? frictionless, and the official v2.0 profile."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shegong.checks.descriptor import json_path, line_of
from shegong.errors import PackageError
from shegong.findings import Finding, Rule
from shegong.package.package import DESCRIPTOR, Package
from shegong.package.strict_json import load_json

if TYPE_CHECKING:
    from frictionless import Report

FRICTIONLESS = Rule(
    "frictionless", "frictionless finds the package valid.", "conformance", "correct what frictionless names"
)
OFFICIAL = Rule(
    "official-profile",
    "The official Data Package v2.0 profile finds no error.",
    "conformance",
    "correct what the profile names",
)
RULES = (FRICTIONLESS, OFFICIAL)
TIMEOUT_SECONDS = 1200
"""For frictionless, which takes a minute or two for a million rows."""
PARTS = ("file", "message", "table", "line", "column")


def check_conformance(package: Package) -> list[Finding]:
    """Run frictionless and the official profile."""
    return [*_official_findings(package), *_frictionless_findings(package)]


def _frictionless_findings(package: Package) -> Iterator[Finding]:
    """Run frictionless in a separate process, because Python may match a regular expression without end."""
    paths = [resource.schema_path for resource in package.resources]
    command = [sys.executable, "-m", "shegong.checks.conformance", str(package.root), *paths]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        yield Finding(
            FRICTIONLESS, DESCRIPTOR, f"frictionless took longer than {TIMEOUT_SECONDS} seconds and was stopped"
        )
        return
    if done.returncode:
        reason = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it was killed"])[-1]
        raise PackageError(f"conformance: frictionless failed: {reason}")
    for found in json.loads(done.stdout):
        yield Finding(FRICTIONLESS, **found)


def _run_frictionless(root: Path, schema_paths: list[str]) -> Iterator[Finding]:
    from frictionless import validate

    logging.getLogger("frictionless").setLevel(logging.ERROR)
    yield from _findings_of(DESCRIPTOR, validate(str(root / DESCRIPTOR)))
    for path in schema_paths:
        # Without type="schema" a broken schema file is read as a plain file, and valid.
        yield from _findings_of(path, validate(str(root / path), type="schema"))


def _findings_of(file: str, report: Report) -> Iterator[Finding]:
    for error in report.errors:
        yield Finding(FRICTIONLESS, file, f"{error.title}: {error.message}")
    for task in report.tasks:
        for error in task.errors:
            line, column = getattr(error, "row_number", 0), getattr(error, "field_name", "")
            table = task.name if task.place and task.place.endswith(".csv") else ""
            message = f"{error.title}: {error.message}"
            yield Finding(FRICTIONLESS, task.place if table else file, message, table, line, column or "")


def _official_findings(package: Package) -> Iterator[Finding]:
    yield from _complaints(package, "datapackage.json", DESCRIPTOR, _with_schemas(package))
    for resource in package.resources:
        yield from _complaints(
            package, "tableschema.json", resource.schema_path, load_json(package.root / resource.schema_path)
        )


def _with_schemas(package: Package) -> dict[str, Any]:
    """Return the descriptor with its schemas inlined, because the profile does not open files."""
    resources = [
        {**item, "schema": load_json(package.root / item["schema"])} for item in package.descriptor["resources"]
    ]
    return {**package.descriptor, "resources": resources}


def _complaints(package: Package, profile: str, file: str, content: dict[str, Any]) -> Iterator[Finding]:
    for error in official_profile(profile).iter_errors(content):
        line = line_of(package.root / file, error.instance_path)
        yield Finding(OFFICIAL, file, error.message[:160], line=line, column=json_path(error.instance_path))


@cache
def official_profile(name: str) -> Any:
    """Return the validator of a profile of Data Package v2.0, such as `datapackage.json`.

    Raises:
        PackageError: The profiles are not installed.
    """
    from importlib.metadata import files as installed_files

    from jsonschema_rs import validator_for

    # The profiles travel in dplib-py; importing the library itself is not needed.
    for path in installed_files("dplib-py") or ():
        if path.as_posix().endswith(f"profiles/2.0/{name}"):
            profile = json.loads(path.read_text("utf-8"))
            return validator_for(profile, validate_formats=False)
    raise PackageError(f"the official profile {name} is not installed: pip install 'shegong[build]'")


if __name__ == "__main__":
    answers = list(_run_frictionless(Path(sys.argv[1]), sys.argv[2:]))
    print(json.dumps([{name: getattr(found, name) for name in PARTS} for found in answers]))
