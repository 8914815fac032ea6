"""Two versions of the real package: folders, archives and git revisions, compared on the command line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from shegong.diff.snapshot import take_snapshot
from shegong.errors import PackageError
from shegong.package.archive import canonical_zip
from shegong.package.package import open_any, open_package
from tests.commands import run
from tests.conftest import ROOT, PackageCopy

DESCRIPTOR = "datapackage.json"
OBSERVATION = "obs-0001"
NOTE_CORRECTED = (
    "patch change: a value was corrected (observations); while the version is 0.x, this raises the last number: "
    "after 0.1.0 the next version is 0.1.1 or later"
)


def correct_note(copy: PackageCopy) -> None:
    copy.edit_cell("observations", OBSERVATION, "note", "Another note.")


def git(folder: Path, *words: str) -> str:
    author = ("-c", "user.name=tester", "-c", "user.email=tester@example.org")
    done = subprocess.run(["git", "-C", str(folder), *author, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit_all(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")


@pytest.fixture
def repository(copy: PackageCopy, monkeypatch: pytest.MonkeyPatch) -> PackageCopy:
    """A copy in a repository, with a commit before and one after a note was corrected."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    copy.edit_json(DESCRIPTOR, lambda descriptor: descriptor.update(version="0.1.0"))
    git(copy.root, "init", "--quiet")
    commit_all(copy.root)
    git(copy.root, "tag", "first")
    correct_note(copy)
    commit_all(copy.root)
    return copy


def zip_of(folder: Path) -> bytes:
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file() and ".git" not in p.parts}
    return canonical_zip({name: path.read_bytes() for name, path in files.items()})


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (("first",), NOTE_CORRECTED),
        (("HEAD~1", "--format", "markdown"), "# Changes from 0.1.0 to 0.1.0"),
        (("HEAD^", "--format", "json"), "{"),
        (("refs/tags/first", "--format", "text"), NOTE_CORRECTED),
        ((str(ROOT), str(ROOT)), f"no changes to the data since {open_package(ROOT).version}"),
    ],
)
def test_diff_compares_in_each_format_and_writes_nothing(words, first: str, repository: PackageCopy) -> None:
    result = run("diff", "--package", str(repository.root), *words)
    assert (result.exit_code, result.output.splitlines()[0]) == (0, first)
    assert git(repository.root, "status", "--porcelain") == ""


def test_diff_with_a_revision_of_a_package_in_a_folder_of_its_repository(copy: PackageCopy) -> None:
    git(copy.root.parent, "init", "--quiet")
    commit_all(copy.root.parent)
    correct_note(copy)
    report = json.loads(run("diff", "--package", str(copy.root), "HEAD", "--format", "json").output)
    assert (report["level"], [change["key"] for change in report["changes"]]) == ("patch", [OBSERVATION])


def test_diff_of_folders_archives_and_revisions_say_the_same(repository: PackageCopy, tmp_path: Path) -> None:
    """Of two revisions, no file of the work tree is read."""
    root, old = repository.root, tmp_path / "old"
    git(root, "worktree", "add", "--quiet", str(old), "first")
    (tmp_path / "old.zip").write_bytes(zip_of(old))
    (tmp_path / "new.zip").write_bytes(zip_of(root))
    ways = [("first", "."), (str(old), str(root)), (str(tmp_path / "old.zip"), str(tmp_path / "new.zip"))]
    outputs = [run("diff", "--package", str(root), *way).output for way in ways]
    (root / "data/observations.csv").unlink()
    outputs.append(run("diff", "--package", str(root), "first", "HEAD").output)
    assert outputs[0].splitlines()[0] == NOTE_CORRECTED
    assert len({*outputs}) == 1


def test_a_revision_without_the_package_is_one_line(repository: PackageCopy) -> None:
    git(repository.root, "rm", "--quiet", DESCRIPTOR)
    commit_all(repository.root)
    with pytest.raises(PackageError, match=rf"HEAD: .*{DESCRIPTOR}"):
        take_snapshot(open_any("HEAD", repository.root))
