"""An untrusted archive, folder or revision is read whole, or refused in one line, and nothing is written."""

from __future__ import annotations

import hashlib
import io
import json
import random
import stat
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frictionless
import pytest

from shegong.diff.snapshot import Snapshot, take_snapshot
from shegong.errors import PackageError
from shegong.package.archive import SUMS, canonical_zip, parse_sums, sums
from shegong.package.files import open_archive, open_files
from shegong.package.package import open_any, open_package, open_packed
from shegong.release.make import package_files
from tests.commands import everything, one_line, run
from tests.conftest import ROOT, PackageCopy

DESCRIPTOR, TABLE, SCHEMA = "datapackage.json", "data/observations.csv", "schemas/observations.json"
FILES = [DESCRIPTOR, *sorted(p.relative_to(ROOT).as_posix() for d in ("data", "schemas") for p in (ROOT / d).iterdir())]
MEMBERS = {name: (ROOT / name).read_bytes() for name in FILES}
REFUSAL_SECONDS = 5
LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"
"""How the two headers of a member begin."""

Members = dict[str, bytes]


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED, link: str = "", more: Members | None = None) -> bytes:
    """Pack members, one of them as a symbolic link, and more, whose names may occur again."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in [*members.items(), *(more or {}).items()]:
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16 if name == link else 0
            archive.writestr(info, content, method)
    return out.getvalue()


def json_with(name: str, edit: Callable[[Any], object]) -> Members:
    """The package with a JSON file changed."""
    content = json.loads(MEMBERS[name])
    edit(content)
    return {**MEMBERS, name: json.dumps(content).encode()}


def patched(archive: bytes, name: str, local: int, central: int, value: bytes) -> bytes:
    """Put other bytes at a place of both headers of a member."""
    out = bytearray(archive)
    for mark, place, length in ((LOCAL, local, 30), (CENTRAL, central, 46)):
        start = out.index(name.encode(), out.index(mark)) - length
        while out[start : start + 4] != mark:
            start = out.index(name.encode(), start + length + 1) - length
        out[start + place : start + place + len(value)] = value
    return bytes(out)


OUTSIDE = ("/etc/passwd", "../evil", "data/../../evil", "..", "..\\evil", "data\\evil.csv", "C:/evil", "//host/evil")
UNPACKED: dict[str, Callable[[], bytes]] = {
    **{f"path {path}": lambda path=path: zipped({**MEMBERS, path: b"x"}) for path in OUTSIDE},  # type: ignore[misc]
    "symbolic link in the place of a table": lambda: zipped(MEMBERS, link=TABLE),
    "bomb of zeros": lambda: zipped({DESCRIPTOR: bytes(2**26)}),
}
"""Archives whose list of members alone shows that they are unsafe."""
BAD: dict[str, Callable[[], bytes]] = {
    **UNPACKED,
    "text": lambda: b"not a zip\n",
    "zip of something else": lambda: zipped({"readme.txt": b"hello"}),
    "archive without its first half": lambda: zipped(MEMBERS)[len(zipped(MEMBERS)) // 2 :],
    "garbage for a deflated member": lambda: patched(zipped(MEMBERS, zipfile.ZIP_STORED), TABLE, 8, 10, b"\x08\0"),
    "unknown compression": lambda: patched(zipped(MEMBERS), TABLE, 8, 10, b"\x63\0"),
    "encrypted member": lambda: patched(zipped(MEMBERS), TABLE, 6, 8, b"\x01\0"),
    "member twice": lambda: zipped(MEMBERS, more={TABLE: b""}),
    "bomb of a small size": lambda: patched(zipped({DESCRIPTOR: bytes(2**26)}), DESCRIPTOR, 22, 24, b"\0\4\0\0"),
    "table smaller than its header says": lambda: patched(zipped(MEMBERS), TABLE, 22, 24, b"\x64\0\0\0"),
    "table of the machine": lambda: zipped(
        json_with(DESCRIPTOR, lambda d: d["resources"][0].update(path="/etc/hosts"))
    ),
    "no tables": lambda: zipped(json_with(DESCRIPTOR, lambda d: d.pop("resources"))),
    "version as a number": lambda: zipped(json_with(DESCRIPTOR, lambda d: d.update(version=1.0))),
    "descriptor with a key twice": lambda: zipped({**MEMBERS, DESCRIPTOR: b'{"name": "a", "name": "b"}'}),
    "number of a million digits": lambda: zipped({**MEMBERS, DESCRIPTOR: b'{"name": ' + b"1" * 10**6 + b"}"}),
    "schema without columns": lambda: zipped(json_with(SCHEMA, lambda schema: schema.pop("fields"))),
    "key that is not a column": lambda: zipped(json_with(SCHEMA, lambda schema: schema.update(primaryKey=["id"]))),
    "table of NUL": lambda: zipped({**MEMBERS, TABLE: bytes(100)}),
    "table with ragged rows": lambda: zipped({**MEMBERS, TABLE: MEMBERS[TABLE] + b"a,b\n" + b"," * 99 + b"\n"}),
}


@pytest.fixture(scope="session")
def original() -> Snapshot:
    return take_snapshot(open_package(ROOT))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the current one and the one for temporary files too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("what", BAD)
def test_bad_archive_is_refused_in_one_line_and_nothing_is_written(what: str, place: Path) -> None:
    (place / "bad.zip").write_bytes(BAD[what]())
    before, start = everything(place), time.monotonic()
    refusal = one_line(run("diff", "bad.zip", str(ROOT)))
    assert refusal.startswith(("shegong: bad.zip: ", "shegong: bad.zip/"))
    assert what not in UNPACKED or refusal.endswith("; nothing was unpacked\n")
    assert time.monotonic() - start < REFUSAL_SECONDS
    assert everything(place) == before


def test_many_members_that_are_too_much_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shegong.package.files.MAX_UNPACKED_BYTES", 3 * 1024**2)
    noise = random.Random(0).randbytes(1024**2)
    with pytest.raises(PackageError, match=r"^bad\.zip: unpacks to 4,194,304 bytes, .*; nothing was unpacked$"):
        open_archive("bad.zip", zipped({f"{n}.csv": noise for n in range(4)}, zipfile.ZIP_STORED))


@pytest.mark.slow
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_good_archive_reads_as_its_folder_and_no_flipped_bit_changes_what_is_read(
    method: int, original: Snapshot
) -> None:
    archive, dice = zipped(MEMBERS, method), random.Random(0)
    assert take_snapshot(open_packed("good.zip", archive)).table_bytes == original.table_bytes
    refusals = []
    for at in dice.sample(range(len(archive)), 40):
        try:
            bad = archive[:at] + bytes([archive[at] ^ 1]) + archive[at + 1 :]
            assert take_snapshot(open_packed("bad.zip", bad)).table_bytes == original.table_bytes
        except PackageError as error:
            refusals.append(str(error))
    assert len(refusals) > 20
    assert all(line.startswith(("bad.zip: ", "bad.zip/")) for line in refusals)


def test_cut_anywhere_is_refused() -> None:
    archive, dice = zipped(MEMBERS), random.Random(0)
    for length in dice.sample(range(len(archive)), 40):
        with pytest.raises(PackageError, match=r"^bad\.zip[:/]"):
            open_archive("bad.zip", archive[:length])


# Folders and revisions


@pytest.mark.parametrize("where", ["no-such-revision", "no-such.zip", "-x", "--output=evil", "HEAD:nothing", "^HEAD"])
def test_what_is_nowhere_is_refused(where: str, place: Path) -> None:
    refusal = one_line(run("diff", "--package", str(ROOT), "--", where))
    assert refusal.startswith(f"shegong: {where}: ")
    assert everything(place) == {}


def test_revision_without_git_or_outside_a_repository_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(place.parent))
    with pytest.raises(PackageError, match="not a git repository"):
        open_files("HEAD", place)
    monkeypatch.setenv("PATH", str(place))
    with pytest.raises(PackageError, match="git is not installed"):
        open_files("HEAD", ROOT)


@pytest.mark.parametrize("target", ["../../outside.csv", "nothing.csv", "regions.csv"])
def test_folder_whose_table_is_a_link_out_of_it_or_to_itself_is_refused(target: str, copy: PackageCopy) -> None:
    (copy.root.parent / "outside.csv").write_text("region_id\n")
    (copy.root / "data/regions.csv").unlink()
    (copy.root / "data/regions.csv").symlink_to(target)
    with pytest.raises(PackageError, match=r"data/regions\.csv"):
        take_snapshot(open_any(str(copy.root), ROOT))


# The archive of a release


def test_canonical_archive_has_each_file_stored_in_order_and_undated() -> None:
    names = random.Random(0).sample(FILES, len(FILES))
    archive = canonical_zip({name: MEMBERS[name] for name in names})
    assert archive == canonical_zip(MEMBERS)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        members = opened.infolist()
        assert {name: opened.read(name) for name in FILES} == MEMBERS
    assert [member.filename for member in members] == sorted(MEMBERS)
    assert {(m.compress_type, m.date_time, m.external_attr >> 16, m.extra) for m in members} == {
        (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0), 0o644, b"")
    }


def test_sums_are_read_as_they_were_written_and_no_other_line_has_a_digest() -> None:
    files = {"a.csv": b"", "data/b c.csv": b"b\n", "表.csv": "社工\n".encode(), "x  y.csv": b"two spaces"}
    expected = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert list(parse_sums(sums(files)).items()) == sorted(expected.items())
    for other in (b"no digest\n", b"\n", b"\xff\xfe\0\x01\n"):
        assert set(parse_sums(other).values()) == {""}


@pytest.mark.slow
def test_archive_of_a_release_has_the_hash_of_each_file_and_frictionless_validates_it(tmp_path: Path) -> None:
    files = package_files(open_package(ROOT))
    assert {name: files[name] for name in FILES} == MEMBERS
    assert parse_sums(files[SUMS]) == {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n != SUMS}
    (tmp_path / "shegong.zip").write_bytes(canonical_zip(files))
    report = frictionless.Package(str(tmp_path / "shegong.zip")).validate()
    assert (report.valid, len(report.tasks)) == (True, len(open_package(ROOT).resources))
