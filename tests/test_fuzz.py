"""Any bytes, and real files with a few bytes or values changed: findings or one line, and never a traceback."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shegong.checks.relations import run_queries as relations
from shegong.curation.workspace.spreadsheet import read_work
from shegong.database.load import connect_package
from shegong.database.query import run_query, show
from shegong.diff.snapshot import take_snapshot
from shegong.errors import PackageError
from shegong.package.package import Package, open_packed
from tests.commands import run
from tests.conftest import ROOT, PackageCopy
from tests.curation.small import Small
from tests.test_archives import MEMBERS, zipped

pytestmark = pytest.mark.slow
PAGE = "<html><head><meta charset=utf-8><title>社工站</title></head><body><p>截至2020年，建成社工站60余家。</p></body></html>"
PIECES = [b"\xff", b"\0", b"\r", b"\n\n", b'"', b",,", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"[" * 100_000, b'{"a":' * 3000, b"9" * 5000, b"NaN", b"<", b"&#x110000;", b"endobj", b"=1+1"]  # fmt: skip
QUERIES = relations.queries
VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=4)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> PackageCopy:
    return PackageCopy(tmp_path_factory.mktemp("fuzzed"))


@st.composite
def spoilt(draw: st.DrawFn, content: bytes) -> bytes:
    """A real file in which a few runs of bytes are replaced; or any bytes at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary())
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        content = content[:start] + draw(st.sampled_from(PIECES) | st.binary(max_size=20)) + content[end:]
    return content


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value: what contains it, and its key."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [place for key in keys for place in [(value, key), *places(value[key])]]


@contextmanager
def replaced(path: Path, content: bytes) -> Iterator[None]:
    """Give a file other bytes for a while."""
    good = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(good)


def check_with(copy: PackageCopy, file: str, content: bytes, *words: str) -> None:
    """Check, query or compare the package with other bytes in a file."""
    with replaced(copy.root / file, content), pytest.MonkeyPatch.context() as patch:
        patch.setattr(relations, "queries", lambda package: QUERIES(package)[::10])
        for command in (("check", "--format", "json"), words):
            assert run(command[0], "--package", copy.root, *command[1:]).exit_code in (0, 1, 2)


def refuses_at_most(ask: Callable[[], object]) -> None:
    with suppress(PackageError):
        ask()


@given(st.data())
def test_json_of_a_package(copy: PackageCopy, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(["datapackage.json", "schemas/observations.json", "schemas/metrics.json"]))
    content = json.loads((ROOT / file).read_bytes())
    holder, key = data.draw(st.sampled_from(places(content)))
    holder[key] = data.draw(VALUES)
    check_with(copy, file, json.dumps(content).encode(), "diff", str(copy.root))
    check_with(copy, file, data.draw(spoilt((ROOT / file).read_bytes())), "query", "FROM regions")


@given(st.data())
def test_tables_of_a_package(copy: PackageCopy, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(["data/observations.csv", "data/regions.csv", "data/mentions.csv"]))
    check_with(copy, file, data.draw(spoilt((ROOT / file).read_bytes())), "query", "FROM latest_observations")


@given(st.data())
def test_archives(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(MEMBERS)))
    inside = zipped({**MEMBERS, name: data.draw(spoilt(MEMBERS[name]))}, data.draw(st.sampled_from([0, 8, 12, 14])))
    for archive in (inside, data.draw(spoilt(zipped(MEMBERS)))):
        refuses_at_most(lambda archive=archive: take_snapshot(open_packed("fuzzed", archive)))


def pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    page = Canvas(out, pageCompression=0)
    page.drawString(72, 720, "In 2020 there were 60 stations.")
    page.save()
    return out.getvalue()


DOCUMENTS = {
    "a.html": PAGE.encode(),
    "b.html": PAGE.encode("gb18030"),
    "a.txt": "全市共有60余家。\n".encode(),
    "a.pdf": pdf(),
}


@pytest.mark.parametrize("name", DOCUMENTS)
@given(data=st.data())
def test_documents_to_take_in(copy: PackageCopy, tmp_path_factory, name: str, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("document")
    (folder / name).write_bytes(data.draw(spoilt(DOCUMENTS[name])))
    words = ("ingest", "--package", copy.root, "--work", folder / "work", folder / name)
    assert run(*words).exit_code in (0, 1, 2)


@pytest.fixture(scope="module")
def work(copy: PackageCopy, tmp_path_factory: pytest.TempPathFactory) -> Small:
    return Small(tmp_path_factory.mktemp("work") / "small-page", copy.package)


@given(st.data())
def test_files_of_a_work_folder(work: Small, copy: PackageCopy, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(work.path.glob("*.csv"))))
    with replaced(path, data.draw(spoilt(path.read_bytes()))):
        refuses_at_most(lambda: read_work(work.path, copy.package.schemas))


SQL = st.sampled_from(["SELECT", "FROM", "WHERE", "(", ")", "*", ",", ";", "'", '"', "--", "observations", "value", "1", "\x00", "🀄"])  # fmt: skip


@pytest.fixture(scope="module")
def opened(package: Package) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect_package(package) as connection:
        yield connection


@given(st.text() | st.lists(SQL).map(" ".join))
def test_questions(opened: duckdb.DuckDBPyConnection, sql: str) -> None:
    refuses_at_most(lambda: show(run_query(opened, sql), "json", 5))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("database") / "a.duckdb"
    with duckdb.connect(str(path), config={"storage_compatibility_version": "v1.2.0"}) as connection:
        connection.execute("CREATE TABLE regions AS SELECT i AS region_id, 'x' AS name FROM range(500) t(i)")
    return path.read_bytes()


@settings(max_examples=10)
@given(st.data())
def test_database_files(database: bytes, tmp_path_factory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("database") / "fuzzed.duckdb"
    cut = st.integers(0, len(database) - 1).map(lambda at: database[:at])
    path.write_bytes(data.draw(st.binary(max_size=4096) | cut))
    assert run("query", "--database", path, "FROM regions").exit_code in (0, 2)
    assert run("verify", path).exit_code in (1, 2)
