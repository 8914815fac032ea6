"""The work folder: what editors and spreadsheets do to it, what nonsense does to it, and how it is made."""

from __future__ import annotations

import csv
import io
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from shegong.curation.workspace.decisions import DERIVED
from shegong.curation.workspace.open_work import open_work
from shegong.curation.workspace.progress import Progress, progress_of
from shegong.curation.workspace.spreadsheet import read_work, write_work
from shegong.package.package import Package
from tests.commands import everything, one_line, run
from tests.conftest import ROOT, PackageCopy
from tests.curation.small import KEY, PAGE_KEY, TEXT, Small, SmallPage
from tests.test_extract import PAGE as HTML_PAGE

PAGE = ROOT / "examples/curation/invented-page.txt"
METRIC = {
    "decision": "yes", "metric_id": "night_shifts", "name_en": "Night shifts", "name_zh": "夜班",
    "definition_en": "Shifts at night.", "definition_zh": "夜间值班。", "unit": "person_time", "kind": "flow",
    "topic": "services", "is_graded": "false",
    "value_min": "0", "value_max": "", "is_integer": "true", "context": "",
    "proposal": "",
}  # fmt: skip


@pytest.fixture
def small(tmp_path: Path, package: Package) -> Small:
    return Small(tmp_path / KEY, package)


def rewritten(small: Small, delimiter: str, change: Callable[[str, str], str], ends: str = "\r\n") -> None:
    """Save every table as a program does that writes its own CSV: `change` sees each column and cell."""
    for table in small.schemas:
        rows = list(csv.reader(io.StringIO(small.file(table).read_bytes().decode("utf-8-sig"), newline="")))
        content = io.StringIO()
        writer = csv.writer(content, delimiter=delimiter, lineterminator=ends)
        writer.writerow(rows[0])
        writer.writerows([change(*pair) for pair in zip(rows[0], row, strict=True)] for row in rows[1:])
        writer.writerows([[""] * len(rows[0]), ["", " "]])
        small.file(table).write_bytes(content.getvalue().encode("utf-8-sig"))


def as_spreadsheet(column: str, cell: str) -> str:
    """A cell as spreadsheets give it back."""
    if column in ("is_integer", "is_graded"):
        return cell.upper()
    if column.startswith("date_") and cell.count("-") == 2:
        year, month, day = cell.split("-")
        return f"{year}/{int(month)}/{int(day)}"
    if column == "text" and cell == "2023":
        return "1905-07-15"
    if column == "text" and cell == "38":
        return "38.00"
    return f"\u00a0{cell} " if column in ("kind", "region_id", "note", "decision") else cell


def test_what_is_written_is_read_again_and_written_the_same(small: Small) -> None:
    before = everything(small.path)
    work = read_work(small.path, small.package.schemas)
    assert work.text == TEXT
    assert work.document.cells["characters"] == str(len(TEXT))
    assert [work.place(row) for row in work.of("observations")] == [f"{small.file('observations')}:{n}" for n in (2, 3)]
    write_work(work)
    assert everything(small.path) == before


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_spreadsheet_does_no_harm(small: Small, delimiter: str) -> None:
    small.write("metrics", [METRIC])
    for words, text in (("38名", "38"), ("2023年5月", "2023")):
        key = small.mention(words, "value" if words == "38名" else "date")
        end = int(small.row("mentions", key)["char_start"]) + len(text)
        small.set("mentions", key, text=text, char_end=str(end))
    before = read_work(small.path, small.package.schemas).drafts
    rewritten(small, delimiter, as_spreadsheet)
    assert b"\r\n" in small.file("mentions").read_bytes()
    assert read_work(small.path, small.package.schemas).drafts == before


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_editor_does_no_harm(small: Small, mark: bytes, ends: str) -> None:
    before = read_work(small.path, small.package.schemas).drafts
    for table in small.schemas:
        text = small.file(table).read_bytes().decode("utf-8-sig").rstrip("\n").replace("\n", ends)
        small.file(table).write_bytes(mark + text.encode())
    assert read_work(small.path, small.package.schemas).drafts == before


