"""Releases: what stands in their way, the same bytes everywhere, and every flipped byte found by whoever received them."""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import venv
import zipfile
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner, Result

from shegong.cli import main
from shegong.database.load import load
from shegong.errors import PackageError
from shegong.package.archive import SUMS, canonical_zip, sums
from shegong.package.files import FolderFiles
from shegong.package.package import Package, open_package
from shegong.release.record import open_release, past_releases
from shegong.release.rules import SUCCESSOR
from shegong.release.verify import verify
from tests.conftest import ROOT, PackageCopy

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "dist", "*.egg-info", "__pycache__", ".*_cache", "releases.json", "releases"
)
WORLDS = (
    {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "1", "HOME": "/nowhere"},
    {"LC_ALL": "zh_CN.UTF-8", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "2", "USER": "someone"},
)


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.invalid")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A commit")


def run(folder: Path, *words: str) -> Result:
    result = CliRunner().invoke(main, [words[0], "--package", str(folder), *words[1:]])
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result


class Repository(PackageCopy):
    """A repository of the whole project, in which a test may edit, commit and release."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "package"
        self.documents = folder / "documents"
        shutil.copytree(ROOT, self.root, ignore=LEFT_OUT)
        self.edit_json("datapackage.json", lambda d: d.update(version="0.1.0", created="2026-11-21T00:00:00Z"))
        run(self.root, "docs")
        git(self.root, "init", "--quiet")
        commit(self.root)

    def release(self, *words: str) -> Result:
        return run(self.root, "release", *words)

    def say(self, version: str, *tables: str) -> None:
        """Set the version, and tell of tables in the changelog."""
        self.edit_json("datapackage.json", lambda d: d.update(version=version, created="2026-12-01T00:00:00Z"))
        told = "".join(f"### {table}\n\n- A change.\n\n" for table in tables)
        self.edit_text("CHANGELOG.md", "## 0.1.0 (", f"## {version} (2026-12-01)\n\n{told}## 0.1.0 (")
        run(self.root, "fmt")
        run(self.root, "docs")
        commit(self.root)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with one release on record."""
    repository = Repository(tmp_path_factory.mktemp("released"))
    result = repository.release()
    assert result.exit_code == 0, result.output
    commit(repository.root)
    return repository


@pytest.fixture
def repository(released: Repository, tmp_path: Path) -> Repository:
    """A copy of it that a test may change."""
    new = Repository.__new__(Repository)
    new.root, new.documents = tmp_path / "package", tmp_path / "documents"
    shutil.copytree(released.root, new.root)
    return new


@pytest.fixture
def folder(released: Repository, tmp_path: Path) -> Path:
    """A copy of the release's files."""
    return Path(shutil.copytree(released.root / "dist/shegong-0.1.0", tmp_path / "shegong-0.1.0"))


# Verify


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def complaints(path: Path) -> list[str]:
    try:
        return [f"{f.file}: {f.sentence}" for f in verify(path, open_package(ROOT)).findings]
    except PackageError as error:
        return [str(error)]


@pytest.mark.slow
def test_release_verifies_and_says_its_version(folder: Path) -> None:
    result = CliRunner().invoke(main, ["verify", str(folder)])
    assert result.exit_code == 0, result.output
    assert result.output.endswith(f"0 errors, 0 warnings in {folder} (version 0.1.0)\n")


@pytest.mark.slow
def test_one_flipped_byte_in_any_file_is_found_and_named(folder: Path) -> None:
    chance = random.Random(0)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        good = path.read_bytes()
        flip(path, chance.randrange(len(good)))
        found = complaints(folder)
        assert found, path
        assert path.name == "SHA256SUMS" or any(path.name in line for line in found), (path, found)
        path.write_bytes(good)
    assert complaints(folder) == []


@pytest.mark.slow
def test_one_flipped_byte_anywhere_in_the_archive_is_found(folder: Path) -> None:
    path = next(folder.glob("*.zip"))
    good, chance = path.read_bytes(), random.Random(1)
    tail = range(len(good) - 3000, len(good))
    for at in [*chance.sample(range(len(good)), 150), *chance.sample(tail, 60)]:
        flip(path, at)
        assert complaints(path), at
        path.write_bytes(good)


@pytest.mark.slow
def test_file_that_is_missing_or_too_many_is_found(folder: Path) -> None:
    (folder / "shegong.xlsx").rename(folder / "other.xlsx")
    found = "\n".join(complaints(folder))
    assert "shegong.xlsx" in found
    assert "other.xlsx: the file is there, but not in SHA256SUMS" in found


