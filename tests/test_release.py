"""Releases: what stands in their way, the same bytes everywhere, and every flipped byte found by whoever received them."""

from __future__ import annotations

import hashlib
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
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import Result

from shegong.checks import run as checks
from shegong.database.load import load
from shegong.errors import PackageError
from shegong.package.archive import SUMS, canonical_zip, sums
from shegong.package.package import Package, open_package
from shegong.package.past_releases import Release, past_releases
from shegong.pages.charts import national
from shegong.pages.consumer import REQUIREMENTS, consumer_requirements
from shegong.release.make import package_files
from shegong.release.record import enter, open_release, release_of, require_same
from shegong.release.release_rules import SUCCESSOR
from shegong.release.verify import verify
from tests.commands import one_line
from tests.commands import run as shegong
from tests.conftest import ROOT, PackageCopy

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", "node_modules", "dist", "*.egg-info", "__pycache__", ".*_cache", "releases.json", "releases"
)
WORLDS = (
    {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "1", "HOME": "/nowhere"},
    {"LC_ALL": "zh_CN.UTF-8", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "2", "USER": "someone"},
)
ARCHIVE, WHEEL = "shegong-0.1.0.zip", "shegong-0.1.0-py3-none-any.whl"
TABLE = "data/observations.csv"
NOTE = ("observations", "obs-0001", "note", "Another note.")
DRAW = national.national_charts
DRAWN: dict[tuple[str, str], dict[str, str]] = {}


def drawn_once(package: Package, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Draw the charts of the same figures and version once: a release of a copy takes seconds less."""
    key = (package.version, repr(connection.execute(national.FIGURES).fetchall()))
    return DRAWN.get(key) or DRAWN.setdefault(key, DRAW(package, connection))


@pytest.fixture(scope="module", autouse=True)
def quick_gates() -> Iterator[None]:
    """Leave out frictionless and the official profile, which other tests run, and draw charts once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(national, "national_charts", drawn_once)
        patch.setattr(checks, "check_conformance", lambda package: [])
        yield


def git(folder: Path, *words: str | Path) -> bytes:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.invalid")
    return subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True).stdout


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--message", "A commit")


def run(folder: Path, *words: str) -> Result:
    return shegong(words[0], "--package", folder, *words[1:])


class Repository(PackageCopy):
    """A repository of the whole project, in which a test may edit, commit and release."""

    def __init__(self, folder: Path) -> None:
        self.root = Path(shutil.copytree(ROOT, folder / "package", ignore=LEFT_OUT))
        self.edit_json("datapackage.json", lambda d: d.update(version="0.1.0", created="2026-11-21T00:00:00Z"))
        run(self.root, "docs")
        git(self.root, "init")
        commit(self.root)

    def release(self, *words: str) -> Result:
        return run(self.root, "release", *words)

    def settle(self) -> None:
        """Commit everything, with what is generated."""
        run(self.root, "fmt")
        run(self.root, "docs")
        commit(self.root)

    def say(self, version: str, *tables: str) -> None:
        """Set the version, and tell of tables in the changelog."""
        self.edit_json("datapackage.json", lambda d: d.update(version=version, created="2026-12-01T00:00:00Z"))
        told = "".join(f"### {table}\n\n- A change.\n\n" for table in tables)
        self.edit_text("CHANGELOG.md", "## 0.1.0 (", f"## {version} (2026-12-01)\n\n{told}## 0.1.0 (")
        self.settle()

    def renumber(self, count: int) -> list[str]:
        """Give mentions other ids; return those that they had."""
        gone = self.keys("mentions", exclusion="teaser")[:count]
        rows = [self.row("mentions", key) for key in gone]
        self.delete_row("mentions", *gone)
        for number, row in enumerate(rows):
            self.append_row("mentions", "mn-00001", **row | {"mention_id": f"mn-9999{number}"})
        return gone


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
    new.root = Path(shutil.copytree(released.root, tmp_path / "package"))
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
def test_release_and_wheel_verify_until_a_file_of_the_wheel_is_changed(folder: Path, tmp_path: Path) -> None:
    wheel = folder / WHEEL
    for received, step in ((folder, r"shegong\.duckdb"), (wheel, re.escape(WHEEL))):
        result = shegong("verify", received)
        assert result.exit_code == 0, result.output
        assert result.output.endswith(f"0 errors, 0 warnings in {received} (version 0.1.0)\n")
        assert re.search(rf"^{step} +ok$", result.output, re.M)
    changed = tmp_path / WHEEL
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
    path = folder / ARCHIVE
    good, chance = path.read_bytes(), random.Random(1)
    tail = range(len(good) - 3000, len(good))
    for at in [*chance.sample(range(len(good)), 150), *chance.sample(tail, 60)]:
        flip(path, at)
        assert complaints(path), at
        path.write_bytes(good)


