"""Releases: what stands in their way, the same bytes everywhere, and every flipped byte found by whoever received them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import posixpath
import random
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner, Result

from shegong.checks import run as checks
from shegong.cli import main
from shegong.database.load import load
from shegong.errors import PackageError
from shegong.package.archive import SUMS, canonical_zip, sums
from shegong.package.files import FolderFiles
from shegong.package.package import Package, open_package
from shegong.package.past_releases import Release, past_releases
from shegong.pages.charts import national
from shegong.pages.consumer import REQUIREMENTS, consumer_requirements
from shegong.release.make import package_files
from shegong.release.record import enter, open_release, release_of, require_same
from shegong.release.release_rules import SUCCESSOR
from shegong.release.verify import verify
from tests.conftest import ROOT, PackageCopy

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", "node_modules", "dist", "*.egg-info", "__pycache__", ".*_cache", "releases.json", "releases"
)
WORLDS = (
    {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "1", "HOME": "/nowhere"},
    {"LC_ALL": "zh_CN.UTF-8", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "2", "USER": "someone"},
)

DRAWN: dict[tuple[str, str], dict[str, str]] = {}


def drawn_once(
    package: Package,
    connection: duckdb.DuckDBPyConnection,
    of: Callable[..., dict[str, str]] = national.national_charts,
) -> dict[str, str]:
    """Draw the charts of the same figures and version once: a release of a copy takes seconds less."""
    key = (package.version, repr(connection.execute(national.FIGURES).fetchall()))
    if key not in DRAWN:
        DRAWN[key] = of(package, connection)
    return DRAWN[key]


@pytest.fixture(scope="module", autouse=True)
def quick_gates() -> Iterator[None]:
    """Leave out frictionless and the official profile, which other tests run, and draw charts once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(national, "national_charts", drawn_once)
        patch.setattr(checks, "check_conformance", lambda package: [])
        yield


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
def test_wheel_verifies_before_it_is_installed_until_a_file_of_it_is_changed(folder: Path, tmp_path: Path) -> None:
    wheel = next(folder.glob("*.whl"))
    result = CliRunner().invoke(main, ["verify", str(wheel)])
    assert result.exit_code == 0, result.output
    assert result.output.endswith(f"0 errors, 0 warnings in {wheel} (version 0.1.0)\n")
    changed = tmp_path / wheel.name
    for name in ("shegong/cli.py", "shegong/tables/data/sources.csv", "shegong-0.1.0.dist-info/METADATA"):
        repack(wheel, changed, {name: b"other"})
        assert {line.partition(":")[0] for line in complaints(changed)} >= {name}
    repack(wheel, changed, {"shegong/more.py": b"import os"})
    assert complaints(changed) == ["shegong/more.py: the file is there, but not in RECORD"]
    repack(wheel, changed, {"shegong-0.1.0.dist-info/RECORD": b"\xff"})
    assert complaints(changed)[0].startswith("shegong-0.1.0.dist-info/RECORD: cannot be read: ")
    repack(wheel, changed, {}, without="shegong-0.1.0.dist-info/RECORD")
    assert complaints(changed) == [f"{changed}: the wheel has no RECORD"]


def repack(old: Path, new: Path, files: dict[str, bytes], without: str = "") -> None:
    """Write a zip again with some files changed, added or left out."""
    with zipfile.ZipFile(old) as archive, zipfile.ZipFile(new, "w") as copy:
        contents = {name: archive.read(name) for name in archive.namelist() if name != without} | files
        for name, content in contents.items():
            copy.writestr(name, content)


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
        r"data/observations\.csv  error: SHA-256 is \w{64}, but datapackage\.json lists \w{64} ", result.output
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


@pytest.mark.slow
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


def test_package_of_the_current_folder_is_verified(copy: PackageCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copy.root)
    result = CliRunner().invoke(main, ["verify"])
    assert result.output.endswith(f"0 errors, 0 warnings in {copy.root} (version {copy.package.version})\n")
    copy.edit_cell("observations", "obs-0001", "note", "Another note.")
    (copy.root / SUMS).write_bytes(sums({name: (ROOT / name).read_bytes() for name in ("data/observations.csv",)}))
    result = CliRunner().invoke(main, ["verify"])
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert sum("data/observations.csv  error: " in line for line in lines) == 1
    assert len(set(lines)) == len(lines)
    assert lines[-1].endswith(f" in {copy.root} (version {copy.package.version})")