def test_words_of_decisions_may_be_capitals_and_blank_lines_count(small: Small) -> None:
    place = small.set("observations", "new-obs-2", decision=" YES ", note="一行，有逗号")
    assert place.endswith(":3")
    small.edit("observations", lambda data: data.replace(b"\nyes,new-obs-1", b"\n\n\nyes,new-obs-1"))
    work = read_work(small.path, small.package.schemas)
    assert [work.place(row).rpartition(":")[2] for row in work.of("observations")] == ["4", "5"]
    assert {work.decision(row) for row in work.of("observations")} == {"yes"}


def swapped(data: bytes) -> bytes:
    return data.replace(b"region_id,metric_id", b"metric_id,region_id")


NONSENSE: dict[str, tuple[Callable[[Small], object], tuple[str, ...]]] = {
    "file gone": (lambda s: s.file("programmes").unlink(), ("programmes.csv: file not found", "Restore it")),
    "header changed": (lambda s: s.edit("observations", lambda d: d.replace(b"metric_id", b"measure")), ("observations.csv:1:", "measure, metric_id are missing or unknown")),
    "columns swapped": (lambda s: s.edit("observations", swapped), ("observations.csv:1:", "in another order")),
    "empty file": (lambda s: s.file("regions").write_bytes(b""), ("regions.csv:1:", "are missing or unknown, expected the header")),
    "cell too few": (lambda s: s.edit("mentions", lambda d: d.replace(b"yes,new-mn-10,", b"yes,")), ("mentions.csv:11:", "found 16 cells, expected 17", "commas")),
    "cell too many": (lambda s: s.edit("mentions", lambda d: d.replace(b"yes,new-mn-10,", b"yes,,new-mn-10,")), ("mentions.csv:11:", "found 18 cells, expected 17", "commas")),
    "decision maybe": (lambda s: s.set("observations", "new-obs-2", decision="maybe"), ("observations.csv:3:decision:", "'maybe'", "expected yes, no or nothing")),
    "key twice": (lambda s: s.set("observations", "new-obs-2", observation_id="new-obs-1"), ("observations.csv:2:", "'new-obs-1' is used more than once")),
    "key empty": (lambda s: s.set("observations", "new-obs-2", observation_id=""), ("observations.csv:3:observation_id:", "the key is missing", "new-obs-1")),
    "no UTF-8": (lambda s: s.file("organizations").write_bytes(s.file("organizations").read_bytes().decode().encode("gb18030")), ("organizations.csv:1:", "is not valid UTF-8", "Save the file as CSV UTF-8")),
    "no UTF-8 later": (lambda s: s.edit("observations", lambda d: d.replace("600余名".encode(), "600余名".encode("gb18030"))), ("observations.csv:3:", "is not valid UTF-8")),
    "UTF-16": (lambda s: s.file("regions").write_bytes(s.file("regions").read_bytes().decode("utf-8-sig").encode("utf-16")), ("regions.csv:1:", "0xFF is not valid UTF-8")),
    "quote open": (lambda s: s.edit("observations", lambda d: d.replace(b"yes,new-obs-2", b'yes,"new-obs-2')), ("observations.csv:3:", "is not valid CSV", "Close the quote")),
    "quote inside": (lambda s: s.edit("observations", lambda d: d.replace(b"yes,new-obs-2", b'yes,"new"-obs-2')), ("observations.csv:3:", "is not valid CSV", "Close the quote")),
    "cell of a megabyte": (lambda s: s.set("observations", "new-obs-2", note="词" * 120_000), ("observations.csv:3:", "exceeds the limit of 100,000 characters")),
    "text changed": (lambda s: (s.path / f"{KEY}.txt").write_text(TEXT + "。", "utf-8"), (f"{KEY}.txt: found SHA-256", "Restore the text")),
    "text with other line ends": (lambda s: (s.path / f"{KEY}.txt").write_bytes(TEXT.replace("\n", "\r\n").encode()), (f"{KEY}.txt: found SHA-256",)),
    "text of another encoding": (lambda s: (s.path / f"{KEY}.txt").write_bytes(TEXT.encode("gb18030")), (f"{KEY}.txt:1: byte", "is not valid UTF-8")),
    "text gone": (lambda s: (s.path / f"{KEY}.txt").unlink(), (f"{KEY}.txt: file not found", "Restore it")),
    "no name of the text": (lambda s: s.set("documents", KEY, file_name=""), ("cannot be read",)),
    "name of the text is a folder": (lambda s: s.set("documents", KEY, file_name="../.."), ("cannot be read",)),
    "two documents": (lambda s: s.write("documents", [*s.rows("documents"), s.rows("documents")[0] | {"document_id": "b"}]), ("documents.csv", "found 2 rows, expected exactly one")),
    "no document": (lambda s: s.write("documents", []), ("documents.csv", "found 0 rows, expected exactly one, because rows refer to a document")),
    "no work folder": (lambda s: shutil.rmtree(s.path), ("is not a work folder", "shegong ingest")),
    "number shortened": (lambda s: s.set("regions", "520527", region_id="3.20582E+11"), ("regions.csv:4:region_id:", "'3.20582E+11'", "Write all digits")),
    "a folder in place of a table": (lambda s: (s.file("regions").unlink(), s.file("regions").mkdir()), ("regions.csv: cannot be read",)),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "said"), NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_one_clear_line_and_nothing_is_lost(small: Small, damage, said: tuple[str, ...]) -> None:
    damage(small)
    before = everything(small.path.parent)
    line = one_line(run("compare", "--package", ROOT, small.path, small.path))
    assert all(words in line for words in said), line
    assert everything(small.path.parent) == before


