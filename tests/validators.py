"""The metadata are valid by the validators of their communities, each installed from a lock: `pytest tests/validators.py`.

Not a part of `make test`, because the validators take a minute to install; `.ci/run` runs it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from shegong.citation.cite import cite_package, cite_row
from shegong.package.package import Package
from tests.conftest import ROOT
from tests.test_metadata import HOSTILE, connection, described, first_keys, pages  # noqa: F401

VALIDATE = ROOT / "tests/validate_metadata.py"


@pytest.fixture
def published(package: Package, connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> Path:  # noqa: F811
    """A folder with the metadata, the tables, and citations of all kinds."""
    folder = tmp_path / "published"
    shutil.copytree(ROOT / "data", folder / "data")
    texts = dict(pages(package))
    for form, suffix in (("bibtex", "bib"), ("csl-json", "json")):
        texts[f"citations/package.{suffix}"] = cite_package(package, form)
        texts[f"citations/hostile.{suffix}"] = cite_package(described(package, title=HOSTILE), form)
        for key in first_keys(package, connection):
            texts[f"citations/{key}.{suffix}"] = cite_row(package, connection, key, form)
    # pybtex cannot print braces, dollars and circumflexes as LaTeX does: of these only the structure is held to it.
    printable = 'Of "quotes" & 100% #1_x ~ \\cmd “引”'
    texts["citations/printed.bib"] = cite_package(described(package, title=printable), "bibtex")
    texts["citations/printed.txt"] = printable
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def environment(tmp_path: Path, lock: str) -> Path:
    """The Python of an environment that holds what a lock says, and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "validators")], check=True)
    python = tmp_path / "validators" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [
        python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps",
    ]  # fmt: skip
    subprocess.run([*install, "--requirement", ROOT / "tests" / lock], check=True)
    return python


def validated(python: Path, folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([python, VALIDATE, folder, *names], capture_output=True, text=True, encoding="utf-8")


def break_json(path: Path, edit: Any) -> None:
    content = json.loads(path.read_text("utf-8"))
    edit(content)
    path.write_text(json.dumps(content), "utf-8")


def test_citation_file_is_valid_by_its_schema(published: Path, tmp_path: Path) -> None:
    python = environment(tmp_path, "cffconvert.lock")
    run = validated(python, published, "cff")
    assert run.returncode == 0, run.stdout + run.stderr
    path = published / "CITATION.cff"
    path.write_text(path.read_text("utf-8").replace("authors:", "writers:"), "utf-8")
    assert validated(python, published, "cff").returncode == 1


def test_metadata_and_citations_are_valid_by_the_validators_of_their_communities(
    package: Package, published: Path, tmp_path: Path
) -> None:
    python = environment(tmp_path, "validators.lock")
    names = ("croissant", "datacite", "zenodo", "bibtex", "csl")
    run = validated(python, published, *names)
    assert run.returncode == 0, run.stdout + run.stderr
    for name in package.schemas:
        rows = package.path(name).read_bytes().count(b"\n") - 1
        assert f"croissant: {name}: {rows} records of {rows} rows\n" in run.stdout

    break_json(published / "metadata/datacite.json", lambda content: content["creators"][0].update(colour="red"))
    break_json(published / "citations/package.json", lambda items: items[0].update(author="x"))
    (published / ".zenodo.json").write_text("[]", "utf-8")
    bib = published / "citations/package.bib"
    bib.write_text(bib.read_text("utf-8").replace("}},", "},"), "utf-8")
    table = published / "data/regions.csv"
    table.write_bytes(table.read_bytes().replace(b"Hebei", b"Habei"))
    run = validated(python, published, *names)
    complaints = [line for line in run.stdout.splitlines() if line.startswith("complaint: ")]
    assert run.returncode == 1
    for name in ("croissant.json: size or hash of data/regions.csv", "datacite.json", ".zenodo.json", "package.bib"):
        assert any(line.startswith(f"complaint: {name}") for line in complaints), name
    assert any(line.startswith("complaint: package.json") for line in complaints)