@pytest.mark.slow
def test_unpacked_archive_verifies_until_a_byte_is_flipped(folder: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(next(folder.glob("*.zip"))).extractall(tmp_path / "unpacked")
    assert complaints(tmp_path / "unpacked") == []
    flip(tmp_path / "unpacked/README.md", 7)
    assert [line.partition(":")[0] for line in complaints(tmp_path / "unpacked")] == ["README.md"]


@pytest.mark.slow
def test_database_whose_cell_was_changed_names_the_table(folder: Path) -> None:
    with duckdb.connect(str(folder / "shegong.duckdb")) as connection:
        connection.execute("UPDATE milestones SET note = 'Changed.' WHERE milestone_id = 'ms-0001'")
    (line,) = complaints(folder / "shegong.duckdb")
    assert line.startswith("shegong.duckdb: milestones: hash is sha256:")


def test_removed_ids_are_followed_to_what_replaces_them(copy: PackageCopy) -> None:
    rows = "mn-99990,mentions,mn-99991,0.2.0,A test.\nmn-99991,mentions,mn-00001,0.2.0,A test.\n"
    copy.edit_bytes("data/deprecations.csv", lambda data: data.replace(b"\nms-", b"\n" + rows.encode() + b"ms-", 1))
    copy.stamp()
    result = CliRunner().invoke(main, ["verify", str(copy.root)])
    assert re.search(r"\n[0-9]+ removed ids +ok\n", result.output)
    copy.edit_bytes("data/deprecations.csv", lambda data: data.replace(b"mn-00001", b"mn-99992"))
    copy.stamp()
    (finding,) = verify(copy.root, copy.package).findings
    assert (finding.rule, finding.place, finding.key) == (SUCCESSOR, "data/deprecations.csv", "mn-99991")
    assert finding.message == "mn-99991 of mentions was replaced by mn-99992, which is not there"


def test_table_that_is_not_as_stamped_is_told(copy: PackageCopy) -> None:
    copy.edit_cell("observations", "obs-0001", "note", "Another note.")
    result = CliRunner().invoke(main, ["verify", str(copy.root)])
    assert result.exit_code == 1
    assert re.search(
        r"data/observations\.csv  error: SHA-256 is \w{64}, but datapackage\.json says \w{64} ", result.output
    )
    report = json.loads(CliRunner().invoke(main, ["verify", str(copy.root), "--format", "json"]).output)
    assert (report["ok"], report["totals"]) == (False, {"verify-hash": 1})
    annotated = CliRunner().invoke(main, ["verify", str(copy.root), "--format", "github"]).output
    assert annotated.startswith("::error file=data/observations.csv,title=verify-hash::SHA-256 is ")


def test_database_that_lacks_the_tables_is_told_table_by_table(package: Package, tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "x.duckdb")).close()
    wrong = complaints(tmp_path / "x.duckdb")
    assert len(wrong) == len(package.schemas)
    assert all(line.startswith("x.duckdb: ") and "does not exist" in line for line in wrong)


def test_database_beside_a_descriptor_without_a_hash_is_told(copy: PackageCopy, tmp_path: Path) -> None:
    copy.edit_json("datapackage.json", lambda descriptor: descriptor["resources"][0].pop("hash"))
    received = tmp_path / "received"
    received.mkdir()
    files = FolderFiles(copy.root)
    (received / "x.zip").write_bytes(canonical_zip({name: files.read(name) for name in files.names()}))
    with duckdb.connect(str(received / "x.duckdb")) as connection:
        load(connection, open_package(ROOT), keys=False)
    (received / SUMS).write_bytes(sums({name: (received / name).read_bytes() for name in ("x.zip", "x.duckdb")}))
    (line,) = (line for line in complaints(received) if line.startswith("x.duckdb: documents: hash is sha256:"))
    assert line.endswith(f", but data/documents.csv of {copy.package.version} has none")


def test_installation_verifies() -> None:
    assert CliRunner().invoke(main, ["verify"]).exit_code == 0


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive", bytes(1000)])
def test_what_is_no_release_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    result = CliRunner().invoke(main, ["verify", str(tmp_path / "x.zip")])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "x.zip" in result.stderr


@pytest.mark.parametrize("name", ["nothing", "empty", "other.zip"])
def test_what_is_not_ours_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("datapackage.json", json.dumps({"name": "other", "resources": [{"name": "x"}]}))
    (tmp_path / "other.zip").write_bytes(packed.getvalue())
    result = CliRunner().invoke(main, ["verify", str(tmp_path / name)])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


# The gates


@pytest.mark.slow
def test_release_that_is_on_record_may_be_made_again(repository: Repository) -> None:
    assert repository.release("--dry-run").output.endswith("; no change of substance since 0.1.0\n")


@pytest.mark.slow
def test_released_version_stays_what_it_was(repository: Repository) -> None:
    repository.edit_bytes("README.md", lambda data: data + b"One line more.\n")
    commit(repository.root)
    for refused in (repository.release("--dry-run"), repository.release()):
        assert refused.exit_code == 1
        assert (
            "releases.json  error: 0.1.0 is released already, with other files, but the record has SHA-256 "
            in refused.output
        )


