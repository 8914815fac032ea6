"""What a consumer imports, with only duckdb and click; test_pages.py and test_release.py do so from the wheel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import shegong
from shegong.package.package import Package
from tests.conftest import ROOT

WITHOUT_THE_REST = """
import sys

class Only:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"polars", "pyarrow", "frictionless", "opencc", "jsonschema_rs", "xlsxwriter", "yaml"}:
            raise ModuleNotFoundError(f"a consumer has no {name}", name=name)

sys.meta_path.insert(0, Only())
"""
USE = """
import shegong
con = shegong.connect()
assert shegong.__version__ == shegong.version()
print(shegong.__version__, con.sql("SELECT count(*) FROM latest_observations").fetchall()[0][0], len(shegong.table("mentions").columns))
from shegong.cli import main
main(["query", "--format", "csv", "SELECT count(*) AS n FROM timeline"])
"""


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)


def run(code: str, folder: Path) -> list[str]:
    done = python(code, folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_only_duckdb_and_click_are_needed(package: Package, tmp_path: Path) -> None:
    version, latest, columns, header, milestones = run(WITHOUT_THE_REST + USE, tmp_path)
    assert version == package.version
    assert int(latest) > 0
    assert int(columns) == len(package.schemas["mentions"].columns)
    assert (header, int(milestones)) == ("n", package.path("milestones").read_bytes().count(b"\n") - 1)


@pytest.mark.parametrize(
    ("extra", "words"), [("build", ["check"]), ("curation", ["ingest", "README.md"]), ("site", ["site"])]
)
def test_command_that_lacks_its_extra_says_which(tmp_path: Path, extra: str, words: list[str]) -> None:
    call = f"from shegong.cli import main\nmain([*{words}, '--package', {str(ROOT)!r}])"
    done = python(WITHOUT_THE_REST + call, tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("shegong: this command needs ")
    assert done.stderr.endswith(f"pip install 'shegong[{extra}]'\n")


def test_version_from_the_folder_of_the_program(package: Package, tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'scripts')!r}); import shegong; print(shegong.__version__)"
    assert run(code, tmp_path) == [package.version]
    with pytest.raises(AttributeError, match="module 'shegong' has no attribute 'versions'"):
        shegong.versions  # type: ignore[attr-defined]  # noqa: B018


def test_import_is_light() -> None:
    code = "import sys, shegong; print(len({'duckdb', 'polars', 'click'} & set(sys.modules)))"
    assert run(code, ROOT) == ["0"]


def test_each_connection_is_ones_own() -> None:
    first, second = shegong.connect(), shegong.connect()
    first.execute("DELETE FROM mentions")
    assert second.execute("SELECT count(*) > 0 FROM mentions").fetchone() == (True,)


def test_unknown_table_is_named_with_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"no table 'nowhere'; there are .*observations"):
        shegong.table("nowhere")
