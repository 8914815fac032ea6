"""The validators of their communities find the metadata valid; they are installed from a lock: `pytest tests/validators.py`.

Not a part of `make test`, because the validators take a minute to install; `.ci/run` runs it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from shegong.citation.cite import cite_package, cite_row
from shegong.package.package import Package
from tests.conftest import ROOT
from tests.test_metadata import HOSTILE, connection, described, pages, some_keys  # noqa: F401

BREAKS = {
    "metadata/croissant.json": ("sc:Text", "sc:Integer"),
    "metadata/datacite.json": ('"creators"', '"makers"'),
    "citations/package.bib": ("}},", "},"),
    "citations/package.json": ('"author": [', '"author": "x", "other": ['),
}


@pytest.fixture
def published(package: Package, connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> Path:  # noqa: F811
    """A folder with the metadata, the tables, and citations of all kinds."""
    folder = tmp_path / "published"
    shutil.copytree(ROOT / "data", folder / "data")
    texts = dict(pages(package))
    for form, suffix in (("bibtex", "bib"), ("csl-json", "json")):
        texts[f"citations/package.{suffix}"] = cite_package(package, form)
        texts[f"citations/hostile.{suffix}"] = cite_package(described(package, title=HOSTILE), form)
        for key in some_keys(package, connection):
            texts[f"citations/{key}.{suffix}"] = cite_row(package, connection, key, form)
    # pybtex cannot print braces, dollars and circumflexes as LaTeX does: of these only the structure is held to it.
    printable = 'Of "quotes" & 100% #1_x ~ \\cmd “引”'
    texts["citations/printed.bib"] = cite_package(described(package, title=printable), "bibtex")
    texts["citations/printed.txt"] = printable
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def test_metadata_and_citations_are_valid_by_the_validators_of_their_communities_until_they_are_broken(
    published: Path, tmp_path: Path
) -> None:
    python = tmp_path / "validators/bin/python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "validators"], check=True)
    install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    subprocess.run([*install, "--requirement", ROOT / "tests/validators.lock"], check=True)
    validate = [python, ROOT / "tests/validate_metadata.py", published]
    run = subprocess.run(validate, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    for name, (old, new) in BREAKS.items():
        (published / name).write_text((published / name).read_text("utf-8").replace(old, new), "utf-8")
    run = subprocess.run(validate, capture_output=True, text=True)
    assert run.returncode == 1, run.stderr
    assert {line.partition(": ")[0] for line in run.stdout.splitlines()} == {Path(name).name for name in BREAKS}
