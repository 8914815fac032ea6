"""Faults: a process that is killed, a disk that is full, a folder that cannot be written, files that change meanwhile,
two commands at once, clocks, homes and locales that are not what they should be, line ends that git turned about."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from shegong.checks import tables
from shegong.database.written_back import table_hash
from shegong.finding import PackageError
from shegong.package.descriptor import open_package
from shegong.release.make import package_files
from shegong.release.verify import verify
from tests.conftest import ROOT, PackageCopy
from tests.kills import VICTIMS, contents, kill_at_moments
from tests.test_release import Repository, git

pytestmark = pytest.mark.slow
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
Done = subprocess.CompletedProcess[str]


def shegong(root: Path, *words: str, **environment: str) -> Done:
    command = [sys.executable, "-m", "shegong", *words]
    return subprocess.run(command, cwd=root, env={**os.environ, **environment}, capture_output=True, text=True)


def one_line(done: Done) -> str:
    """What is said where something is in the way: one line, exit code 2."""
    assert done.returncode == 2, done
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


# Killed


@pytest.mark.parametrize("command", VICTIMS)
def test_killed_at_any_moment_all_is_whole_and_the_next_run_works(command: str, tmp_path: Path) -> None:
    outcome = kill_at_moments(command, tmp_path, 10)
    assert outcome.wrong == []
    assert outcome.killed >= 3


@pytest.mark.parametrize("left", ["whole", "in part"])
def test_release_clears_what_one_that_was_killed_had_put_aside(left: str, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    assert repository.release().exit_code == 0
    made = repository.root / "dist/shegong-0.1.0"
    shutil.copytree(made, made.with_name(".previous-shegong-0.1.0"))
    if left == "in part":
        (made.with_name(".previous-shegong-0.1.0") / "CITATION.txt").unlink()
    again = repository.release()
    assert again.exit_code == 0, again.output  # also though the record is not committed yet
    assert not list(made.parent.glob(".previous-*"))
    assert verify(made, ROOT).wrong == []


# Full, or not to be written


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """Something mounted on a folder, where this user may."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    with mounted(folder, "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs") as disk:
        yield disk


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The folder mounted on itself, so that not even root writes into it."""
    with mounted(folder, "--bind", str(folder)):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True, capture_output=True)
        yield


def turned(copy: PackageCopy) -> None:
    """Put two tables in another order, which `fmt` mends."""
    for table in ("mentions", "regions"):
        copy.edit_bytes(
            f"data/{table}.csv", lambda data: b"\n".join([(lines := data.split(b"\n"))[0], *lines[-2:0:-1], b""])
        )


def test_fmt_on_a_full_disk_changes_nothing_and_works_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1200) as disk:
        copy = PackageCopy(disk)
        turned(copy)
        (disk / "filler").write_bytes(bytes(max(0, shutil.disk_usage(disk).free - 8192)))
        before = contents(copy.root)
        said = one_line(shegong(copy.root, "fmt"))
        assert "No space left on device" in said
        assert "nothing changed" in said
        assert contents(copy.root) == before
        (disk / "filler").unlink()
        assert shegong(copy.root, "fmt").returncode == 0
        assert copy.check().findings == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("LARGE", 0, "mentions-0.parquet: .*No space left"), ("MEMORY", "4MiB", "relations: Out of Memory")],
)
def test_check_says_where_there_is_no_room_for_the_rows(
    tmp_path: Path, copy: PackageCopy, monkeypatch: pytest.MonkeyPatch, name: str, value: object, said: str
) -> None:
    with small_disk(tmp_path / "disk", 16) as disk:
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        monkeypatch.setattr(tables, name, value)
        with pytest.raises(PackageError, match=f"{said}.*set TMPDIR to a folder with more room"):
            copy.check()


def test_build_on_a_full_disk_leaves_the_outputs_and_works_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8000) as disk:
        copy = PackageCopy(tmp_path)
        words = ("build", "--no-check", "--output", str(disk / "dist"))
        assert shegong(copy.root, *words).returncode == 0
        before = contents(disk / "dist")
        (disk / "filler").write_bytes(bytes(max(0, shutil.disk_usage(disk).free - 100_000)))
        assert "not built" in one_line(shegong(copy.root, *words))
        assert contents(disk / "dist") == before
        (disk / "filler").unlink()
        assert shegong(copy.root, *words).returncode == 0


def test_release_on_a_full_disk_leaves_the_one_before_and_works_when_there_is_room(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    with small_disk(tmp_path / "disk", 12_000) as disk:
        words = ("--output", str(disk / "dist"))
        assert repository.release(*words).exit_code == 0
        before, record = contents(disk / "dist"), contents(repository.root / "releases")
        (disk / "filler").write_bytes(bytes(max(0, shutil.disk_usage(disk).free - 300_000)))
        refused = repository.release(*words)
        assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
        assert (contents(disk / "dist"), contents(repository.root / "releases")) == (before, record)
        (disk / "filler").unlink()
        assert repository.release(*words).exit_code == 0


@pytest.mark.parametrize("words", [("fmt",), ("build", "--no-check"), ("docs",)])
def test_folder_that_cannot_be_written_is_one_line(copy: PackageCopy, words: tuple[str, ...]) -> None:
    turned(copy) if words == ("fmt",) else None
    before = contents(copy.root)
    with read_only(copy.root):
        assert "Read-only file system" in one_line(shegong(copy.root, *words))
    assert contents(copy.root) == before


@pytest.mark.parametrize("words", [("check",), ("query", "FROM regions LIMIT 1"), ("cite",), ("verify", ".")])
def test_what_only_reads_needs_no_folder_that_can_be_written(copy: PackageCopy, words: tuple[str, ...]) -> None:
    with read_only(copy.root):
        done = shegong(copy.root, *words, SHEGONG_DOCUMENTS="")
    assert done.returncode == 0, done


def test_release_into_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    with read_only(repository.root):
        result = repository.release()
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


# Changed meanwhile, and two at once


@pytest.mark.parametrize("words", [("build", "--no-check"), ("check",), ("fmt",)])
def test_tables_that_change_while_they_are_read_give_one_state_or_a_refusal(
    copy: PackageCopy, words: tuple[str, ...]
) -> None:
    """Two states of a table take turns; whatever is built is the one that the descriptor stamps."""
    path, stop = copy.root / "data/observations.csv", threading.Event()
    states = [path.read_bytes(), path.read_bytes().replace(b"\nobs-0002,", b"\nobs-9999,")]

    def change() -> None:
        number = 0
        while not stop.wait(0.002):
            number += 1
            path.with_suffix(".new").write_bytes(states[number % 2])
            os.replace(path.with_suffix(".new"), path)

    changing = threading.Thread(target=change)
    changing.start()
    try:
        for _ in range(4):
            done = shegong(copy.root, *words, SHEGONG_DOCUMENTS="")
            assert done.returncode in (0, 1, 2)
            assert "Traceback" not in done.stderr
            if words[0] == "build" and done.returncode == 0:
                with duckdb.connect(str(copy.root / "dist/shegong.duckdb"), read_only=True) as connection:
                    for resource in copy.package.resources:
                        assert table_hash(connection, copy.package.schemas[resource.name]) == resource.hash
    finally:
        stop.set()
        changing.join()
    path.write_bytes(states[0])
    copy.stamp()
    assert shegong(copy.root, "fmt").returncode == 0
    assert copy.check().findings == []


@pytest.mark.parametrize("words", [("fmt",), ("build", "--no-check")])
def test_commands_at_once_take_turns_or_say_so(copy: PackageCopy, words: tuple[str, ...]) -> None:
    turned(copy) if words == ("fmt",) else None
    command = [sys.executable, "-m", "shegong", *words]
    running = [
        subprocess.Popen(command, cwd=copy.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [(process.communicate()[1], process.returncode) for process in running]
    assert all(code == 0 or (code == 2 and "is running here; wait for it" in text) for text, code in said), said
    assert any(code == 0 for _, code in said)
    assert shegong(copy.root, *words).returncode == 0
    assert [f for f in copy.check().findings if f.rule.id != "file-unlisted"] == []
    assert not list(copy.root.rglob(".staging-*"))


# Clock, home, locale, line ends


@pytest.mark.parametrize("year", [1971, 2099])
def test_files_of_any_age_give_the_same_archive(tmp_path: Path, year: int) -> None:
    copy = PackageCopy(tmp_path)
    before = package_files(copy.package)
    for path in copy.root.rglob("*"):
        os.utime(path, ((year - 1970) * 365 * 86400,) * 2)
    assert package_files(copy.package) == before
    assert shegong(copy.root, "build", "--no-check").returncode == 0
    assert shegong(copy.root, "fmt").stdout.endswith("nothing to do: all canonical and stamped\n")


@pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed: only the files' ages were set back")
@pytest.mark.parametrize("day", ["1999-12-31 23:59:59", "2099-01-01 00:00:00"])
def test_release_with_the_clock_set_elsewhere_has_the_same_bytes(tmp_path: Path, day: str) -> None:
    repository = Repository(tmp_path)
    assert shegong(repository.root, "release", "--output", str(tmp_path / "now")).returncode == 0
    shutil.rmtree(repository.root / "releases")  # it is the first one again
    (repository.root / "releases.json").unlink()
    done = shegong(
        repository.root, "release", "--output", str(tmp_path / "then"), LD_PRELOAD=str(FAKETIME), FAKETIME=day
    )
    assert done.returncode == 0, done
    now, then = (contents(tmp_path / name / "shegong-0.1.0") for name in ("now", "then"))
    assert {name for name in now if now[name] != then[name]} <= {"shegong.duckdb", "SHA256SUMS"}
    assert verify(tmp_path / "then/shegong-0.1.0", ROOT).wrong == []


WORLDS = {
    "no home": {"HOME": None, "USER": None, "LOGNAME": None},
    "a home that is not there": {"HOME": "/nowhere/at/all"},
    "the C locale": {"LC_ALL": "C", "LANG": None, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "a Chinese locale of another encoding": {
        "LC_ALL": "zh_CN.GB18030",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "gb18030",
    },
    "nothing but a path": dict.fromkeys(set(os.environ) - {"PATH", "PYTHONPATH", "LD_LIBRARY_PATH"}),
}
COMMANDS = [
    *[("check", "--conformance"), ("fmt",), ("build", "--no-check"), ("query", "SELECT name_zh FROM regions LIMIT 3")],
    *[("cite", "--row", "obs-0001"), ("verify", "."), ("diff", ".", "."), ("docs", "--check"), ("query", "SELEC 社工")],
]


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("name", ["package", "社工 数据"])
def test_every_command_works_in_any_world(world: str, name: str, tmp_path: Path) -> None:
    copy = PackageCopy(tmp_path)
    root = copy.root.rename(tmp_path / f"{name} here")
    environment = {**os.environ, "SHEGONG_DOCUMENTS": ""} | WORLDS[world]
    environment = {key: value for key, value in environment.items() if value is not None}
    for words in COMMANDS:
        command = [sys.executable, "-m", "shegong", *words]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True)
        assert b"Traceback" not in done.stderr, done.stderr.decode("utf-8", "replace")[-600:]
        refused = b"set PYTHONUTF8=1" in done.stderr
        assert not refused or ("PYTHONUTF8" in WORLDS[world] and "社工" in f"{root}{words}"), done
        expected = 2 if refused or "社工" in words[-1] else 1 if words[0] == "docs" else 0
        assert done.returncode == expected, done
        given = subprocess.run([*command, "--package", str(root)], cwd=tmp_path, env=environment, capture_output=True)
        assert b"Traceback" not in given.stderr, given.stderr.decode("utf-8", "replace")[-600:]


def test_checkout_with_windows_line_ends_has_the_same_bytes(tmp_path: Path) -> None:
    origin = Repository(tmp_path)
    shutil.copy(ROOT / ".gitattributes", origin.root)
    git(tmp_path, "-c", "core.autocrlf=true", "-c", "core.eol=crlf", "clone", "--quiet", str(origin.root), "windows")
    checkout = tmp_path / "windows"
    assert package_files(open_package(checkout)) == package_files(open_package(origin.root))
    tracked = subprocess.run(["git", "-C", str(checkout), "ls-files"], capture_output=True, text=True, check=True)
    names = tracked.stdout.splitlines()
    assert [name for name in names if (checkout / name).read_bytes() != (origin.root / name).read_bytes()] == []
    done = shegong(checkout, "check", SHEGONG_DOCUMENTS="", PYTHONPATH=str(checkout / "scripts"))
    assert done.returncode == 0, done
    assert re.search("0 errors", done.stdout)
