"""Ctrl-C, typed in a pseudo-terminal: each command stops within a second, with one line and exit code 130."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shegong.interrupt import EXIT_CODE
from shegong.outputs.build import build_package
from shegong.package.package import Package
from tests.commands import Terminal
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


COMMANDS: list[tuple[float, tuple[str, ...]]] = [
    (0.1, ("build", "--no-check", "--output", "{folder}/dist")),
    (0.4, ("check", "--conformance")),
    (0.4, ("docs", "--check")),
    (0.4, ("fmt",)),
    (0.4, ("diff", "releases/shegong-0.1.0.zip")),
    (0.4, ("release", "--dry-run")),
    (0.4, ("verify", ".")),
    (0.4, ("ingest", "examples/curation/invented-page.txt", "--work", "{folder}/work")),
]
"""Commands, and the seconds after which they are interrupted."""


@pytest.mark.parametrize(("delay", "words"), COMMANDS, ids=[words[0] for _, words in COMMANDS])
def test_command_at_any_moment(copy: PackageCopy, tmp_path: Path, delay: float, words: tuple[str, ...]) -> None:
    root = ROOT if words[0] in ("docs", "diff", "release", "ingest") else copy.root
    with Terminal(root, *(word.format(folder=tmp_path) for word in words)) as opened:
        opened.read(10, b"package shegong") if words[0] not in ("diff", "verify") else opened.read(0.5)
        opened.read(delay)
        assert_ends_well(opened, *NOT_RUNNING)


def test_accept_and_review(copy: PackageCopy, tmp_path: Path) -> None:
    page = ROOT / "examples/curation/invented-page.txt"
    words = [sys.executable, "-m", "shegong", "ingest", str(page), "--work", str(tmp_path / "work")]
    subprocess.run(words, cwd=copy.root, check=True, capture_output=True)
    for command, delay in (("accept", 0.5), ("review", 1.5)):
        with Terminal(copy.root, command, str(tmp_path / "work")) as opened:
            opened.read(10, b"package shegong")
            opened.read(delay)
            assert_ends_well(opened, *NOT_RUNNING)
