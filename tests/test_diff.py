"""Two versions of the real package: folders, archives and git revisions, compared on the command line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from shegong.diff.snapshot import take_snapshot
from shegong.errors import PackageError
from shegong.package.archive import canonical_zip
from shegong.package.package import open_any
from tests.commands import one_line, run
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
    done = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit_all(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")


def initialise(folder: Path) -> None:
    git(folder, "init", "--quiet")
    git(folder, "config", "user.name", "tester")
    git(folder, "config", "user.email", "tester@example.org")


@pytest.fixture
def repository(copy: PackageCopy, monkeypatch: pytest.MonkeyPatch) -> PackageCopy:
    """A copy in a repository, with a commit before and one after a note was corrected."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    copy.edit_json(DESCRIPTOR, lambda descriptor: descriptor.update(version="0.1.0"))
    initialise(copy.root)
    commit_all(copy.root)
    git(copy.root, "tag", "first")
    correct_note(copy)
    commit_all(copy.root)
    return copy


def zip_of(folder: Path) -> bytes:
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file() and ".git" not in p.parts}
    return canonical_zip({name: path.read_bytes() for name, path in files.items()})


@pytest.mark.parametrize("revision", ["first", "HEAD~1", "HEAD^", "refs/tags/first"])
def test_diff_with_a_git_revision(revision: str, repository: PackageCopy) -> None:
    result = run("diff", "--package", str(repository.root), revision)
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == NOTE_CORRECTED


def test_diff_of_two_revisions_needs_no_file_of_the_work_tree(repository: PackageCopy) -> None:
    (repository.root / "data/observations.csv").unlink()
    result = run("diff", "--package", str(repository.root), "first", "HEAD")
    assert result.output.splitlines()[0] == NOTE_CORRECTED


def test_diff_with_a_revision_of_a_package_in_a_folder_of_its_repository(copy: PackageCopy) -> None:
    initialise(copy.root.parent)
    commit_all(copy.root.parent)
    correct_note(copy)
    report = json.loads(run("diff", "--package", str(copy.root), "HEAD", "--format", "json").output)
    assert (report["level"], [change["key"] for change in report["changes"]]) == ("patch", [OBSERVATION])


def test_diff_of_folder_archive_and_revision_say_the_same(repository: PackageCopy, tmp_path: Path) -> None:
    root = repository.root
    git(root, "worktree", "add", "--quiet", str(tmp_path / "old"), "first")
    (tmp_path / "old.zip").write_bytes(zip_of(tmp_path / "old"))
    (tmp_path / "new.zip").write_bytes(zip_of(root))
    ways = [("first", "."), (str(tmp_path / "old"), str(root)), (str(tmp_path / "old.zip"), str(tmp_path / "new.zip"))]
    outputs = [run("diff", "--package", str(root), old, new).output for old, new in ways]
    assert outputs[0].splitlines()[0] == NOTE_CORRECTED
    assert len({*outputs}) == 1


@pytest.mark.parametrize(
    ("form", "first"), [("text", NOTE_CORRECTED), ("markdown", "# Changes from 0.1.0 to 0.1.0"), ("json", "{")]
)
def test_diff_writes_each_format(form: str, first: str, repository: PackageCopy) -> None:
    result = run("diff", "--package", str(repository.root), "first", "--format", form)
    assert result.output.splitlines()[0] == first


def test_diff_of_the_package_with_itself_is_one_line() -> None:
    version = json.loads((ROOT / DESCRIPTOR).read_bytes())["version"]
    assert run("diff", "--package", str(ROOT), str(ROOT)).output == f"no changes to the data since {version}\n"


def test_diff_writes_nothing(repository: PackageCopy) -> None:
    run("diff", "--package", str(repository.root), "first")
    assert git(repository.root, "status", "--porcelain") == ""


@pytest.mark.parametrize("where", ["no-such-revision", "no/such/folder", "no-such.zip"])
def test_diff_with_nothing_is_one_line_that_names_it(where: str, repository: PackageCopy) -> None:
    assert where in one_line(run("diff", "--package", str(repository.root), where))


def test_a_revision_without_the_package_is_one_line(repository: PackageCopy) -> None:
    git(repository.root, "rm", "--quiet", DESCRIPTOR)
    commit_all(repository.root)
    with pytest.raises(PackageError, match=rf"HEAD: .*{DESCRIPTOR}"):
        take_snapshot(open_any("HEAD", repository.root))