@pytest.mark.slow
def test_dirty_tree_is_refused(repository: Repository) -> None:
    (repository.root / "left.txt").write_text("", "utf-8")
    result = repository.release("--dry-run")
    assert result.exit_code == 1
    assert "left.txt  error: the file is not committed [release-committed]" in result.output


@pytest.mark.slow
def test_failing_check_is_refused_and_nothing_is_made(repository: Repository) -> None:
    repository.edit_cell("observations", "obs-0001", "value", "9")
    commit(repository.root)
    result = repository.release("--output", str(repository.root / "out"))
    assert result.exit_code == 1
    assert "data/observations.csv:2:value (obs-0001)  error: " in result.output
    assert "release         not run: the check must pass first" in result.output
    assert not (repository.root / "out").exists()


@pytest.mark.slow
def test_correction_asks_for_a_patch_and_a_word_in_the_changelog(repository: Repository) -> None:
    repository.edit_cell("observations", "obs-0001", "note", "A better note.")
    run(repository.root, "fmt")
    run(repository.root, "docs")
    commit(repository.root)
    refused = repository.release("--dry-run").output
    assert "PATCH: a value was corrected (observations); after 0.1.0 the version is at least 0.1.1" in refused
    repository.edit_json("datapackage.json", lambda descriptor: descriptor.update(version="0.1.1"))
    assert "CHANGELOG.md  error: there is no section '## 0.1.1 (2026-11-21)'" in repository.release("--dry-run").output
    repository.say("0.1.1", "sources")
    refused = repository.release("--dry-run").output
    assert "CHANGELOG.md  error: '## 0.1.1 (2026-12-01)' has no heading '### observations'" in refused
    repository.edit_text("CHANGELOG.md", "### sources\n\n- A change.", "### observations\n\n- A better note.")
    commit(repository.root)
    assert repository.release("--dry-run").exit_code == 0


@pytest.mark.slow
def test_addition_asks_for_a_minor_change(repository: Repository) -> None:
    mention = repository.keys("mentions", programme_id="prg-0001")[0]
    name = "甲" + repository.row("programmes", "prg-0001")["name_zh"]
    repository.append_row("programmes", "prg-0001", programme_id="prg-9999", name_zh=name)
    repository.append_row("mentions", mention, mention_id="mn-99999", programme_id="prg-9999")
    repository.say("0.1.1", "programmes", "mentions")
    assert "MINOR: rows were added (mentions)" in repository.release("--dry-run").output
    assert repository.release("--dry-run").exit_code == 0


@pytest.mark.slow
def test_removal_asks_for_the_middle_number_and_a_deprecation(repository: Repository) -> None:
    gone = repository.keys("mentions", exclusion="teaser")[0]
    other = repository.row("mentions", gone)
    repository.delete_row("mentions", gone)
    repository.append_row(
        "mentions", repository.keys("mentions", exclusion="teaser")[0], **other | {"mention_id": "mn-99999"}
    )
    repository.say("0.1.9", "mentions", "deprecations")
    refused = repository.release("--dry-run").output
    assert "datapackage.json:version  error: version is 0.1.9, but MAJOR: an id was removed (mentions)" in refused
    assert f"data/mentions.csv ({gone})  error: {gone} was removed [release-removed]" in refused
    old = str(repository.root / "releases/shegong-0.1.0.zip")
    row = f"{gone},mentions,mn-99999,0.2.0,Entered under a new number.\n"
    repository.edit_bytes("data/deprecations.csv", lambda data: data + row.encode())
    repository.edit_json("datapackage.json", lambda d: d.update(version="0.2.0"))
    repository.edit_bytes("CHANGELOG.md", lambda data: data.replace(b"0.1.9", b"0.2.0"))
    run(repository.root, "fmt")
    run(repository.root, "docs")
    commit(repository.root)
    assert repository.release("--dry-run").exit_code == 0, repository.release("--dry-run").output
    assert f"row-removed [major] {gone}: (empty) → mn-99999" in run(repository.root, "diff", old).output


@pytest.mark.slow
def test_stale_page_is_refused(repository: Repository) -> None:
    repository.edit_bytes("docs/rules.md", lambda data: data + b"more\n")
    commit(repository.root)
    assert "docs/rules.md  error: the page is out of date [release-page]" in repository.release("--dry-run").output


@pytest.mark.slow
def test_shallow_clone_without_tags_knows_the_last_release(released: Repository, tmp_path: Path) -> None:
    clone = ["git", "clone", "--quiet", "--depth", "1", f"file://{released.root}", str(tmp_path / "clone")]
    subprocess.run(clone, check=True, capture_output=True)
    assert "no change of substance since 0.1.0" in run(tmp_path / "clone", "release", "--dry-run").output