@pytest.mark.slow
def test_unpacked_archive_verifies_until_a_file_is_changed_or_has_another_name(folder: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(folder / ARCHIVE).extractall(unpacked)
    assert complaints(unpacked) == []
    flip(unpacked / "README.md", 7)
    (unpacked / "README.zh.md").rename(unpacked / "other.md")
    *found, other = complaints(unpacked)
    assert [line.partition(":")[0] for line in found] == ["README.md", "README.zh.md"]
    assert other == "other.md: the file is there, but not in SHA256SUMS"


def test_removed_ids_are_followed_to_what_replaces_them(copy: PackageCopy) -> None:
    rows = "mn-99990,mentions,mn-99991,0.2.0,A test.\nmn-99991,mentions,mn-00001,0.2.0,A test.\n"
    copy.edit_bytes("data/deprecations.csv", lambda data: data.replace(b"\nms-", b"\n" + rows.encode() + b"ms-", 1))
    copy.stamp()
    assert re.search(r"\n[0-9]+ removed ids +ok\n", shegong("verify", copy.root).output)
    copy.edit_bytes("data/deprecations.csv", lambda data: data.replace(b"mn-00001", b"mn-99992"))
    copy.stamp()
    (finding,) = verify(copy.root, copy.package).findings
    assert (finding.rule, finding.place, finding.key) == (SUCCESSOR, "data/deprecations.csv", "mn-99991")
    assert finding.message == "mn-99991 of mentions was replaced by mn-99992, which is not there"


def test_table_that_is_not_as_stamped_is_told_once(copy: PackageCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copy.root)
    where = f" in {copy.root} (version {copy.package.version})"
    assert shegong("verify").output.endswith(f"0 errors, 0 warnings{where}\n")
    copy.edit_cell(*NOTE)
    report = json.loads(shegong("verify", "--format", "json").output)
    assert (report["ok"], report["totals"]) == (False, {"verify-hash": 1})
    annotated = shegong("verify", "--format", "github").output
    assert annotated.startswith("::error file=data/observations.csv,title=verify-hash::SHA-256 is ")
    (copy.root / SUMS).write_bytes(sums({TABLE: (ROOT / TABLE).read_bytes()}))
    result = shegong("verify")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    (line,) = (line for line in lines if f"{TABLE}  error: " in line)
    assert re.search(r"  error: SHA-256 is \w{64}, but datapackage\.json lists \w{64} ", line)
    assert len(set(lines)) == len(lines)
    assert lines[-1].endswith(where)


def test_database_that_lacks_the_tables_is_told_table_by_table(package: Package, tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "x.duckdb")).close()
    wrong = complaints(tmp_path / "x.duckdb")
    assert len(wrong) == len(package.schemas)
    assert all(line.startswith("x.duckdb: ") and "does not exist" in line for line in wrong)


def test_folder_without_a_package_is_no_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "no datapackage.json in ." in one_line(shegong("verify"))
    installed = shegong("verify", "--installed")
    assert installed.exit_code == 0
    assert f" in {ROOT} (version " in installed.output
    assert shegong("verify", "--installed", "--package", ROOT).exit_code == 2