@pytest.mark.parametrize("name", ["decision maybe", "text gone"])
def test_every_command_of_the_workshop_says_it(copy: PackageCopy, name: str) -> None:
    small, other = (Small(copy.root / "work" / name, copy.package) for name in ("a", "b"))
    damage, said = NONSENSE[name]
    damage(small)
    before = everything(copy.root)
    for words in (("review", small.path), ("accept", small.path), ("compare", small.path, other.path), ("compare", other.path, small.path)):  # fmt: skip
        line = one_line(run(words[0], "--package", copy.root, *words[1:], input="aaa"))
        assert all(part in line for part in said)
    assert everything(copy.root) == before


@pytest.mark.parametrize("command", ["compare", pytest.param("review", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("table", "key", "cells"),
    [
        pytest.param("mentions", "new-mn-8", {"char_start": "ab"}, id="letters"),
        pytest.param("mentions", "new-mn-8", {"char_end": "42.0"}, id="fraction"),
        pytest.param("mentions", "new-mn-8", {"char_start": "9" * 5000}, id="digits"),
        pytest.param("mentions", "new-mn-8", {"char_start": "", "char_end": ""}, id="empty"),
        pytest.param("mentions", "new-mn-8", {"char_start": "-4"}, id="negative"),
        pytest.param("mentions", "new-mn-8", {"char_start": "900", "char_end": "903"}, id="beyond"),
        pytest.param("mentions", "new-mn-8", {"char_end": "1"}, id="backwards"),
        pytest.param("sources", KEY, {"char_start": "ab"}, id="source"),
        pytest.param("documents", KEY, {"file_name": "a\0b.txt"}, id="NUL"),
        pytest.param("observations", "new-obs-1", {"region_id": "mars"}, id="place"),
        pytest.param("regions", "520500", {"parent_id": "520500"}, id="own parent"),
    ],
)  # fmt: skip
def test_nonsense_in_cells_is_no_traceback(tmp_path, small: Small, command: str, table, key, cells) -> None:
    other = Small(tmp_path / "other", small.package)
    small.set(table, key, **cells)
    before = everything(tmp_path)
    words = [small.path, other.path] if command == "compare" else [small.path]
    result = run(command, "--package", ROOT, *words, input="q")
    assert result.exit_code in (0, 1) or one_line(result)
    assert everything(tmp_path) == before


@pytest.mark.slow
@pytest.mark.parametrize("command", ["compare", "review", "accept"])
def test_places_that_lie_in_each_other_end(copy: PackageCopy, command: str) -> None:
    small, other = (Small(copy.root / "work" / name, copy.package) for name in ("a", "b"))
    small.set("regions", "520500", parent_id="520527")
    words = [small.path, other.path] if command == "compare" else [small.path]
    call = [sys.executable, "-m", "shegong", command, "--package", str(copy.root), *words]
    done = subprocess.run(call, capture_output=True, text=True, input="q", timeout=30)
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1) or (command == "review" and "needs a terminal" in done.stderr)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["compare", "accept"])
def test_span_with_a_digit_too_many_eats_no_memory(copy: PackageCopy, command: str) -> None:
    small, other = (Small(copy.root / "work" / name, copy.package) for name in ("a", "b"))
    small.set("mentions", "new-mn-8", char_end="45000000000")
    words = [small.path, other.path] if command == "compare" else [small.path]

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (2**30, 2**30))

    call = [sys.executable, "-m", "shegong", command, "--package", copy.root, *words]
    done = subprocess.run(call, capture_output=True, text=True, preexec_fn=bounded, timeout=20)
    assert "Traceback" not in done.stderr, done.stderr[-300:]
    assert done.returncode in (0, 1, 2)


