"""The oldest versions that pyproject.toml allows: `python -m pytest tests/oldest.py`.

The consumer's environment has the wheel, DuckDB and click, on each Python that is present. The maintainer's, on one
Python, also has what `check` and `build` need: the direct dependencies at their lower bounds, and the others as in
requirements.lock. pip downloads them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Collection
from pathlib import Path

import pytest

from shegong.package.package import open_package
from shegong.release.make import make_wheel
from tests.conftest import ROOT, PackageCopy

LOWEST = (ROOT / "tests/oldest.lock").read_text("utf-8")
LOCKED = (ROOT / "requirements.lock").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONSUMER = ("duckdb", "click")
VIEWS = "SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1"
COUNT_VIEWS = f"""
import duckdb, shegong
con = shegong.connect()
print(duckdb.__version__)
for (view,) in con.sql({VIEWS!r}).fetchall():
    print(view, con.sql(f"SELECT count(*) FROM {{view}}").fetchall()[0][0])
print("observations", len(shegong.table("observations").fetchall()))
"""


def pythons() -> list[str]:
    """This Python, and the other ones that run here, also those of pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    minors = [minor for minor in (11, 12, 13, 14) if minor != sys.version_info.minor]
    named = ([f"python3.{minor}", *map(str, pyenv.glob(f"3.{minor}.*/bin/python"))] for minor in minors)
    return [sys.executable, *filter(None, (next(filter(runs, names), "") for names in named))]


def runs(python: str) -> bool:
    return (
        shutil.which(python) is not None and not subprocess.run([python, "--version"], capture_output=True).returncode
    )


def pins(lock: str) -> dict[str, str]:
    """The pins of a lock with their hashes, by name."""
    return {pin.partition("==")[0]: pin for pin in re.findall(r"^[a-z0-9].*?(?=^\S|\Z)", lock, re.M | re.S)}


def make_venv(python: str, folder: Path, pinned: Collection[str], wheel: Path) -> Path:
    """Make an environment with exactly these packages; return its folder of programs."""
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    (folder / "pins.txt").write_text("".join(pinned), "utf-8")
    install = [str(folder / "bin/python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*install, "--require-hashes", "--requirement", str(folder / "pins.txt")], check=True)
    subprocess.run([*install, str(wheel)], check=True)
    return folder / "bin"


def run(command: list[str | Path], folder: Path, code: int = 0) -> str:
    done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    make_wheel(open_package(ROOT), folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module", params=pythons())
def consumer(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    lowest = pins(LOWEST)
    return make_venv(request.param, tmp_path_factory.mktemp("consumer"), [lowest[name] for name in CONSUMER], wheel)


@pytest.fixture(scope="module")
def maintainer(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pinned = pins(LOCKED) | pins(LOWEST)
    return make_venv(sys.executable, tmp_path_factory.mktemp("maintainer"), pinned.values(), wheel)


def test_lock_has_the_lower_bounds_of_the_project() -> None:
    bounds = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["build"]]
    lowest = dict(re.match(r"([a-z0-9-]+)(?:\[[a-z]+\])?>=([0-9.]+)", bound).groups() for bound in bounds)  # type: ignore[union-attr]
    locked = {name.removesuffix("-py"): pin.split()[0].partition("==")[2] for name, pin in pins(LOWEST).items()}
    assert locked.keys() == {name.removesuffix("-py") for name in lowest}
    for name, bound in lowest.items():
        zeros = locked[name.removesuffix("-py")].removeprefix(bound)
        assert re.fullmatch(r"(\.0)*", zeros), f"{name}: the lock has {bound}{zeros}; run `make lock`"


def test_consumer_connects_queries_cites_and_verifies(consumer: Path, wheel: Path, tmp_path: Path) -> None:
    version, *counts = run([consumer / "python", "-c", COUNT_VIEWS], tmp_path).splitlines()
    assert version == pins(LOWEST)["duckdb"].split()[0].partition("==")[2]
    assert len(counts) > 5
    assert counts == run([sys.executable, "-c", COUNT_VIEWS], tmp_path).splitlines()[1:]
    rows = json.loads(run([consumer / "shegong", "query", "--format", "json", "FROM observations"], tmp_path))
    assert f"observations {len(rows)}" in counts
    assert "observation_id" in run([consumer / "shegong", "query", "FROM observations LIMIT 1"], tmp_path)
    assert "obs-0001" in run([consumer / "shegong", "cite", "--row", "obs-0001"], tmp_path)
    assert "0 errors, 0 warnings in " in run([consumer / "shegong", "verify", "--installed"], tmp_path)
    assert f"0 errors, 0 warnings in {wheel} " in run([consumer / "shegong", "verify", wheel], tmp_path)


def test_example_of_a_consumer_runs(consumer: Path, tmp_path: Path) -> None:
    project = shutil.copytree(ROOT / "examples/consumer", tmp_path / "consumer")
    printed = run([consumer / "python", "report.py"], project)
    assert "60余家" in printed


def test_package_is_checked_built_and_verified(maintainer: Path, tmp_path: Path) -> None:
    folder = PackageCopy(tmp_path).root
    checked = run([maintainer / "shegong", "check", "--conformance"], folder)
    assert "\n0 errors, " in checked
    assert ("evidence        ok" in checked) == ("SHEGONG_DOCUMENTS" in os.environ)
    run([maintainer / "shegong", "build", "--no-check", "--output", tmp_path / "dist"], folder)
    assert "shegong.duckdb  ok" in run([maintainer / "shegong", "verify", tmp_path / "dist/shegong.duckdb"], folder)
    assert run([maintainer / "shegong", "diff", "."], folder).startswith("no changes to the data since ")


def test_faults_are_found(maintainer: Path, tmp_path: Path) -> None:
    copy = PackageCopy(tmp_path)
    copy.edit_cell("observations", "obs-0001", "value", "9")
    copy.edit_cell("observations", "obs-0002", "source_id", "nothing")
    copy.stamp()
    found = json.loads(run([maintainer / "shegong", "check", "--format", "json"], copy.root, code=1))
    rules = {(finding["rule"], finding["key"]) for finding in found["findings"]}
    assert {("quantity-value", "obs-0001"), ("foreign-key", "obs-0002")} <= rules