@pytest.mark.slow
def test_lone_database_is_compared_with_the_package_of_the_current_folder(
    copy: PackageCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.edit_cell(*NOTE)
    copy.stamp()
    database = tmp_path / "x.duckdb"
    with duckdb.connect(str(database)) as connection:
        load(connection, copy.package, keys=False)
    for where, code in ((copy.root, 0), (ROOT, 1)):
        monkeypatch.chdir(where)
        result = shegong("verify", database)
        *_, last = result.output.splitlines()
        assert result.exit_code == code
        assert last.endswith(f" in {database} (version {copy.package.version}), compared with {where}")
    copy.edit_json("datapackage.json", lambda descriptor: descriptor["resources"][0].pop("hash"))
    (finding,) = verify(database, copy.package).findings
    assert finding.sentence.startswith("documents: hash is sha256:")
    assert finding.sentence.endswith(f", but data/documents.csv of {copy.package.version} has none")
    (line,) = complaints(database)
    assert line.startswith("x.duckdb: observations: hash is sha256:")


OTHER = canonical_zip({"datapackage.json": b'{"name": "other", "resources": [{"name": "x"}]}'})


@pytest.mark.parametrize("content", [b"", b"no archive", OTHER], ids=["empty", "text", "another package"])
def test_what_is_no_release_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    (tmp_path / "folder").mkdir()
    for name in ("x.zip", "folder", "nothing"):
        assert name in one_line(shegong("verify", tmp_path / name))


# The gates


@pytest.mark.slow
def test_record_has_the_hashes_of_archive_wheel_and_tables_and_no_other_is_accepted(released: Repository) -> None:
    folder = released.root / "dist/shegong-0.1.0"
    stamps = {item["name"]: item["hash"] for item in released.package.descriptor["resources"]}
    tables = "".join(f"{name} {digest}\n" for name, digest in sorted(stamps.items())).encode()
    contents = {"sha256": (folder / ARCHIVE).read_bytes(), "wheel": (folder / WHEEL).read_bytes(), "tables": tables}
    (record,) = json.loads((released.root / "releases.json").read_bytes())["releases"]
    (past,) = past_releases(released.package)
    release = release_of(released.package, folder)
    assert release == past
    require_same(past, release)
    for name, content in contents.items():
        assert record[name] == hashlib.sha256(content).hexdigest()
        for other, said in (("0" * 64, f"has SHA-256 {'0' * 64}"), ("", "has none")):
            with pytest.raises(PackageError, match=f"0.1.0 is released already: .* but releases.json {said}"):
                require_same(replace(past, **{name: other}), release)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "said"), [("SECURITY.md", "another archive"), ("scripts/shegong/more.py", "another wheel")]
)
def test_released_version_keeps_its_bytes(file: str, said: str, repository: Repository) -> None:
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
def test_stale_page_and_file_that_is_not_committed_are_refused(repository: Repository) -> None:
    repository.edit_bytes("docs/rules.md", lambda data: data + b"more\n")
    (repository.root / "left.txt").write_text("", "utf-8")
    stale = "docs/rules.md  error: the page is out of date [release-page]"
    assert stale in repository.release("--dry-run").output
    refused = repository.release()
    assert refused.exit_code == 1
    assert stale in refused.output
    assert "left.txt  error: the file is not committed [release-committed]" in refused.output


@pytest.mark.slow
def test_changes_before_a_version_is_chosen_are_one_list_of_what_is_missing(repository: Repository) -> None:
    repository.edit_bytes("CHANGELOG.md", lambda _: b"# Changelog\n\n## 0.1.0 (2026-11-21)\n")
    repository.edit_cell(*NOTE)
    gone = repository.renumber(2)
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


