"""How much of the program the tests run, in lines and in branches: `python -m tests.covered`.

Every test is run, in a process of its own; what the commands that it starts run counts too, unless they are killed.

    python -m tests.covered [--processes auto] [--fast]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.proof import Line, table, write_lines

LEAST = 0.95
NOT_ASKED = "not test_full_disk"
"""Where a command may write no large file, what was measured in it cannot be written either."""
PROGRAM = "scripts/shegong/"
NAMED = 3
"""Files, or tests that failed, that a note names."""


def covered(processes: str = "auto", fast: bool = False) -> list[Line]:
    """Tests run and passed, lines and branches of the program and those that the tests run."""
    with tempfile.TemporaryDirectory(prefix="covered-") as folder:
        results, report = Path(folder) / "results.xml", Path(folder) / "report.json"
        environment = os.environ | {"COVERAGE_FILE": f"{folder}/data"}
        tests = ["pytest", "-q", "-n", processes, "-k", NOT_ASKED, "--cov", "--cov-report=", f"--junitxml={results}"]
        for words in ([*tests, *(["-m", "not slow"] if fast else [])], ["coverage", "json", "-q", "-o", str(report)]):
            subprocess.run([sys.executable, "-m", *words], cwd=ROOT, env=environment, stdout=sys.stderr)
        return [_tests(results.read_bytes()), *_shares(json.loads(report.read_bytes()))]


def _tests(results: bytes) -> Line:
    cases = list(ET.fromstring(results).iter("testcase"))
    run = [case for case in cases if case.find("skipped") is None]
    failed = [f"{case.get('name')}" for case in run if len(case.findall("failure") + case.findall("error"))]
    note = "; ".join([f"{len(cases) - len(run)} skipped", *(f"failed: {name}" for name in failed[:NAMED])])
    return Line("tests", "while it is measured what they run", len(run), len(run) - len(failed), note)


def _shares(report: dict[str, Any]) -> Iterator[Line]:
    """What coverage.py reports; the note names the files of which most is not run."""
    files = {name.removeprefix(PROGRAM): file["summary"] for name, file in report["files"].items()}
    for what, every, some in (("lines", "num_statements", "covered_lines"), ("branches", "num_branches", "covered_branches")):  # fmt: skip
        tried, survived = report["totals"][every], report["totals"][some]
        missed = {name: counts[every] - counts[some] for name, counts in files.items()}
        most = ", ".join(f"{name} {missed[name]}" for name in sorted(missed, key=missed.__getitem__)[: -NAMED - 1 : -1])
        note = f"{survived / tried:.1%}; not run, most of all: {most}"
        yield Line("coverage", f"{what} of the program that the tests run", tried, survived, note, LEAST)


def main() -> None:
    """Measure and print the table; exit code 1 if a share is too small or a test failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.covered", description=__doc__)
    parser.add_argument("--processes", default="auto", help="in which the tests are run")
    parser.add_argument("--fast", action="store_true", help="only the fast tests")
    parser.add_argument("--lines", type=Path, help="where to keep the lines of the table")
    asked = parser.parse_args()
    lines = covered(asked.processes, asked.fast)
    write_lines(asked.lines, lines)
    print("", table(lines), sep="\n")
    sys.exit(not all(line.is_enough for line in lines))


if __name__ == "__main__":
    main()