def test_folder_without_a_package_is_no_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["verify"])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "no datapackage.json in ." in result.stderr
    installed = CliRunner().invoke(main, ["verify", "--installed"])
    assert installed.exit_code == 0
    assert f" in {ROOT} (version " in installed.output
    assert CliRunner().invoke(main, ["verify", "--installed", "--package", str(ROOT)]).exit_code == 2


@pytest.mark.slow
def test_lone_database_is_compared_with_the_package_of_the_current_folder(
    copy: PackageCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.edit_cell("observations", "obs-0001", "note", "Another note.")
    copy.stamp()
    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection:
        load(connection, copy.package, keys=False)
    for where, code in ((copy.root, 0), (ROOT, 1)):
        monkeypatch.chdir(where)
        result = CliRunner().invoke(main, ["verify", str(tmp_path / "x.duckdb")])
        assert (result.exit_code, result.output.splitlines()[-1].partition(" in ")[2]) == (
            code,
            f"{tmp_path / 'x.duckdb'} (version {copy.package.version}), compared with {where}",
        )


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
    assert repository.release("--dry-run").output.endswith("; no changes to the data since 0.1.0\n")
    before = {path: path.read_bytes() for path in repository.root.glob("releases*/**/*") if path.is_file()}
    changes = (repository.root / "dist/shegong-0.1.0/CHANGES-0.1.0.md").read_bytes()
    shutil.rmtree(repository.root / "dist")
    result = repository.release()
    assert result.exit_code == 0, result.output
    assert result.output.endswith("the same bytes as on record: releases.json did not change\n")
    assert "entered" not in result.output
    assert (repository.root / "dist/shegong-0.1.0/CHANGES-0.1.0.md").read_bytes() == changes
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.slow
def test_record_has_the_hashes_of_archive_wheel_and_tables(released: Repository) -> None:
    folder = released.root / "dist/shegong-0.1.0"
    (record,) = json.loads((released.root / "releases.json").read_bytes())["releases"]
    for name, file in (("sha256", "shegong-0.1.0.zip"), ("wheel", "shegong-0.1.0-py3-none-any.whl")):
        assert record[name] == hashlib.sha256((folder / file).read_bytes()).hexdigest()
    stamps = {item["name"]: item["hash"] for item in released.package.descriptor["resources"]}
    listed = "".join(f"{name} {digest}\n" for name, digest in sorted(stamps.items()))
    assert record["tables"] == hashlib.sha256(listed.encode()).hexdigest()


OTHER_BYTES = {"page": ("SECURITY.md", "another archive"), "program": ("scripts/shegong/more.py", "another wheel")}


@pytest.mark.slow
@pytest.mark.parametrize("what", OTHER_BYTES)
def test_released_version_keeps_its_bytes(what: str, repository: Repository) -> None:
    file, said = OTHER_BYTES[what]
    path = repository.root / file
    path.write_bytes((path.read_bytes() if path.exists() else b"") + b"# One line more.\n")
    commit(repository.root)
    wanted = f"version is 0.1.0, which is on record with {said}, but the next version is 0.1.1 or later"
    refused = repository.release()
    assert refused.exit_code == 1
    assert f"datapackage.json:version  error: {wanted} [release-recorded]" in refused.output
    between = repository.release("--dry-run")
    assert between.exit_code == 0, between.output
    assert f"datapackage.json:version  warning: {wanted} [release-recorded]" in between.output
    assert between.output.endswith("; no changes to the data since 0.1.0; the next version is 0.1.1 or later\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sha256", "wheel", "tables"])
def test_release_with_another_hash_than_on_record_is_refused(name: str, repository: Repository) -> None:
    past = past_releases(repository.package)[-1]
    release = release_of(repository.package, repository.root / "dist/shegong-0.1.0")
    assert release == past
    require_same(past, release)
    for other, said in (("0" * 64, f"has SHA-256 {'0' * 64}"), ("", "has none")):
        with pytest.raises(PackageError, match=f"0.1.0 is released already: .* but releases.json {said}"):
            require_same(replace(past, **{name: other}), release)