def test_last_release_replaces_the_one_before_outside_the_archive(copy: PackageCopy) -> None:
    (copy.root / "examples/consumer").mkdir(parents=True)
    (copy.root / REQUIREMENTS).write_text("", "utf-8")
    shutil.copy(ROOT / "requirements.lock", copy.root)
    (copy.root / "README.md").write_text(f"[a](releases.json) [b]({REQUIREMENTS}) [c](releases/{ARCHIVE})", "utf-8")
    for version in ("0.1.0", "0.2.0"):
        copy.edit_json("datapackage.json", lambda d, v=version: d.update(version=v))
        lines = consumer_requirements(copy.package, past_releases(copy.package))
        assert f"\n# {version} is not released yet: " in lines
        release = Release(version, "2026-11-28T00:00:00Z", "a" * 64, f"{version[2]}" * 64)
        enter(copy.package, release, (b"z", b"w", b"c"))
    kept = {"shegong-0.2.0.zip": b"z", "shegong-0.2.0-py3-none-any.whl": b"w", "CHANGES-0.2.0.md": b"c"}
    assert {path.name: path.read_bytes() for path in (copy.root / "releases").iterdir()} == kept
    assert [release.version for release in past_releases(copy.package)] == ["0.1.0", "0.2.0"]
    assert not [name for name in package_files(copy.package) if name.startswith(("releases", "examples"))]
    requirements = (copy.root / REQUIREMENTS).read_text("utf-8")
    pinned = re.findall(r"^[a-z0-9-]+==[0-9.]+ ", requirements, re.M)
    assert [pin.partition("==")[0] for pin in pinned] == ["shegong", "click", "colorama", "duckdb"]
    assert all(f"\n{pin}" in (ROOT / "requirements.lock").read_text("utf-8") for pin in pinned[1:])
    assert f"shegong==0.2.0 \\\n    --hash=sha256:{'2' * 64}\n" in requirements
    assert requirements.count("--hash=sha256:") > 10


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
def test_wheel_that_cannot_be_built_or_a_failing_check_is_refused_and_nothing_is_made(repository: Repository) -> None:
    output = repository.root / "out"
    repository.edit_text("pyproject.toml", 'build-backend = "hatchling.build"', 'build-backend = "hatchling.build')
    commit(repository.root)
    assert "the wheel cannot be built: " in one_line(repository.release("--output", str(output)))
    repository.edit_cell("observations", "obs-0001", "value", "9")
    commit(repository.root)
    result = repository.release("--output", str(output))
    assert result.exit_code == 1
    assert "data/observations.csv:2:value (obs-0001)  error: " in result.output
    assert "release         not run: the check must pass first" in result.output
    assert not output.exists()


@pytest.mark.slow
def test_removal_asks_for_the_middle_number_a_deprecation_and_a_word_in_the_changelog(repository: Repository) -> None:
    repository.edit_cell(*NOTE)
    (gone,) = repository.renumber(1)
    repository.say("0.1.9", "mentions", "deprecations")
    refused = repository.release("--dry-run").output
    found = "datapackage.json:version  error: version is 0.1.9, but major change: an id was removed (mentions)"
    assert found in refused
    assert f"data/mentions.csv ({gone})  error: 1 id was removed: {gone} [release-removed]" in refused
    assert "release-changelog" not in refused
    row = f"{gone},mentions,mn-99990,0.2.0,Entered under a new number.\n"
    repository.edit_bytes("data/deprecations.csv", lambda data: data + row.encode())
    repository.edit_json("datapackage.json", lambda d: d.update(version="0.2.0"))
    repository.edit_text("CHANGELOG.md", "## 0.1.9", "## 0.2.0")
    repository.settle()
    refused = repository.release("--dry-run").output
    assert "CHANGELOG.md  error: '## 0.2.0 (2026-12-01)' has no heading '### observations'" in refused
    heading = "## 0.2.0 (2026-12-01)\n"
    repository.edit_text("CHANGELOG.md", heading, f"{heading}\n### observations\n")
    commit(repository.root)
    accepted = repository.release("--dry-run")
    assert accepted.exit_code == 0, accepted.output
    changes = run(repository.root, "diff", str(repository.root / "releases" / ARCHIVE)).output
    assert f"row-removed [major] {gone}: (empty) → mn-99990" in changes


