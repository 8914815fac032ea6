"""What a consumer imports: with only duckdb and click, from the checkout and from the wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import shegong
from shegong.package.package import Package
from tests.conftest import ROOT

WITHOUT_THE_REST = """
import sys

class Only:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"polars", "pandera", "pyarrow", "frictionless", "opencc", "jsonschema", "xlsxwriter", "yaml"}:
            raise ImportError(f"a consumer has no {name}")

sys.meta_path.insert(0, Only())
import shegong
con = shegong.connect()
assert shegong.__version__ == shegong.version()
print(shegong.__version__, con.sql("SELECT count(*) FROM latest_observations").fetchall()[0][0], len(shegong.table("mentions").columns))
from shegong.cli import main
main(["query", "--format", "csv", "SELECT count(*) AS n FROM timeline"])
"""


def run(code: str, folder: Path, **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, env=environment or None
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_only_duckdb_and_click_are_needed(package: Package, tmp_path: Path) -> None:
    version, latest, columns, header, milestones = run(WITHOUT_THE_REST, tmp_path)
    assert version == package.version
    assert int(latest) > 0
    assert int(columns) == len(package.schemas["mentions"].columns)
    assert (header, int(milestones)) == ("n", package.path("milestones").read_bytes().count(b"\n") - 1)


@pytest.mark.parametrize(("command", "extra"), [("check", "build"), ("ingest", "curation")])
def test_command_that_lacks_its_extra_says_which(tmp_path: Path, command: str, extra: str) -> None:
    words = ["--work", str(tmp_path / "work"), str(ROOT / "examples/curation/invented-page.txt")] * (
        command == "ingest"
    )
    code = WITHOUT_THE_REST.replace("raise ImportError(f", "raise ModuleNotFoundError(name=name, msg=f").partition(
        "import shegong"
    )[0]
    code = code.replace('name=name, msg=f"a consumer has no {name}"', 'f"no {name}", name=name')
    code += f"from shegong.cli import main\nmain([{command!r}, '--package', {str(ROOT)!r}, *{words}])"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("shegong: this command needs ")
    assert done.stderr.endswith(f"pip install 'shegong[{extra}]'\n")


@pytest.mark.slow
def test_wheel_carries_the_tables(package: Package, tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    wheel = next(tmp_path.glob("*.whl"))
    assert wheel.name.startswith(f"shegong-{package.version}-")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    paths = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
    version, latest, *_ = run(paths + WITHOUT_THE_REST, tmp_path)
    assert (version, int(latest) > 0) == (package.version, True)
    assert run(paths + "import shegong; print(shegong.__file__)", tmp_path)[0].startswith(str(tmp_path))


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