def test_progress_counts_what_is_decided(small: Small, tmp_path: Path) -> None:
    opened = Small(tmp_path / "open", small.package, decision="")
    small.set("observations", "new-obs-1", decision="no")
    small.set("observations", "new-obs-2", decision="")
    progress = [progress_of(read_work(folder.path, small.package.schemas)) for folder in (small, opened)]
    assert progress == [Progress(5, 3, 13, 3, 3), Progress(5, 0, 0, 0, 19)]


def ingest(copy: PackageCopy, file: Path, *words: str | Path) -> Path:
    """The work folder that is made."""
    result = run("ingest", "--package", copy.root, file, *words)
    assert result.exit_code == 0, result.output
    return Path(result.output.splitlines()[-2])


def left_behind(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name.startswith((".ingest", "."))]


def test_document_becomes_a_work_folder_on_which_nothing_is_decided(copy: PackageCopy) -> None:
    before = everything(copy.root)
    folder = ingest(copy, PAGE)
    assert folder == copy.root / "work" / "invented-page"
    work = read_work(folder, copy.package.schemas)
    assert (folder / work.document.cells["file_name"]).read_bytes() == PAGE.read_bytes()
    assert {row.decision for row in work.drafts} == {""}
    assert {path: content for path, content in everything(copy.root).items() if folder not in path.parents} == before
    assert left_behind(copy.root) == []
    for mention in work.of("mentions"):
        cells = mention.cells
        assert work.text[int(cells["char_start"]) : int(cells["char_end"])] == cells["text"]
    again = everything(copy.root)
    line = one_line(run("ingest", "--package", copy.root, PAGE))
    assert f"{folder}: already exists. Continue with `shegong review" in line
    assert everything(copy.root) == again


@pytest.mark.slow
def test_page_is_kept_as_it_came_and_its_stated_day_dates_its_item(copy: PackageCopy, tmp_path: Path) -> None:
    received = HTML_PAGE.replace("CHARSET", "utf-8").encode()
    (tmp_path / "yunxi.html").write_bytes(received)
    folder = ingest(copy, tmp_path / "yunxi.html")
    assert (folder / "original.html").read_bytes() == received
    (source,) = read_work(folder, copy.package.schemas).of("sources")
    dated = [source.cells[name] for name in ("published_from", "published_to", "published_basis")]
    assert dated == ["2023-04-05", "2023-04-05", "stated"]