@pytest.mark.slow
def test_last_archive_that_is_gone_or_another_and_a_broken_record_are_one_line(repository: Repository) -> None:
    path = repository.root / "releases" / ARCHIVE
    flip(path, 100)
    for said in ("is not the archive that releases.json lists", "is missing"):
        with pytest.raises(PackageError, match=said):
            open_release(repository.package, past_releases(repository.package)[-1])
        path.unlink(missing_ok=True)
    (repository.root / "releases.json").write_text('{"releases": [{"tag": "v1"}]}', "utf-8")
    with pytest.raises(PackageError, match=r"releases\.json: is not a record of releases"):
        past_releases(repository.package)


# The same bytes


@pytest.mark.slow
def test_shallow_clones_locales_time_zones_and_hash_seeds_give_the_bytes_on_record(
    released: Repository, tmp_path: Path
) -> None:
    made = [released.root / "dist/shegong-0.1.0"]
    for number, world in enumerate(WORLDS):
        root, output = tmp_path / f"{'deep/' * number}clone", tmp_path / f"out{number}"
        git(tmp_path, "clone", "--depth", "1", f"file://{released.root}", root)
        command = [sys.executable, "-m", "shegong", "release", "--output", str(output)]
        old_mask = os.umask(0o027 if number else 0o022)
        done = subprocess.run(command, cwd=root, env=os.environ | world, capture_output=True, text=True)
        os.umask(old_mask)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "; no changes to the data since 0.1.0\n" in done.stdout
        assert done.stdout.endswith("\nthe same bytes as on record: releases.json did not change\n")
        assert git(root, "status", "--porcelain") == b""
        made.append(output / "shegong-0.1.0")
    first, *others = ({p.relative_to(f).as_posix(): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in made)
    for other in others:
        assert other.keys() == first.keys()
        assert {name for name in other if other[name] != first[name]} <= {"shegong.duckdb", "SHA256SUMS"}
    assert all(complaints(folder) == [] for folder in made)


# A consumer


@pytest.mark.slow
def test_consumer_installs_the_wheel_and_no_other_and_its_report_runs(repository: Repository, tmp_path: Path) -> None:
    wheel = repository.root / "releases" / WHEEL
    good = wheel.read_bytes()
    assert good == (repository.root / "dist/shegong-0.1.0" / WHEEL).read_bytes()
    project = repository.root / "examples/consumer"
    lines = (repository.root / REQUIREMENTS).read_text("utf-8").splitlines(keepends=True)
    (project / "own.txt").write_text("".join(lines[:4]), "utf-8")
    venv.create(tmp_path / "venv", with_pip=False)
    python, site = tmp_path / "venv/bin/python", next(tmp_path.glob("venv/lib/python*/site-packages"))
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-index", "--no-deps"]
    install = [*pip, "--disable-pip-version-check", "--requirement", project / "own.txt"]
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("shegong/more.py", b"import os")
    refused = subprocess.run(install, cwd=tmp_path, capture_output=True, text=True)
    assert refused.returncode != 0
    assert "hash" in refused.stderr.lower()
    assert not (site / "shegong").exists()
    wheel.write_bytes(good)
    subprocess.run(install, cwd=tmp_path, check=True)
    for module in (click, duckdb):
        package = Path(str(module.__file__)).parent
        for found in package.parent.glob(f"*{package.name}*"):
            (site / found.name).symlink_to(found)
    done = subprocess.run([python, "report.py"], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for said in ("0 errors, 0 warnings in ", "Version 0.1.0.", "60余家"):
        assert said in done.stdout


@pytest.mark.slow
def test_wheel_is_small_and_works_as_a_zip(folder: Path, package: Package) -> None:
    wheel = folder / WHEEL
    assert wheel.stat().st_size < 1_000_000
    code = "import shegong; print(shegong.__file__, shegong.connect().sql('FROM sources').shape[0])"
    world = {**os.environ, "PYTHONPATH": str(wheel)}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=world, capture_output=True, text=True)
    where, rows = done.stdout.split()
    assert where.startswith(str(wheel))
    assert int(rows) == package.path("sources").read_bytes().count(b"\n") - 1
