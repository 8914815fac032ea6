"""A stranger's archive, folder or revision: read whole, or refused in one line that names it, with nothing written."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import shutil
import stat
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frictionless
import pytest

from shegong.diff.compare import compare
from shegong.diff.snapshot import Snapshot, take_snapshot
from shegong.errors import PackageError
from shegong.package.archive import SUMS, canonical_zip, parse_sums, sums
from shegong.package.files import open_archive
from shegong.package.package import open_any, open_package, open_packed
from tests.conftest import ROOT, PackageCopy
from tests.test_cli import everything, one_line, run

DESCRIPTOR = "datapackage.json"
TABLE, SCHEMA = "data/observations.csv", "schemas/observations.json"
FILES = [DESCRIPTOR, *sorted(p.relative_to(ROOT).as_posix() for d in ("data", "schemas") for p in (ROOT / d).iterdir())]
MEMBERS = {name: (ROOT / name).read_bytes() for name in FILES}
SECONDS = 3
"""Time that a refusal may take."""
LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"
"""How the two headers of a member begin."""

Members = dict[str, bytes]
Bad = Callable[[], bytes]


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    return archive_of([(zipfile.ZipInfo(name), content) for name, content in members.items()], method)


def archive_of(members: list[tuple[zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for info, content in members:
            archive.writestr(info, content, method)
    return out.getvalue()


def json_with(name: str, edit: Callable[[Any], object]) -> Members:
    """The package with a JSON file changed."""
    content = json.loads(MEMBERS[name])
    edit(content)
    return {**MEMBERS, name: json.dumps(content).encode()}


def descriptor_with(edit: Callable[[Any], object]) -> bytes:
    return zipped(json_with(DESCRIPTOR, edit))


def schema_with(edit: Callable[[Any], object]) -> bytes:
    return zipped(json_with(SCHEMA, edit))


def field_with(**values: object) -> bytes:
    """The package with the first column of a schema changed."""
    return schema_with(lambda schema: schema["fields"][0].update(values))


def status_with(edit: Callable[[Any], object]) -> bytes:
    """The package with a column of codes changed."""
    return schema_with(lambda schema: edit(next(f for f in schema["fields"] if f["name"] == "status")))


def beside(name: str, mode: int = 0) -> bytes:
    """The package and one more member."""
    return archive_of([*((zipfile.ZipInfo(n), c) for n, c in MEMBERS.items()), (with_mode(name, mode), b"/etc/passwd")])


def with_mode(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def patched(archive: bytes, name: str, local: int, central: int, value: bytes) -> bytes:
    """An archive with other bytes at a place of the two headers of a member."""
    out = bytearray(archive)
    for mark, place, length in ((LOCAL, local, 30), (CENTRAL, central, 46)):
        start = out.index(name.encode(), out.index(mark)) - length
        while out[start : start + 4] != mark:
            start = out.index(name.encode(), start + length + 1) - length
        out[start + place : start + place + len(value)] = value
    return bytes(out)


def unpacked_size(archive: bytes, name: str, size: int) -> bytes:
    """An archive that says another size of a member."""
    return patched(archive, name, 22, 24, size.to_bytes(4, "little"))


def flipped(archive: bytes, place: int) -> bytes:
    out = bytearray(archive)
    out[place] ^= 1
    return bytes(out)


def flipped_in(name: str, method: int) -> bytes:
    """An archive with a flipped bit in the middle of a member."""
    archive = zipped(MEMBERS, method)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        info = opened.getinfo(name)
    return flipped(archive, info.header_offset + 30 + len(name) + info.compress_size // 2)


def zeros(megabytes: int) -> bytes:
    """A member of zeros, packed without being held."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open(DESCRIPTOR, "w") as member,
    ):
        for _ in range(megabytes):
            member.write(bytes(1024**2))
    return out.getvalue()


def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return archive_of([(zipfile.ZipInfo(name), MEMBERS[name]) for name in [*MEMBERS, TABLE]])


def tables_of_one_file(count: int) -> bytes:
    """Tables that are all the one member of almost a megabyte."""
    tables = [{"name": f"t{n}", "path": "a.csv", "schema": "a.json"} for n in range(count)]
    descriptor = {"name": "a", "version": "0.1.0", "resources": tables}
    schema = {"fields": [{"name": "k"}], "primaryKey": ["k"]}
    files = {DESCRIPTOR: json.dumps(descriptor), "a.json": json.dumps(schema), "a.csv": f"k\n{'x' * (1024**2 - 9)}\n"}
    return zipped({name: text.encode() for name, text in files.items()})