def test_zone_without_an_official_code_has_an_id_made_for_it(copy: PackageCopy, tmp_path: Path) -> None:
    (tmp_path / "zone.txt").write_text("将乐县积善高新区有社工站3个。\n", "utf-8")
    regions = {
        row.key: row for row in read_work(ingest(copy, tmp_path / "zone.txt"), copy.package.schemas).of("regions")
    }
    zone = regions["350428-jishan"]
    told = [zone.cells[name] for name in ("name_zh", "level", "parent_id", "code_vintage")]
    assert told == ["积善高新区", "functional_area", "350428", "local"]
    assert zone.proposal == "no official code found"
    assert {"350400", "350428"} <= set(regions)


@pytest.mark.parametrize(("total", "doubt"), [("200名", "inconsistent"), ("286名", ""), ("200余名", "")])
def test_total_that_its_grades_exceed_is_doubted(copy: PackageCopy, tmp_path: Path, total: str, doubt: str) -> None:
    file = tmp_path / "sum.txt"
    file.write_text(f"截至2022年底,遂昌县有持证社工{total},其中助理社工师213名、社工师73名。", "utf-8")
    work = read_work(ingest(copy, file), copy.package.schemas)
    doubts = {draft.cells["value_text"]: draft.cells["doubt"] for draft in work.of("observations")}
    assert doubts == {total: doubt, "213名": "", "73名": ""}
    assert all(bool(draft.cells["note"]) == bool(draft.cells["doubt"]) for draft in work.of("observations"))


def ingest_page(copy: PackageCopy, *words: str) -> Path:
    name = words[0]
    result = run("ingest", "--package", copy.root, "--page", *words)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[1] == str(copy.root / "work" / name)
    return copy.root / "work" / name


def test_page_becomes_a_work_folder_without_a_document(copy: PackageCopy) -> None:
    address = "https://www.example.org/bulletin"
    stated = ("--title", "將樂縣社工人數公布", "--publisher", "虚构晚报", "--url", address, "--published", "2024-01-06")
    folder = ingest_page(copy, PAGE_KEY, *stated, "--read-on", "2024-02-01")
    work = read_work(folder, copy.package.schemas)
    assert (work.document, work.text) == (None, "")
    assert sorted(folder.iterdir()) == sorted(work.file(table) for table in work.schemas)
    assert [(draft.table, draft.decision) for draft in work.drafts] == [("sources", ""), ("organizations", "")]
    (source,), (publisher,) = work.of("sources"), work.of("organizations")
    assert {name: cell for name, cell in source.cells.items() if cell} == {
        "source_id": PAGE_KEY, "kind": "page", "title_zh": "将乐县社工人数公布", "publisher_id": publisher.key,
        "url": address, "published_from": "2024-01-06", "published_to": "2024-01-06",
        "published_basis": "stated", "read_on": "2024-02-01",
    }  # fmt: skip
    assert (publisher.cells["name_zh"], publisher.cells["type"]) == ("虚构晚报", "newspaper")


def test_page_was_read_today_and_its_publisher_may_be_known(copy: PackageCopy) -> None:
    publisher = next(row for row in copy.rows("organizations") if row["type"] == "newspaper")
    work = read_work(ingest_page(copy, "short", "--publisher", publisher["name_zh"]), copy.package.schemas)
    (source,) = work.drafts
    assert source.cells["publisher_id"] == publisher["organization_id"]
    assert (source.cells["published_basis"], source.cells["read_on"]) == ("unknown", f"{date.today()}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give the FILE of a document, or --page NAME"),
        ((PAGE, "--page", "a"), "give the FILE of a document, or --page NAME"),
        ((PAGE, "--title", "标题"), "are for --page"),
        (("--page", "Two Words"), "--page Two Words: expected small letters, digits and hyphens"),
        (("--page", "nbs-census-2020-bulletin-3"), "the package contains a source nbs-census-2020-bulletin-3"),
        (("--page", "taken"), "already exists. Continue with `shegong review"),
    ],
)
def test_page_that_cannot_be_made_is_one_line(copy: PackageCopy, words: tuple[str | Path, ...], said: str) -> None:
    (copy.root / "work/taken").mkdir(parents=True)
    before = everything(copy.root)
    assert said in one_line(run("ingest", "--package", copy.root, *words))
    assert everything(copy.root) == before


