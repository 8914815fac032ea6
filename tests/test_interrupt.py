"""Ctrl-C, typed in a pseudo-terminal: each command stops within a second, with one line and exit code 130."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from shegong.interrupt import EXIT_CODE
from shegong.outputs.build import build_package
from shegong.package.package import Package
from tests.commands import Terminal, run
from tests.conftest import ROOT, PackageCopy

pytestmark = pytest.mark.slow
HOURS = "SELECT count(*) FROM range(100000000) a, range(100000) b"
LIMIT_SECONDS = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
"""A second, or more on a machine that runs other work."""
NOT_RUNNING = (0, 1, 2, -signal.SIGINT)
"""Exit codes of a command that had ended, or that Python was still starting or leaving."""


def interrupt(opened: Terminal) -> float:
    """Type Ctrl-C, and return how many seconds the command goes on."""
    begun = time.monotonic()
    opened.type("\x03")
    opened.end(10)
    return time.monotonic() - begun


def assert_ends_well(opened: Terminal, *exit_codes: int) -> None:
    """Interrupt a command that still runs: it stops at once and reports it in one line."""
    if opened.process.poll() is None:
        assert interrupt(opened) < LIMIT_SECONDS
        assert b"Traceback" not in opened.shown
        assert opened.process.returncode in (EXIT_CODE, *exit_codes), opened.shown
        assert (opened.process.returncode == EXIT_CODE) == (b"Aborted!" in opened.shown)


@pytest.fixture(scope="module")
def database(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("dist")
    build_package(package, output)
    return output / "shegong.duckdb"


QUERIES = [
    ("--format", "json", HOURS),
    ("--format", "table", "FROM range(10000000000) ORDER BY hash(range)"),
    ("--database", "{database}", HOURS),
]


@pytest.mark.parametrize("words", QUERIES, ids=["rows", "order", "database"])
def test_query(database: Path, words: tuple[str, ...]) -> None:
    with Terminal(ROOT, "query", *(word.format(database=database) for word in words)) as opened:
        opened.read(2 if "{database}" in words else 10, b"package shegong")
        opened.read(1)
        assert opened.process.poll() is None
        assert_ends_well(opened)
        after = opened.shown.partition(b"^C")[2]
        assert after.replace(b"\r", b"").replace(b"\x1b[K", b"") == b"Aborted!\n"


PAGE = ROOT / "examples/curation/invented-page.txt"
COMMANDS = [
    "build --no-check --output {folder}/dist", "check --conformance", "docs --check", "fmt",
    "diff releases/shegong-0.1.0.zip",
    "release --dry-run", "verify .", f"ingest {PAGE} --work {{folder}}/work", "accept {folder}/work",
    "review {folder}/work",
]  # fmt: skip
SECONDS = {"build": 0.1, "review": 1.5}
"""After how long a command is interrupted; the others after 0.4 seconds."""


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words.split()[0])
def test_command_at_any_moment(copy: PackageCopy, tmp_path: Path, words: str) -> None:
    command, *rest = words.format(folder=tmp_path).split()
    if command in ("accept", "review"):
        assert run("ingest", PAGE, "--work", *rest, "--package", copy.root).exit_code == 0
    root = ROOT if command in ("docs", "diff", "release", "ingest") else copy.root
    with Terminal(root, command, *rest) as opened:
        opened.read(10, b"package shegong") if command not in ("diff", "verify") else opened.read(0.5)
        opened.read(SECONDS.get(command, 0.4))
        assert_ends_well(opened, *NOT_RUNNING)