@pytest.mark.slow
def test_last_archive_that_is_gone_or_another_is_one_line(repository: Repository) -> None:
    path = repository.root / "releases/shegong-0.1.0.zip"
    flip(path, 100)
    for said in ("is not the archive that releases.json lists", "is missing"):
        with pytest.raises(PackageError, match=said):
            open_release(repository.package, past_releases(repository.package)[-1])
        path.unlink(missing_ok=True)


def test_broken_record_is_one_line(copy: PackageCopy) -> None:
    (copy.root / "releases.json").write_text('{"releases": [{"tag": "v1"}]}', "utf-8")
    with pytest.raises(PackageError, match=r"releases\.json: is not a record of releases"):
        past_releases(copy.package)


@pytest.mark.slow
def test_wheel_that_cannot_be_built_is_one_line_and_nothing_is_made(repository: Repository) -> None:
    repository.edit_text("pyproject.toml", 'build-backend = "hatchling.build"', 'build-backend = "hatchling.build')
    commit(repository.root)
    result = repository.release("--output", str(repository.root / "out"))
    assert result.exit_code == 2
    assert "the wheel cannot be built: " in result.stderr
    assert list((repository.root / "out").iterdir()) == []


# The same bytes


@pytest.mark.slow
def test_two_folders_locales_time_zones_and_hash_seeds_give_the_same_bytes(
    released: Repository, tmp_path: Path
) -> None:
    made = []
    for number, world in enumerate(WORLDS):
        root = Path(shutil.copytree(released.root, tmp_path / f"{'deep/' * number}clone"))
        command = [sys.executable, "-m", "shegong", "release", "--output", str(tmp_path / f"out{number}")]
        environment = {**os.environ, **world}
        old_mask = os.umask(0o027 if number else 0o022)
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
        os.umask(old_mask)
        assert done.returncode == 0, done.stdout + done.stderr
        made.append(tmp_path / f"out{number}/shegong-0.1.0")
    one, two = ({p.relative_to(f): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in made)
    assert one.keys() == two.keys()
    different = {str(name) for name in one if one[name] != two[name]}
    assert different <= {"shegong.duckdb", "SHA256SUMS"}
    assert all(complaints(folder) == [] for folder in made)


@pytest.mark.slow
def test_release_killed_on_the_way_leaves_the_previous_one(repository: Repository) -> None:
    command = [sys.executable, "-m", "shegong", "release"]
    for seconds in (0.8, 1.6, 2.2):
        process = subprocess.Popen(command, cwd=repository.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        process.kill()
        process.wait()
        assert complaints(repository.root / "dist/shegong-0.1.0") == []
    assert repository.release().exit_code == 0


# A consumer


def light_python(folder: Path, wheel: Path) -> Path:
    """A fresh virtual environment with the wheel and its two dependencies, made without a network."""
    venv.create(folder, with_pip=False)
    site = next(folder.glob("lib/python*/site-packages"))
    for module in (duckdb, click):
        package = Path(str(module.__file__)).parent
        for found in package.parent.glob(f"*{package.name}*"):
            (site / found.name).symlink_to(found)
    zipfile.ZipFile(wheel).extractall(site)
    return folder / "bin/python"


@pytest.mark.slow
def test_consumer_project_runs_from_the_wheel_without_a_network(
    released: Repository, folder: Path, tmp_path: Path
) -> None:
    python = light_python(tmp_path / "venv", next(folder.glob("*.whl")))
    project = Path(shutil.copytree(released.root / "examples/consumer", tmp_path / "consumer"))
    done = subprocess.run([str(python), "report.py"], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "0 errors, 0 warnings in " in done.stdout
    assert "Version 0.1.0." in done.stdout
    assert "60余家" in done.stdout


@pytest.mark.slow
def test_wheel_is_small_and_works_as_a_zip(folder: Path, package: Package) -> None:
    wheel = next(folder.glob("*.whl"))
    assert wheel.stat().st_size < 1_000_000
    code = "import shegong; print(shegong.__file__, shegong.connect().sql('FROM sources').shape[0])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
        cwd=folder,
    )
    where, rows = done.stdout.split()
    assert where.startswith(str(wheel))
    assert int(rows) == package.path("sources").read_bytes().count(b"\n") - 1


def test_consumer_pins_the_version_of_the_descriptor(package: Package) -> None:
    pinned = (ROOT / "examples/consumer/requirements.txt").read_text("utf-8")
    assert pinned == f"shegong=={package.version}\n"
    assert f'PINNED = "{package.version}"' in (ROOT / "examples/consumer/report.py").read_text("utf-8")
