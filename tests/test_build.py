"""What `build` makes: the same bytes each time, readable by old engines, whole after any failure."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from unittest.mock import Mock

import duckdb
import openpyxl
import pytest
from pyarrow.parquet import read_metadata

import shegong.outputs.build
import shegong.outputs.worksheet
from shegong.citation.cite import cite_package
from shegong.errors import PackageError
from shegong.outputs.build import build_package
from shegong.package.lock import exclusive_lock
from shegong.package.package import Package
from tests.commands import everything
from tests.conftest import ROOT, PackageCopy
from tests.test_readers import plain

OLDEST = ROOT / "tests/oldest-duckdb.lock"


@pytest.fixture(scope="module")
def built(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("dist")
    build_package(package, output)
    return output


@pytest.fixture(scope="module")
def database(built: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(built / "shegong.duckdb"), read_only=True)


def test_database_that_differs_from_its_stamp_is_refused(copy: PackageCopy, tmp_path: Path) -> None:
    copy.edit_cell("observations", "obs-0001", "note", "Another note.")
    with pytest.raises(PackageError, match="observations"):
        build_package(copy.package, tmp_path / "dist")


def test_keys_are_declared_and_code_lists_are_a_table(package: Package, database: duckdb.DuckDBPyConnection) -> None:
    found = dict(database.execute("SELECT constraint_type, count(*) FROM duckdb_constraints() GROUP BY ALL").fetchall())
    foreign = sum(key.table != name for name, schema in package.schemas.items() for key in schema.foreign_keys)
    assert (found["PRIMARY KEY"], found["FOREIGN KEY"]) == (len(package.schemas), foreign)
    codes = [code for schema in package.schemas.values() for field in schema.fields for code in field.categories]
    assert database.execute("SELECT count(*) FROM code_lists").fetchone() == (len(codes),)


@pytest.mark.slow
def test_oldest_duckdb_reads_the_database(built: Path, tmp_path: Path) -> None:
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
    subprocess.run([*install, "--target", str(tmp_path), "--requirement", str(OLDEST)], check=True)
    views = "observations_labelled", "series", "latest_observations", "timeline", "region_paths", "evidence", "coverage"
    code = f"import duckdb; con = duckdb.connect({str(built / 'shegong.duckdb')!r}, read_only=True); "
    code += f"print(duckdb.__version__, *[con.table(view).count('*').fetchone()[0] for view in {views}])"
    world = {**os.environ, "PYTHONPATH": str(tmp_path)}
    answer = subprocess.run([sys.executable, "-c", code], env=world, capture_output=True, text=True, check=True)
    version, *counts = answer.stdout.split()
    assert version == "1.2.0"
    assert all(int(count) > 0 for count in counts)


def test_parquet_holds_the_rows_of_the_tables(
    package: Package, built: Path, database: duckdb.DuckDBPyConnection
) -> None:
    for name, schema in package.schemas.items():
        rows = duckdb.sql(f"SELECT * FROM '{built}/parquet/{name}.parquet'").fetchall()
        assert rows == database.execute(f"FROM {name} ORDER BY {schema.primary_key[0]}").fetchall()


def test_parquet_says_what_it_is(package: Package, built: Path) -> None:
    paths = sorted((built / "parquet").glob("*.parquet"))
    assert {path.stem for path in paths} == {*package.schemas, "code_lists", "package"}
    for path in paths:
        found = {key.decode(): value.decode() for key, value in read_metadata(path).metadata.items()}
        assert found["version"] == package.version
        assert found["licence"] == "CC-BY-4.0, https://creativecommons.org/licenses/by/4.0/"
        assert found["title"].endswith(f"; {package.descriptor['title']}")
        assert found["source"].startswith(f"shegong {package.version}, ")
    regions = next(table for table in package.resources if table.name == "regions")
    found = read_metadata(built / "parquet/regions.parquet").metadata[b"source"].decode()
    assert found == f"shegong {package.version}, data/regions.csv ({regions.hash})"


@pytest.fixture(scope="module")
def book(built: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(built / "shegong.xlsx")


def test_workbook_has_a_sheet_for_every_table_as_pandas_reads_and_a_printer_fits_it(
    package: Package, book: openpyxl.Workbook
) -> None:
    tables = [name for name in package.schemas if name != "observations"]
    assert book.sheetnames == ["readme", "series", "observations", *tables, "code_lists", "chart"]
    for sheet in book.worksheets[1:]:
        names = [cell.value for cell in sheet[1]]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in names)
        assert all(re.search("[\u4e00-\u9fff]", cell.comment.text) for cell in sheet[1])
        assert sheet.freeze_panes.endswith("2")
        assert sheet.auto_filter.ref == f"A1:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
        assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
        assert "&A" in str(sheet.oddFooter.center.text)
    assert book["series"].print_area == f"'series'!$C$1:$N${book['series'].max_row}"
    for name in tables:
        assert [cell.value for cell in book[name][1]] == list(package.schemas[name].columns)
    title = package.schemas["regions"].fields[0].title_zh
    assert title in book["regions"]["A1"].comment.text


@pytest.mark.parametrize("name", ["series", "observations"])
def test_sheet_has_names_in_both_languages_and_types(
    book: openpyxl.Workbook, database: duckdb.DuckDBPyConnection, name: str
) -> None:
    names, *rows = ([cell.value for cell in row] for row in book[name].iter_rows())
    view = {"series": "series", "observations": "observations_labelled"}[name]
    columns = [column for column in names if column in database.sql(f"FROM {view}").columns]
    assert {"region_id", "region_en", "region_zh", "metric_en", "metric_zh", "unit", "value"} < {*columns}
    expected = database.execute(f"SELECT {', '.join(columns)} FROM {view} ORDER BY observation_id").fetchall()
    key = names.index("observation_id")
    found = [[row[names.index(column)] for column in columns] for row in sorted(rows, key=lambda row: row[key])]
    assert [[plain(value) for value in row] for row in found] == [list(row) for row in expected]
    labels = {row[names.index("unit")]: row[names.index("unit_zh")] for row in rows}
    assert (labels["person"], labels["percent"]) == ("人", "%")
    assert all(row[names.index("kind_zh")] for row in rows)


def test_first_sheet_says_what_this_is_and_where_the_rest_is(package: Package, book: openpyxl.Workbook) -> None:
    sheet = book["readme"]
    about = {row[0].value: row[1].value for row in sheet.iter_rows(max_col=2)}
    assert sheet["A1"].value == package.descriptor["title"]
    assert about["version 版本"] == f"{package.version} ({package.descriptor['created'][:10]})"
    assert about["how to cite 引用"] == cite_package(package, "text")
    figures, sources = (package.path(name).read_bytes().count(b"\n") - 1 for name in ("observations", "sources"))
    assert about["how much 数量"].startswith(f"{figures:,} figures of ")
    assert f", from {sources} sources; " in about["how much 数量"]
    links = {cell.value: cell.hyperlink.location for cell in sheet["A"] if cell.hyperlink}
    assert links == {name: f"'{name}'!A1" for name in book.sheetnames[1:]}


def test_first_sheet_has_a_chart_of_the_cells_of_the_workbook(
    built: Path, book: openpyxl.Workbook, database: duckdb.DuckDBPyConnection
) -> None:
    with zipfile.ZipFile(built / "shegong.xlsx") as archive:
        assert not [name for name in archive.namelist() if name.startswith("xl/media")]
        (chart,) = (archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart"))
        assert "chart1.xml" in archive.read("xl/drawings/_rels/drawing1.xml.rels").decode()
    assert "dispBlanksAs" not in chart  # the default: a gap
    assert {*re.findall(r"<c:f>(\w+)!", chart)} == {"chart"}
    names, *rows = ([cell.value for cell in row] for row in book["chart"].iter_rows())
    drawn = {int(row[0]): row[1] for row in rows}
    query = "SELECT year, value FROM series WHERE region_id = 'CN' AND metric_id = 'licensed_social_workers' AND grade = 'all'"
    figures = dict(database.execute(query).fetchall())
    assert {year: value for year, value in drawn.items() if value is not None} == figures
    assert [*drawn] == [*range(min(figures), max(figures) + 1)]
    marks = [name for name in names if name.endswith("dated")]
    for row in rows:  # each figure has one mark, and a year without a figure none
        assert [row[names.index(name)] for name in marks if row[names.index(name)]] == [row[1]] * (row[1] is not None)


def test_workbook_links_rows_to_their_source_and_holds_no_formula(book: openpyxl.Workbook) -> None:
    for name in ("series", "observations"):
        cell = next(row for row in book[name].iter_cols(min_row=1, max_row=2) if row[0].value == "source_id")[1]
        row = int(cell.hyperlink.location.rpartition("A")[2])
        assert book["sources"].cell(row, 1).value == cell.value
    assert not [c.coordinate for s in book for line in s.iter_rows() for c in line if c.data_type == "f"]


def cells_of(path: Path, sheet: str) -> dict[str, dict[str, openpyxl.cell.Cell]]:
    """The cells of a sheet by key and column."""
    head, *rows = openpyxl.load_workbook(path)[sheet].iter_rows()
    return {row[0].value: {name.value: cell for name, cell in zip(head, row, strict=True)} for row in rows}


SOURCE = "zhenjiang-licensed-2020"
LONGEST_NOTE, LONGEST_URL = 32_767, 2_079


def build_with(copy: PackageCopy, output: Path, **cells: str) -> list[str]:
    """Build the package with other cells in the row of a source; return what `build` prints."""
    for column, cell in cells.items():
        copy.edit_cell("sources", SOURCE, column, cell)
    copy.stamp()
    return build_package(copy.package, output)


@pytest.mark.slow
def test_workbook_keeps_the_longest_cells_and_links_that_excel_holds(copy: PackageCopy, tmp_path: Path) -> None:
    url = "https://example.org/".ljust(LONGEST_URL, "a")
    assert len(build_with(copy, tmp_path, note="n" * LONGEST_NOTE, url=url)) == 3
    cells = cells_of(tmp_path / "shegong.xlsx", "sources")
    assert cells[SOURCE]["note"].value == "n" * LONGEST_NOTE
    linked = {row["url"].value: row["url"].hyperlink.target for row in cells.values() if row["url"].hyperlink}
    assert linked == {row["url"]: row["url"] for row in copy.rows("sources") if row["url"]}
    assert url in linked


@pytest.mark.slow
@pytest.mark.parametrize("note", ["n" * (LONGEST_NOTE + 1), "𠮷" * (LONGEST_NOTE // 2 + 1)], ids=["letters", "wide"])
def test_cell_that_excel_would_cut_leaves_no_workbook_and_is_reported(
    copy: PackageCopy, tmp_path: Path, note: str
) -> None:
    why = "no workbook: sources: note of zhenjiang-licensed-2020 has 32,768 characters, and Excel allows 32,767"
    assert build_with(copy, tmp_path, note=note)[-1] == why
    assert not (tmp_path / "shegong.xlsx").exists()
    assert (tmp_path / "shegong.duckdb").exists()


@pytest.mark.slow
@pytest.mark.parametrize("start", ["https://example.org/", "https://example.org/#"])
def test_address_too_long_for_a_link_is_text_and_is_reported(copy: PackageCopy, tmp_path: Path, start: str) -> None:
    url = start.ljust(LONGEST_URL + 1, "a")
    note = "sheet sources has no links for addresses over 2,079 characters (1): the text is there"
    assert build_with(copy, tmp_path, url=url)[-1] == note
    cell = cells_of(tmp_path / "shegong.xlsx", "sources")[SOURCE]["url"]
    assert (cell.value, cell.hyperlink) == (url, None)


@pytest.mark.slow
def test_more_links_than_excel_holds_are_text_and_are_reported(
    copy: PackageCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.edit_cell("sources", SOURCE, "url", "https://example.org/1")
    copy.stamp()
    sources = copy.rows("sources")
    every = {"document_id", "publisher_id", "url"}
    links = sum(bool(row[name]) for row in sources for name in every)
    for most, linked in ((links, every), (links - 1, {"url"}), (0, set())):
        monkeypatch.setattr(shegong.outputs.worksheet, "MAX_LINKS", most)
        notes = [line for line in build_package(copy.package, tmp_path) if line.startswith("sheet sources")]
        cells = cells_of(tmp_path / "shegong.xlsx", "sources")
        assert {name for row in cells.values() for name, cell in row.items() if cell.hyperlink} == linked
        assert [row["document_id"].value or "" for row in cells.values()] == [row["document_id"] for row in sources]
        assert cells[SOURCE]["url"].value == "https://example.org/1"
        assert len(notes) == (len(linked) < 2)


@pytest.mark.slow
def test_number_and_day_that_excel_would_change_are_text(copy: PackageCopy, tmp_path: Path) -> None:
    copy.edit_cell("documents", "xiuzhou-repost", "bytes", "123456789012345678")
    build_with(copy, tmp_path, published_from="1899-12-31")
    assert cells_of(tmp_path / "shegong.xlsx", "documents")["xiuzhou-repost"]["bytes"].value == "123456789012345678"
    assert cells_of(tmp_path / "shegong.xlsx", "sources")[SOURCE]["published_from"].value == "1899-12-31"


@pytest.mark.slow
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_build_that_fails_leaves_the_previous_outputs(
    package: Package, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    before = everything(tmp_path)
    monkeypatch.setattr(shegong.outputs.build, "build_workbook", Mock(side_effect=error))
    with pytest.raises((KeyboardInterrupt, PackageError), match=r"^$|not built"):
        build_package(package, tmp_path)
    assert everything(tmp_path) == before


def test_second_build_at_once_says_so(package: Package, tmp_path: Path) -> None:
    with exclusive_lock(tmp_path, "a test"), pytest.raises(PackageError, match="another build"):
        build_package(package, tmp_path)


@pytest.mark.slow
def test_a_large_build_leaves_out_keys_and_workbook_and_says_so(
    package: Package, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shegong.outputs.build, "LARGE_ROWS", 100)
    assert "no keys in the database" in build_package(package, tmp_path)[-1]
    assert not (tmp_path / "shegong.xlsx").exists()
    with duckdb.connect(str(tmp_path / "shegong.duckdb"), read_only=True) as large:
        assert large.execute("SELECT * FROM duckdb_constraints() WHERE constraint_type LIKE '% KEY'").fetchall() == []
        assert large.execute("SELECT * FROM duckdb_tables() WHERE comment IS NULL").fetchall() == []
        with duckdb.connect(str(built / "shegong.duckdb"), read_only=True) as small:
            assert large.execute("FROM coverage").fetchall() == small.execute("FROM coverage").fetchall()
    for path in (built / "parquet").iterdir():
        assert (tmp_path / "parquet" / path.name).read_bytes() == path.read_bytes()