def test_spreadsheet_does_no_harm_to_a_page(tmp_path: Path, package: Package) -> None:
    page = SmallPage(tmp_path / PAGE_KEY, package)
    before = read_work(page.path, package.schemas).drafts
    rewritten(page, ";", as_spreadsheet)
    assert read_work(page.path, package.schemas).drafts == before


def test_empty_cells_follow_from_the_token_and_others_stay(tmp_path: Path, package: Package) -> None:
    page = SmallPage(tmp_path / PAGE_KEY, package)
    page.write("metrics", [METRIC | {"metric_id": "pay", "unit": "cny", "is_integer": "false"}])
    page.set("observations", "new-obs-1", metric_id="pay", value_text="1.5万元", value="7")
    page.set("observations", "new-obs-2", status="target", metric_id="licensed_social_workers", value_text="1.2万名")
    paid, target = open_work(package, page.path).of("observations")
    assert [paid.cells[name] for name in DERIVED] == ["7", "14500", "15500", "rounded"]
    assert [target.cells[name] for name in DERIVED] == ["12000", "12000", "12000", "exact"]
    assert (paid.line, target.line) == (2, 3)


def test_document_of_the_package_is_not_taken_in_again(copy: PackageCopy, documents: Path) -> None:
    file = next(documents.glob("003_*"))
    assert "the package already contains this document, as zhenjiang-evening-news" in one_line(
        run("ingest", "--package", copy.root, file)
    )
    assert not (copy.root / "work").exists()


NAMES = {
    "黄石 新闻": "huangshi-xinwen",
    "赫章": "hezhang",
    "2023年《社工》（上）": "2023-nian-shegong-shang",
    "００１黄石_版": "001-huangshi-ban",
    "page": "page",
}