@pytest.mark.slow
def test_dirty_tree_is_refused(repository: Repository) -> None:
    (repository.root / "left.txt").write_text("", "utf-8")
    result = repository.release()
    assert result.exit_code == 1
    assert "left.txt  error: the file is not committed [release-committed]" in result.output


@pytest.mark.slow
def test_changes_before_a_version_is_chosen_are_one_list_of_what_is_missing(repository: Repository) -> None:
    repository.edit_bytes("CHANGELOG.md", lambda _: b"# Changelog\n\n## 0.1.0 (2026-11-21)\n")
    repository.edit_cell("observations", "obs-0001", "note", "A better note.")
    gone = repository.keys("mentions", exclusion="teaser")[:2]
    other = [repository.row("mentions", key) for key in gone]
    repository.delete_row("mentions", *gone)
    for number, row in enumerate(other):
        repository.append_row("mentions", "mn-00001", **row | {"mention_id": f"mn-9999{number}"})
    run(repository.root, "fmt")
    run(repository.root, "docs")
    result = repository.release("--dry-run")
    assert result.exit_code == 0, result.output
    advice = result.output.partition("\nrelease ")[2]
    assert "error" not in advice.partition("0 errors")[0]
    assert "the next version is 0.2.0 or later [release-recorded]" in advice
    assert f"data/mentions.csv ({gone[0]})  warning: 2 ids were removed: {', '.join(gone)} [release-removed]" in advice
    missing = "section '## Unreleased' with '### mentions', '### observations' is missing [release-changelog]"
    assert f"CHANGELOG.md  warning: {missing}" in advice
    assert "data/mentions.csv  warning: the file is not committed" in advice
    assert "this raises the middle number: after 0.1.0 the next version is 0.2.0 or later\n" in advice
    repository.edit_text("CHANGELOG.md", "# Changelog\n", "# Changelog\n\n## Unreleased\n")
    lacking = "'## Unreleased' has no heading '### mentions', '### observations' [release-changelog]"
    assert f"CHANGELOG.md  warning: {lacking}" in repository.release("--dry-run").output
    repository.edit_text("CHANGELOG.md", "## Unreleased\n", "## Unreleased\n\n### mentions\n\n### observations\n")
    assert "release-changelog" not in repository.release("--dry-run").output
    assert repository.release().exit_code == 1


def test_pages_of_the_archive_have_no_dead_link_and_no_file_that_a_release_changes(package: Package) -> None:
    files = package_files(package)
    links = {
        (page, posixpath.normpath(posixpath.join(posixpath.dirname(page), link)))
        for page in files
        if page.endswith(".md")
        for link in re.findall(r"""(?:\]\(|(?:src|srcset|href)=")([^)"\s#:]+)""", files[page].decode())
    }
    assert {"README.md", "README.zh.md"} <= {page for page, _ in links}
    assert len(links) > 20
    assert {(page, link) for page, link in links if link not in files} == set()
    assert not [name for name in files if name.startswith(("releases", "examples/consumer/requirements.txt"))]


def test_picture_of_a_page_is_in_the_archive(copy: PackageCopy) -> None:
    for name in ("README.md", "docs/light.svg", "docs/dark.svg"):
        (copy.root / name).parent.mkdir(exist_ok=True)
        (copy.root / name).write_text("", "utf-8")
    copy.edit_bytes(
        "README.md", lambda _: b'<source srcset="docs/dark.svg"><img src="docs/light.svg">[all](releases.json)'
    )
    (copy.root / "releases.json").write_text('{"releases": []}', "utf-8")
    assert package_files(copy.package).keys() & {"docs/light.svg", "docs/dark.svg", "releases.json"} == {
        "docs/light.svg",
        "docs/dark.svg",
    }


