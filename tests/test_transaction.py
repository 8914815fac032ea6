"""A change of several files: all old or all new, whenever it is interrupted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shegong.errors import PackageError
from shegong.package import write
from shegong.package.lock import exclusive_lock
from shegong.package.write import CHANGE, UNFINISHED, recover, replace_file, replace_files

OLD = {"a.csv": b"old a", "data/b.csv": b"old b"}
NEW = {"a.csv": b"new a", "data/b.csv": b"new b"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    for name, content in OLD.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_change_replaces_all_and_leaves_nothing_behind(root: Path) -> None:
    replace_files(root, NEW)
    assert contents(root) == NEW
    assert not (root / CHANGE).exists()
    assert not (root / UNFINISHED).exists()


@pytest.mark.parametrize("moves", [0, 1])
def test_change_interrupted_after_some_moves_is_finished_by_the_next(
    root: Path, moves: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = write._move, iter(range(moves))

    def dies(path: Path, target: Path) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        real(path, target)

    monkeypatch.setattr(write, "_move", dies)
    with pytest.raises(KeyboardInterrupt):
        replace_files(root, NEW)
    monkeypatch.undo()
    recover(root)
    assert contents(root) == NEW


def test_change_interrupted_before_it_is_decided_leaves_the_old_files(root: Path) -> None:
    (root / UNFINISHED).mkdir()
    (root / UNFINISHED / "a.csv").write_bytes(b"half")
    recover(root)
    assert {name: (root / name).read_bytes() for name in OLD} == OLD
    replace_files(root, {"a.csv": b"new a"})
    assert contents(root) == OLD | {"a.csv": b"new a"}


def test_change_that_cannot_be_written_says_so_and_changes_nothing(root: Path) -> None:
    with pytest.raises(PackageError, match=r"cannot be written: .*; nothing changed"):
        replace_files(root, {"a.csv": b"new a", "a.csv/b.csv": b"no folder"})
    assert contents(root) == OLD


@pytest.mark.parametrize(
    "name", ["a.csv", "b/c.csv"], ids=["a folder is in its place", "a file is in place of its folder"]
)
def test_change_that_cannot_be_finished_says_so_and_waits(root: Path, name: str) -> None:
    (root / "a.csv").unlink()
    (root / "a.csv").mkdir()
    (root / "b").write_bytes(b"")
    (root / CHANGE / name).parent.mkdir(parents=True)
    (root / CHANGE / name).write_bytes(b"new")
    with pytest.raises(PackageError, match="contains an interrupted change that cannot be finished"):
        recover(root)
    assert (root / CHANGE / name).read_bytes() == b"new"


def test_file_in_whose_place_a_folder_is_cannot_be_written_and_nothing_is_left(root: Path) -> None:
    with pytest.raises(PackageError, match="data: cannot be written"):
        replace_file(root / "data", b"new")
    assert contents(root) == OLD


def test_file_modes_stay(root: Path) -> None:
    (root / "a.csv").chmod(0o640)
    replace_files(root, NEW)
    assert (root / "a.csv").stat().st_mode & 0o777 == 0o640


def test_lock_falls_with_its_process(root: Path) -> None:
    script = "import sys\nfrom pathlib import Path\nfrom shegong.package.lock import exclusive_lock\n"
    script += "with exclusive_lock(Path(sys.argv[1]), 'x'):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    call, pipes = [sys.executable, "-c", script, str(root)], {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(call, **pipes) as process:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(PackageError, match="another accept is running here"):
            exclusive_lock(root, "another accept").__enter__()
        process.kill()
    with exclusive_lock(root, "another accept"):
        pass
