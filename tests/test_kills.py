"""A command that is killed leaves each file wholly old or wholly new, and the next run works without help."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from shegong.package.package import open_package
from shegong.release.verify import verify
from tests.conftest import ROOT, PackageCopy
from tests.curation.small import Small
from tests.test_release import Repository, run

pytestmark = pytest.mark.slow
NEVER = 10**9
DIES = """
import atexit, os, signal, sys
left = limit = int(sys.argv.pop(1))
EVENTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "shutil.rmtree", "tempfile.mkstemp"}
def hook(event, arguments):
    global left
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if event in EVENTS or writes:
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
atexit.register(lambda: print(limit - left, file=sys.stderr))
from shegong.cli import main
main()
"""
"""Run a command and die before its n-th file operation; else print how many there were."""
HELPERS = re.compile(r"\.staging-|\.previous-|\.shegong-|shegong\.duckdb|\.git/|(^|/)\.[^/]+\.(\d+|\w{8})$")
"""Names of files for the meantime, and of the one file whose bytes differ from build to build."""

Contents = dict[str, bytes]


def contents(root: Path) -> Contents:
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if not HELPERS.search(name)}


def run_until(root: Path, operations: int, words: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", DIES, str(operations), *words]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


def unsorted_tables(folder: Path) -> tuple[Path, tuple[str, ...]]:
    copy = PackageCopy(folder)
    for table in ("observations", "sources", "regions"):
        copy.edit_bytes(f"data/{table}.csv", lambda data: data[: data.index(b"\n") + 1] + reversed_lines(data))
    return copy.root, ("fmt",)


def reversed_lines(data: bytes) -> bytes:
    return b"".join(data.splitlines(keepends=True)[:0:-1])


def finished_work_folder(folder: Path) -> tuple[Path, tuple[str, ...]]:
    copy = PackageCopy(folder)
    return copy.root, ("accept", str(Small(copy.root / "work/small-page", copy.package).path))


def older_outputs(folder: Path) -> tuple[Path, tuple[str, ...]]:
    copy = PackageCopy(folder)
    assert run(copy.root, "build", "--no-check").exit_code == 0
    copy.edit_cell("observations", "obs-0001", "note", "Another note.")
    copy.stamp()
    return copy.root, ("build", "--no-check")


def no_pages(folder: Path) -> tuple[Path, tuple[str, ...]]:
    return PackageCopy(folder).root, ("docs",)


def no_release(folder: Path) -> tuple[Path, tuple[str, ...]]:
    return Repository(folder).root, ("release",)


def is_whole(root: Path) -> bool:
    """Whether the databases open and the releases verify."""
    for database in root.glob("dist/shegong.duckdb"):
        with duckdb.connect(str(database), read_only=True) as connection:
            connection.execute("FROM observations_labelled").fetchall()
    return all(verify(release, open_package(ROOT)).findings == [] for release in root.glob("dist/shegong-*"))


PREPARATIONS = [unsorted_tables, finished_work_folder, older_outputs, no_pages, no_release]


@pytest.mark.parametrize("prepare", PREPARATIONS, ids=["fmt", "accept", "build", "docs", "release"])
def test_killed_command_leaves_whole_files_and_the_next_run_works(
    prepare: Callable[[Path], tuple[Path, tuple[str, ...]]], tmp_path: Path
) -> None:
    root, words = prepare(tmp_path)
    before = Path(shutil.copytree(root, tmp_path / "before", symlinks=True))
    old = contents(root)
    done = run_until(root, NEVER, words)
    assert done.returncode == 0, done.stderr
    operations, new = int(done.stderr.split()[-1]), contents(root)
    moment = operations - 2 if words[0] in ("fmt", "accept") else operations // 2
    shutil.rmtree(root)
    shutil.copytree(before, root, symlinks=True)
    assert run_until(root, moment, words).returncode == -signal.SIGKILL
    open_package(root)  # every command opens the package, which finishes a change that was decided
    found = contents(root)
    torn = [name for name in found if found[name] not in (old.get(name), new.get(name))]
    assert [name for name in torn if "dist/shegong-" not in name] == []
    assert words[0] not in ("fmt", "accept") or found in (old, new)
    assert is_whole(root)
    again = run(root, *words)
    assert again.exit_code == 0 or (words[0] == "accept" and found == new), again.output
    assert contents(root).keys() == new.keys()
    assert is_whole(root)
