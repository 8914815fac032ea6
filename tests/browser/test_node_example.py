"""The example in Node prints the series of the package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import duckdb

from shegong.site.browser_assets import node_program
from tests.conftest import ROOT


def test_example_prints_the_series(site: Path, database: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    project = tmp_path / "node"
    shutil.copytree(ROOT / "examples/node", project, ignore=shutil.ignore_patterns("node_modules"))
    node = node_program()
    environment = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["npm", "ci", "--silent"], cwd=project, env=environment, check=True)
    command = [node, "growth.mjs", str(site / "downloads/shegong.duckdb")]
    printed = subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True, text=True).stdout
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