@pytest.mark.parametrize("name", NAMES)
def test_chinese_name_is_kept_as_pinyin(copy: PackageCopy, tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.txt").write_text(TEXT, "utf-8")
    folder = ingest(copy, tmp_path / f"{name}.txt")
    document = read_work(folder, copy.package.schemas).document
    assert (folder.name, document.key) == (NAMES[name], NAMES[name])
    assert document.cells["file_name"].isascii()


@pytest.mark.parametrize("name", ["Привет", "（）", "黄石Привет"])
def test_name_whose_letters_are_lost_ends_in_a_part_of_the_hash(copy: PackageCopy, tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.txt").write_text(TEXT, "utf-8")
    folder = ingest(copy, tmp_path / f"{name}.txt")
    digest = read_work(folder, copy.package.schemas).document.cells["sha256"]
    assert folder.name == f"{'huangshi' if '黄石' in name else 'document'}-{digest[:8]}"


def test_file_with_little_chinese_is_warned_about(copy: PackageCopy, tmp_path: Path) -> None:
    said = run("ingest", "--package", copy.root, ROOT / "README.md").output
    assert "of the letters are Chinese. Expected a document in Chinese" in said
    (tmp_path / "page.txt").write_text(TEXT, "utf-8")
    assert "warning" not in run("ingest", "--package", copy.root, tmp_path / "page.txt").output
    (tmp_path / "english.txt").write_text("Two stations.\n", "utf-8")
    refused = one_line(run("ingest", "--package", copy.root, tmp_path / "english.txt"))
    assert "contains no Chinese text, expected a Chinese document" in refused


def test_rows_are_numbered_in_the_order_of_the_text(copy: PackageCopy) -> None:
    lines = "".join(f"赫章县有第{'甲乙丙丁'[n % 4]}类持证社工{200 + n}名。\n" for n in range(12))
    page = copy.root.parent / "page.txt"
    page.write_text(f"{lines}2023年5月，赫章县有志愿者600名。\n", "utf-8")
    work = read_work(ingest(copy, page), copy.package.schemas)
    for table in ("observations", "mentions"):
        keys = [draft.key for draft in work.of(table)]
        assert [int(key.rpartition("-")[2]) for key in keys] == list(range(1, len(keys) + 1))
    values = {
        m.cells["observation_id"]: int(m.cells["char_start"]) for m in work.of("mentions") if m.cells["role"] == "value"
    }
    starts = [values[draft.key] for draft in work.of("observations")]
    assert len(starts) > 10
    assert starts == sorted(starts)


TABLE = "data/programmes.csv"
UNREADABLE: dict[str, tuple[Callable[[PackageCopy], object], str]] = {
    "gone": (lambda c: (c.root / TABLE).unlink(), "programmes.csv: cannot be read: No such file"),
    "no UTF-8": (lambda c: c.edit_bytes(TABLE, lambda data: data.decode().encode("gb18030")), "see `shegong check`"),
    "columns swapped": (lambda c: c.edit_text(TABLE, "name_zh,name_en", "name_en,name_zh"), "programmes.csv:1: the header"),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_table_that_cannot_be_read_is_said_before_anything_is_made(copy: PackageCopy, damage, said: str) -> None:
    damage(copy)
    assert said in one_line(run("ingest", "--package", copy.root, PAGE))
    assert not (copy.root / "work").exists()


def test_other_file_of_that_name_is_told_apart(copy: PackageCopy, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "page.txt").write_text(TEXT + folder, "utf-8")
    ingest(copy, tmp_path / "one" / "page.txt")
    before = everything(copy.root)
    assert "already exists" in one_line(run("ingest", "--package", copy.root, tmp_path / "two" / "page.txt"))
    assert everything(copy.root) == before
    other = ingest(copy, tmp_path / "two" / "page.txt", "--work", copy.root / "work" / "page-two")
    assert read_work(other, copy.package.schemas).text.endswith("two")


def test_name_of_a_document_of_the_package_is_refused(copy: PackageCopy, tmp_path: Path) -> None:
    (tmp_path / "stations-roundup.txt").write_text(TEXT, "utf-8")
    line = one_line(run("ingest", "--package", copy.root, tmp_path / "stations-roundup.txt"))
    assert "another document stations-roundup. Rename the file" in line


def test_folder_that_cannot_be_made_is_one_line_and_nothing_is_left(copy: PackageCopy, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    before = everything(tmp_path)
    for target in (tmp_path / "file" / "work", tmp_path / "file"):
        line = one_line(run("ingest", "--package", copy.root, PAGE, "--work", target))
        assert str(tmp_path / "file") in line
    assert everything(tmp_path) == before
    assert left_behind(tmp_path) == []


@pytest.mark.slow
def test_full_disk_leaves_nothing_behind(copy: PackageCopy) -> None:
    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    call = [sys.executable, "-m", "shegong", "ingest", "--package", str(copy.root), str(PAGE)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(call, capture_output=True, text=True, preexec_fn=full, env=environment)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "File too large" in done.stderr
    assert not list((copy.root / "work").iterdir())


def test_days_of_publication_date_what_has_no_other_day_and_part_what_was_from_what_is_to_come(
    copy: PackageCopy,
) -> None:
    page = copy.root.parent / "page.txt"
    lines = (
        "赫章县社工站启用",
        "发布时间：2023-05-08 来源：赫章日报",
        "2023年5月6日，赫章县社工站启用。",
        "赫章县现有持证社工38名。"
        + "社工们每天走进村子，和老人们聊天，帮孩子们写作业，也替不识字的人念信，大家都认得他们。" * 3,
        "2024年3月，赫章县将启用第二个社工站。",
    )
    page.write_text("".join(line + "\n" for line in lines))
    work = read_work(ingest(copy, page), copy.package.schemas)
    (figure,) = (row.cells for row in work.of("observations") if row.cells["value_text"] == "38名")
    assert [figure[f"period_{name}"] for name in ("start", "end", "basis")] == ["2023-05-08", "2023-05-08", "published"]
    status = {row.cells["date_start"]: row.cells["status"] for row in work.of("milestones")}
    assert (status["2023-05-06"], status["2024-03-01"]) == ("occurred", "planned")