def test_last_release_replaces_the_one_before(copy: PackageCopy) -> None:
    (copy.root / "examples/consumer").mkdir(parents=True)
    (copy.root / REQUIREMENTS).write_text("", "utf-8")
    (copy.root / "requirements.lock").write_bytes((ROOT / "requirements.lock").read_bytes())
    for version in ("0.1.0", "0.2.0"):
        copy.edit_json("datapackage.json", lambda d, v=version: d.update(version=v))
        assert f"\n# {version} is not released yet: " in consumer_requirements(
            copy.package, past_releases(copy.package)
        )
        enter(
            copy.package, Release(version, "2026-11-28T00:00:00Z", "a" * 64, f"{version[2]}" * 64), (b"z", b"w", b"c")
        )
    kept = {"shegong-0.2.0.zip": b"z", "shegong-0.2.0-py3-none-any.whl": b"w", "CHANGES-0.2.0.md": b"c"}
    assert {path.name: path.read_bytes() for path in (copy.root / "releases").iterdir()} == kept
    assert [release.version for release in past_releases(copy.package)] == ["0.1.0", "0.2.0"]
    assert f"shegong==0.2.0 \\\n    --hash=sha256:{'2' * 64}\n" in (copy.root / REQUIREMENTS).read_text("utf-8")


def test_file_of_the_folder_of_releases_is_compared_with_the_record(package: Package, tmp_path: Path) -> None:
    received = tmp_path / "releases" / f"shegong-{package.version}.zip"
    received.parent.mkdir()
    files = package_files(package)
    received.write_bytes(canonical_zip(files))
    digest = hashlib.sha256(received.read_bytes()).hexdigest()
    listed = {"version": package.version, "created": "2026-11-28T00:00:00Z", "sha256": digest}
    (tmp_path / "releases.json").write_text(json.dumps({"releases": [listed]}), "utf-8")
    assert complaints(received) == []
    others = {name: content for name, content in files.items() if name != SUMS} | {"README.md": b"Other words."}
    received.write_bytes(canonical_zip(others | {SUMS: sums(others)}))
    (line,) = complaints(received)
    assert re.fullmatch(rf"{received.name}: SHA-256 is \w{{64}}, but releases.json lists {digest}", line)
    (line,) = complaints(received.rename(received.with_name("shegong-9.9.9.zip")))
    assert line == "shegong-9.9.9.zip: the file is in releases/, but not in releases.json"


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
    assert "patch change: a value was corrected (observations); while the version is 0.x, this raises the " in refused
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
    result = repository.release("--dry-run")
    assert "minor change: rows were added (mentions)" in result.output
    assert result.exit_code == 0


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
    assert (
        "datapackage.json:version  error: version is 0.1.9, but major change: an id was removed (mentions)" in refused
    )
    assert f"data/mentions.csv ({gone})  error: 1 id was removed: {gone} [release-removed]" in refused
    assert "release-changelog" not in refused
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
    assert "no changes to the data since 0.1.0" in run(tmp_path / "clone", "release", "--dry-run").output


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
    assert not (repository.root / "out").exists()


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
def test_requirements_of_the_consumer_install_the_wheel_and_no_other(repository: Repository, tmp_path: Path) -> None:
    wheel = repository.root / "releases/shegong-0.1.0-py3-none-any.whl"
    assert wheel.read_bytes() == (repository.root / "dist/shegong-0.1.0" / wheel.name).read_bytes()
    assert complaints(wheel) == []
    lines = (repository.root / REQUIREMENTS).read_text("utf-8").splitlines(keepends=True)
    own = repository.root / "examples/consumer/own.txt"
    own.write_text("".join(lines[:4]), "utf-8")
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--disable-pip-version-check"]
    command = [*install, "--target", str(tmp_path / "site"), "--requirement", str(own)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site/shegong/tables/datapackage.json").is_file()
    shutil.rmtree(tmp_path / "site")
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("shegong/more.py", b"import os")
    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert refused.returncode != 0
    assert "hash" in refused.stderr.lower()
    assert not (tmp_path / "site").exists()


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
    requirements = (ROOT / "examples/consumer/requirements.txt").read_text("utf-8")
    pinned = re.findall(r"^([a-z0-9-]+)==([0-9.]+)", requirements, re.M)
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert pinned[0] == ("shegong", package.version)
    assert [name for name, _ in pinned[1:]] == ["click", "colorama", "duckdb"]
    assert all(f"\n{name}=={version} " in lock for name, version in pinned[1:])
    assert requirements.count("--hash=sha256:") > 10
    assert f'PINNED = "{package.version}"' in (ROOT / "examples/consumer/report.py").read_text("utf-8")