ELSEWHERE = {
    "name": "gdp",
    "licenses": [{"name": "ODC-PDDL-1.0"}],
    "resources": [{"name": "gdp", "path": "data/gdp.csv", "schema": {"fields": [{"name": "year", "type": "year"}]}}],
}
"""The descriptor of another package, which is a good one."""


def elsewhere(**values: object) -> bytes:
    descriptor = {key: value for key, value in {**ELSEWHERE, **values}.items() if value is not None}
    return zipped({DESCRIPTOR: json.dumps(descriptor).encode(), "data/gdp.csv": b"year\n2020\n"})


BAD: dict[str, tuple[Bad, tuple[pytest.MarkDecorator, ...]]] = {}


def bad(what: str, make: Bad, *marks: pytest.MarkDecorator) -> None:
    assert what not in BAD
    BAD[what] = make, marks


bad("nothing at all", lambda: b"")
bad("text", lambda: b"no zip at all\n")
bad("empty zip", lambda: zipped({}))
bad("zip of something else", lambda: zipped({"readme.txt": b"hello"}))
bad("half of an archive", lambda: zipped(MEMBERS)[: len(zipped(MEMBERS)) // 2])
bad("archive without its last byte", lambda: zipped(MEMBERS)[:-1])
bad("archive without its first half", lambda: zipped(MEMBERS)[len(zipped(MEMBERS)) // 2 :])
bad("flipped bit of a stored member", lambda: flipped_in(TABLE, zipfile.ZIP_STORED))
bad("flipped bit of a deflated member", lambda: flipped_in(TABLE, zipfile.ZIP_DEFLATED))
bad("flipped bit of a bzip2 member", lambda: flipped_in(TABLE, zipfile.ZIP_BZIP2))
bad("flipped bit of an LZMA member", lambda: flipped_in(TABLE, zipfile.ZIP_LZMA))
bad("garbage for a deflated member", lambda: patched(zipped(MEMBERS, zipfile.ZIP_STORED), TABLE, 8, 10, b"\x08\0"))
bad("compression that nobody knows", lambda: patched(zipped(MEMBERS), TABLE, 8, 10, b"\x63\0"))
bad("encrypted member", lambda: patched(zipped(MEMBERS), TABLE, 6, 8, b"\x01\0"))
bad("member that stands twice", twice)

for path in (
    "/etc/passwd",
    "../evil",
    "data/../../evil",
    "..",
    "..\\evil",
    "data\\evil.csv",
    "C:/evil",
    "C:evil",
    "//host/evil",
):
    bad(f"path {path}", lambda path=path: beside(path))
bad("symbolic link", lambda: beside("data/link.csv", stat.S_IFLNK | 0o777))
bad("symbolic link in the place of a table", lambda: archive_of([
    (with_mode(name, (stat.S_IFLNK | 0o777) * (name == TABLE)), content) for name, content in MEMBERS.items()
]))  # fmt: skip

bad("bomb of zeros", lambda: zeros(64))
bad("bomb of zeros that says it is small", lambda: unpacked_size(zeros(64), DESCRIPTOR, 1000))
bad("table smaller than it is said", lambda: unpacked_size(zipped(MEMBERS), TABLE, 100))

bad("other package", elsewhere)
bad("other package with version", lambda: elsewhere(version="1.0.0"))
bad("no tables", lambda: elsewhere(version="1.0.0", resources=None))
bad("tables as an object", lambda: elsewhere(version="1.0.0", resources={"name": "gdp", "path": "data/gdp.csv"}))
bad("tables as texts", lambda: elsewhere(version="1.0.0", resources=["data/gdp.csv"]))
bad("tables as a number", lambda: elsewhere(version="1.0.0", resources=5))
bad("names as numbers", lambda: descriptor_with(lambda d: d["resources"][0].update(name=7)))
bad("paths as lists", lambda: descriptor_with(lambda d: d["resources"][0].update(path=["data/documents.csv"])))
bad("version as a number", lambda: descriptor_with(lambda d: d.update(version=1.0)))
bad("version as a date", lambda: descriptor_with(lambda d: d.update(version="2025-11")))
bad("table that is not there", lambda: zipped({n: c for n, c in MEMBERS.items() if n != TABLE}))
bad("schema that is not there", lambda: zipped({n: c for n, c in MEMBERS.items() if n != SCHEMA}))
bad("table of the machine", lambda: descriptor_with(lambda d: d["resources"][0].update(path="/etc/passwd")))
bad("table with a line break", lambda: descriptor_with(lambda d: d["resources"][0].update(path="data/\nx.csv")))

bad("descriptor that is a list", lambda: zipped({**MEMBERS, DESCRIPTOR: b"[]"}))
bad("descriptor that is no JSON", lambda: zipped({**MEMBERS, DESCRIPTOR: b"name: shegong\n"}))
bad("descriptor in UTF-16", lambda: zipped({**MEMBERS, DESCRIPTOR: MEMBERS[DESCRIPTOR].decode().encode("utf-16")}))
bad("descriptor with a key twice", lambda: zipped({**MEMBERS, DESCRIPTOR: b'{"name": "a", "name": "b"}'}))
bad("lists in lists", lambda: zipped({**MEMBERS, DESCRIPTOR: b'{"name": ' + b"[" * 10**6}))
bad("objects in objects", lambda: zipped({**MEMBERS, SCHEMA: b'{"a":' * 10**5 + b"1" + b"}" * 10**5}))
bad("number of a million digits", lambda: zipped({**MEMBERS, DESCRIPTOR: b'{"name": ' + b"1" * 10**6 + b"}"}))

bad("schema without columns", lambda: schema_with(lambda schema: schema.pop("fields")))
bad("schema without key", lambda: schema_with(lambda schema: schema.pop("primaryKey")))
bad("key that is no column", lambda: schema_with(lambda schema: schema.update(primaryKey=["id"])))
bad("columns as numbers", lambda: schema_with(lambda schema: schema.update(fields=[1, 2])))
bad("column named by a list", lambda: field_with(name=["observation_id"]))
bad("key of lists", lambda: schema_with(lambda schema: schema.update(primaryKey=[["observation_id"]])))
bad("constraints that are null", lambda: field_with(constraints=None))
bad("unique keys that are null", lambda: schema_with(lambda schema: schema.update(uniqueKeys=None)))
bad("codes without a value", lambda: status_with(lambda field: field.update(categories=[{"label": "x"}])))
bad("codes as texts", lambda: status_with(lambda field: field.update(categories=["reported"])))

bad(
    "table without its key",
    lambda: zipped({**MEMBERS, TABLE: MEMBERS[TABLE].replace(b"observation_id", b"id", 1)}),
)
bad("table of NUL", lambda: zipped({**MEMBERS, TABLE: bytes(100)}))
bad("table of nothing", lambda: zipped({**MEMBERS, TABLE: b""}))
bad("table in GB 18030", lambda: zipped({**MEMBERS, TABLE: MEMBERS[TABLE].decode().encode("gb18030")}))
bad("table with ragged rows", lambda: zipped({**MEMBERS, TABLE: MEMBERS[TABLE] + b"a,b\n" + b"," * 99 + b"\n"}))


@pytest.fixture(scope="session")
def original() -> Snapshot:
    return take_snapshot(open_package(ROOT))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the current one and the one for temporary files too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def refusal(where: str, original: Snapshot, root: Path = ROOT) -> str:
    """The one line with which it is refused, soon."""
    start = time.monotonic()
    with pytest.raises(PackageError) as error:
        _ = compare(take_snapshot(open_any(where, root)), original).required
    assert time.monotonic() - start < SECONDS
    line = str(error.value)
    assert len(line.splitlines()) == 1
    assert where in line
    return line


@pytest.mark.parametrize("what", [pytest.param(what, marks=marks) for what, (_, marks) in BAD.items()])
def test_a_bad_archive_is_refused_in_one_line_and_nothing_is_written(
    what: str, place: Path, original: Snapshot
) -> None:
    (place / "bad.zip").write_bytes(BAD[what][0]())
    before = everything(place)
    line = refusal("bad.zip", original)
    assert one_line(run("diff", "bad.zip", str(ROOT))) == f"shegong: {line}\n"
    assert everything(place) == before


SEEN_AT_ONCE = [what for what in BAD if what.startswith(("path ", "symbolic link"))] + ["bomb of zeros"]


@pytest.mark.parametrize("what", SEEN_AT_ONCE)
def test_what_leaves_the_folder_is_seen_before_anything_is_unpacked(what: str) -> None:
    with pytest.raises(PackageError, match="nothing was unpacked"):
        open_archive("bad.zip", BAD[what][0]())


def test_many_members_that_are_too_much_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shegong.package.files.MAX_UNPACKED_BYTES", 3 * 1024**2)
    noise = random.Random(0).randbytes(1024**2)
    with pytest.raises(PackageError, match=r"^bad\.zip: unpacks to 4,194,304 bytes, .*; nothing was unpacked$"):
        open_archive("bad.zip", zipped({f"{n}.csv": noise for n in range(4)}, zipfile.ZIP_STORED))


def test_many_tables_of_one_member_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shegong.package.files.MAX_UNPACKED_BYTES", 4 * 1024**2)
    with pytest.raises(PackageError, match=r"^bad\.zip/datapackage\.json: does not describe"):
        take_snapshot(open_packed("bad.zip", tables_of_one_file(20)))


# Good archives


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_good_archive_reads_as_its_folder(method: int, original: Snapshot) -> None:
    read = take_snapshot(open_packed("good.zip", zipped(MEMBERS, method)))
    assert (read.contents, read.schemas, read.descriptor) == (original.contents, original.schemas, original.descriptor)


def test_folders_in_an_archive_are_no_files() -> None:
    files = open_archive("good.zip", zipped({"data/": b"", "schemas/": b"", **MEMBERS}))
    assert files.names() == sorted(MEMBERS)


def test_deep_folders_in_an_archive_do_no_harm(original: Snapshot) -> None:
    archive = zipped({**MEMBERS, "a/" * 30_000 + "b": b""})
    assert take_snapshot(open_packed("deep.zip", archive)).contents == original.contents


def test_a_size_said_too_large_changes_nothing(original: Snapshot) -> None:
    archive = unpacked_size(zipped(MEMBERS), TABLE, len(MEMBERS[TABLE]) + 1000)
    assert take_snapshot(open_packed("odd.zip", archive)).contents == original.contents


def test_a_megabyte_of_zeros_is_no_bomb() -> None:
    assert open_archive("zeros.zip", zipped({"zeros": bytes(1024**2)})).read("zeros") == bytes(1024**2)


def what_is_read(archive: bytes) -> dict[str, bytes] | str:
    """The tables, or why there are none."""
    try:
        return take_snapshot(open_packed("bad.zip", archive)).contents
    except PackageError as error:
        return str(error)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_flipped_bit_anywhere_is_refused_or_changes_nothing(method: int, original: Snapshot) -> None:
    archive, dice = zipped(MEMBERS, method), random.Random(0)
    read = [what_is_read(flipped(archive, place)) for place in dice.sample(range(len(archive)), 80)]
    refusals = [line for line in read if isinstance(line, str)]
    assert len(refusals) > 40
    assert all(line.startswith("bad.zip: ") and len(line.splitlines()) == 1 for line in refusals)
    assert all(tables == original.contents for tables in read if not isinstance(tables, str))


def test_a_cut_anywhere_is_refused() -> None:
    archive, dice = zipped(MEMBERS), random.Random(0)
    for length in dice.sample(range(len(archive)), 40):
        with pytest.raises(PackageError, match=r"^bad\.zip: "):
            open_archive("bad.zip", archive[:length])


# Folders and revisions


NOWHERE = [
    "no-such-revision",
    "no/such/folder",
    "no-such.zip",
    "HEAD~99999",
    "-x",
    "--output=evil",
    "HEAD:nothing",
    "HEAD x",
    "^HEAD",
]


@pytest.mark.parametrize("where", NOWHERE)
def test_what_is_nowhere_is_refused(where: str, place: Path, original: Snapshot) -> None:
    assert "is not a folder, an archive or a git revision" in refusal(where, original)
    assert one_line(run("diff", "--package", str(ROOT), "--", where)).startswith(f"shegong: {where}: ")
    assert everything(place) == {}


def test_a_revision_outside_any_repository_is_refused(
    place: Path, original: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(place.parent))
    assert "not a git repository" in refusal("HEAD", original, place)


def test_a_revision_without_git_is_refused(place: Path, original: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(place))
    assert "git is not installed" in refusal("HEAD", original)


def test_a_folder_without_descriptor_is_refused(place: Path, original: Snapshot) -> None:
    assert DESCRIPTOR in refusal(str(place), original)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../outside.csv",
        "data",
        "data/" + "x" * 300,
        "data/nothing.csv",
        "data/\0.csv",
        "data/\nx.csv",
    ],
)
def test_a_folder_whose_table_is_elsewhere_is_refused(path: str, copy: PackageCopy, original: Snapshot) -> None:
    (copy.root.parent / "outside.csv").write_text("region_id\n")
    copy.edit_json(DESCRIPTOR, lambda descriptor: descriptor["resources"][0].update(path=path))
    refusal(str(copy.root), original)


@pytest.mark.parametrize("target", ["/etc/passwd", "../../outside.csv", "nothing.csv", "regions.csv"])
def test_a_folder_whose_table_is_a_link_elsewhere_is_refused(
    target: str, copy: PackageCopy, original: Snapshot
) -> None:
    (copy.root.parent / "outside.csv").write_text("region_id\n")
    (copy.root / "data/regions.csv").unlink()
    (copy.root / "data/regions.csv").symlink_to(target)
    refusal(str(copy.root), original)


# The archive of a release


def test_the_canonical_archive_is_the_same_whenever_wherever_and_in_whatever_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = canonical_zip(MEMBERS)
    names = random.Random(0).sample(FILES, len(FILES))
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.setattr("time.time", lambda: 4e9)
    mask = os.umask(0o077)
    try:
        time.tzset()
        assert canonical_zip({name: MEMBERS[name] for name in names}) == first
    finally:
        os.umask(mask)
        monkeypatch.undo()
        time.tzset()


def test_the_canonical_archive_holds_each_file_stored_in_order_and_undated() -> None:
    with zipfile.ZipFile(io.BytesIO(canonical_zip(MEMBERS))) as archive:
        members = archive.infolist()
        assert [member.filename for member in members] == sorted(MEMBERS)
        assert {(m.compress_type, m.date_time, m.external_attr >> 16, m.extra) for m in members} == {
            (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0), 0o644, b"")
        }
        assert {name: archive.read(name) for name in FILES} == MEMBERS


def test_other_bytes_or_names_make_another_archive() -> None:
    archives = [MEMBERS, {**MEMBERS, TABLE: b""}, {**MEMBERS, "a": b""}, {**MEMBERS, "b": b""}]
    assert len({canonical_zip(members) for members in archives}) == 4


NAMES = {"a.csv": b"", "data/b c.csv": b"b\n", "表.csv": "社工\n".encode(), "x  y.csv": b"two spaces"}


def test_sums_are_read_as_they_were_written() -> None:
    expected = {name: hashlib.sha256(content).hexdigest() for name, content in NAMES.items()}
    assert parse_sums(sums(NAMES)) == expected
    assert list(parse_sums(sums(NAMES))) == sorted(NAMES)


@pytest.mark.parametrize("line", ["no digest", "", " "])
def test_a_line_of_sums_that_is_none_has_no_digest(line: str) -> None:
    assert parse_sums(line.encode() + b"\n") == {line: ""}


def test_sums_that_are_no_text_are_read_without_a_digest() -> None:
    assert set(parse_sums(b"\xff\xfe\0\x01\n").values()) == {""}


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum")
def test_sha256sum_finds_what_a_flipped_byte_changed(tmp_path: Path) -> None:
    for name, content in {**NAMES, SUMS: sums(NAMES)}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    command = ["sha256sum", "--check", "--strict", "--quiet", SUMS]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "表.csv").write_bytes(b"flipped\n")
    found = subprocess.run(command, cwd=tmp_path, capture_output=True)
    assert (found.returncode, found.stdout) == (1, "表.csv: FAILED\n".encode())


def released_files() -> Members:
    """The files that a release puts into its archive."""
    try:
        from shegong.release.make import package_files
    except ModuleNotFoundError:
        return {**MEMBERS, SUMS: sums(MEMBERS)}
    return package_files(open_package(ROOT))


def test_the_archive_of_a_release_holds_the_package_and_the_hash_of_each_file() -> None:
    files = released_files()
    assert {name: files[name] for name in FILES} == MEMBERS
    assert parse_sums(files[SUMS]) == {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n != SUMS}


def test_frictionless_validates_the_archive_of_a_release_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "shegong.zip"
    path.write_bytes(canonical_zip(released_files()))
    report = frictionless.Package(str(path)).validate()
    assert report.flatten(["message"]) == []
    assert (report.valid, len(report.tasks)) == (True, len(open_package(ROOT).resources))
