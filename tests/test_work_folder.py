"""The work folder: what editors and spreadsheets do to it, what nonsense does to it, and how it is made."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from shegong.curation.workspace.decisions import DERIVED
from shegong.curation.workspace.open_work import open_work
from shegong.curation.workspace.progress import Progress, progress_of
from shegong.curation.workspace.spreadsheet import read_work, write_work
from shegong.curation.workspace.work_folder import WorkFolder
from shegong.package.package import Package
from tests.commands import everything, one_line, refusal, run, start
from tests.conftest import ROOT, PackageCopy
from tests.curation.small import KEY, PAGE_KEY, TEXT, Small, SmallPage
from tests.test_extract import PAGE as HTML_PAGE

PAGE = ROOT / "examples/curation/invented-page.txt"
METRIC = {
    "decision": "yes", "metric_id": "night_shifts", "name_en": "Night shifts", "name_zh": "夜班",
    "definition_en": "Shifts at night.", "definition_zh": "夜间值班。", "unit": "person_time", "kind": "flow",
    "topic": "services", "is_graded": "false", "value_min": "0", "is_integer": "true",
}  # fmt: skip


@pytest.fixture
def small(tmp_path: Path, package: Package) -> Small:
    return Small(tmp_path / KEY, package)


@pytest.fixture
def other(small: Small) -> Small:
    return Small(small.path.parent / "other", small.package)


def rewrite(small: Small, delimiter: str) -> None:
    """Save every table as a spreadsheet does, which writes its own CSV."""
    for table in small.schemas:
        rows = list(csv.reader(io.StringIO(small.file(table).read_bytes().decode("utf-8-sig"), newline="")))
        content = io.StringIO()
        writer = csv.writer(content, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(rows[0])
        writer.writerows([as_spreadsheet(*pair) for pair in zip(rows[0], row, strict=True)] for row in rows[1:])
        writer.writerows([[""] * len(rows[0]), ["", " "]])
        small.file(table).write_bytes(content.getvalue().encode("utf-8-sig"))


def as_spreadsheet(column: str, cell: str) -> str:
    """A cell as spreadsheets give it back."""
    if column in ("is_integer", "is_graded"):
        return cell.upper()
    if column.startswith("date_") and cell.count("-") == 2:
        year, month, day = cell.split("-")
        return f"{year}/{int(month)}/{int(day)}"
    if column == "text" and cell in ("2023", "38"):
        return "1905-07-15" if cell == "2023" else "38.00"
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
    for words, role, text in (("38名", "value", "38"), ("2023年5月", "date", "2023")):
        key = small.mention(words, role)
        end = int(small.row("mentions", key)["char_start"]) + len(text)
        small.set("mentions", key, text=text, char_end=str(end))
    before = read_work(small.path, small.package.schemas).drafts
    rewrite(small, delimiter)
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


def replaced(table: str, old: str, new: bytes) -> Callable[[Small], object]:
    return lambda small: small.edit(table, lambda data: data.replace(old.encode(), new))


def mention(**cells: str) -> Callable[[Small], object]:
    return lambda small: small.set("mentions", "new-mn-8", **cells)


SPAN = "mentions.csv:9:char_start:"
NONSENSE: dict[str, tuple[Callable[[Small], object], tuple[str, ...]]] = {
    "file gone": (lambda s: s.file("programmes").unlink(), ("programmes.csv: file not found", "Restore it")),
    "header changed": (replaced("observations", "metric_id", b"measure"), ("observations.csv:1:", "measure, metric_id are missing or unknown")),
    "columns swapped": (replaced("observations", "region_id,metric_id", b"metric_id,region_id"), ("observations.csv:1:", "in another order")),
    "empty file": (lambda s: s.file("regions").write_bytes(b""), ("regions.csv:1:", "are missing or unknown, expected the header")),
    "cell too few": (replaced("mentions", "yes,new-mn-10,", b"yes,"), ("mentions.csv:11:", "found 16 cells, expected 17", "commas")),
    "cell too many": (replaced("mentions", "yes,new-mn-10,", b"yes,,new-mn-10,"), ("mentions.csv:11:", "found 18 cells, expected 17", "commas")),
    "decision maybe": (lambda s: s.set("observations", "new-obs-2", decision="maybe"), ("observations.csv:3:decision:", "'maybe'", "expected yes, no or nothing")),
    "key twice": (lambda s: s.set("observations", "new-obs-2", observation_id="new-obs-1"), ("observations.csv:2:", "'new-obs-1' is used more than once")),
    "key empty": (lambda s: s.set("observations", "new-obs-2", observation_id=""), ("observations.csv:3:observation_id:", "the key is missing", "new-obs-1")),
    "no UTF-8": (replaced("observations", "600余名", "600余名".encode("gb18030")), ("observations.csv:3:", "byte 0xD3 is not valid UTF-8", "Save the file as CSV UTF-8")),
    "quote inside": (replaced("observations", "yes,new-obs-2", b'yes,"new"-obs-2'), ("observations.csv:3:", "is not valid CSV", "Close the quote")),
    "line break": (lambda s: s.set("observations", "new-obs-2", note="one\ntwo"), ("observations.csv:3:note:", "contains a line break or control character")),
    "NUL": (lambda s: s.set("documents", KEY, file_name="a\0b.txt"), ("documents.csv:2:file_name:", "contains a line break or control character")),
    "cell of a megabyte": (lambda s: s.set("observations", "new-obs-2", note="词" * 120_000), ("observations.csv:3:", "exceeds the limit of 100,000 characters")),
    "text with other line ends": (lambda s: (s.path / f"{KEY}.txt").write_bytes(TEXT.replace("\n", "\r\n").encode()), (f"{KEY}.txt: found SHA-256", "Restore the text")),
    "text gone": (lambda s: (s.path / f"{KEY}.txt").unlink(), (f"{KEY}.txt: file not found", "Restore it")),
    "name of the text is a folder": (lambda s: s.set("documents", KEY, file_name="../.."), ("cannot be read",)),
    "two documents": (lambda s: s.write("documents", [*s.rows("documents"), s.rows("documents")[0] | {"document_id": "b"}]), ("documents.csv", "found 2 rows, expected exactly one")),
    "no document": (lambda s: s.write("documents", []), ("documents.csv", "found 0 rows, expected exactly one, because rows refer to a document")),
    "no work folder": (lambda s: shutil.rmtree(s.path), ("is not a work folder", "shegong ingest")),
    "number shortened": (lambda s: s.set("regions", "520527", region_id="3.20582E+11"), ("regions.csv:4:region_id:", "'3.20582E+11'", "Write all digits")),
    "number of letters": (mention(char_start="ab"), (SPAN, "found 'ab', expected a whole number in digits")),
    "number below zero": (mention(char_start="-4"), (SPAN, "found '-4', expected a whole number in digits")),
    "endless number": (mention(char_start="9" * 5000), (SPAN, "expected a whole number in digits")),
    "no span": (mention(char_start="", char_end=""), (SPAN, f"found the span ? to ?, expected one within the {len(TEXT)} characters")),
    "span beyond the text": (mention(char_end="450000"), (SPAN, " to 450000, expected one within")),
    "span backwards": (mention(char_end="1"), (SPAN, " to 1, expected one within")),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "said"), NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_one_clear_line_and_nothing_is_lost(small: Small, damage, said: tuple[str, ...]) -> None:
    damage(small)
    before = everything(small.path.parent)
    line = one_line(run("compare", "--package", ROOT, small.path, small.path))
    assert all(words in line for words in said), line
    assert everything(small.path.parent) == before


def test_every_command_of_the_workshop_says_it(copy: PackageCopy, small: Small, other: Small) -> None:
    damage, said = NONSENSE["decision maybe"]
    damage(small)
    before = everything(copy.root.parent)
    for command, folders in {"review": [small], "accept": [small], "compare": [other, small]}.items():
        line = one_line(run(command, "--package", copy.root, *(folder.path for folder in folders), input="aaa"))
        assert all(words in line for words in said)
    assert everything(copy.root.parent) == before


@pytest.mark.slow
@pytest.mark.parametrize("command", ["compare", "review", "accept"])
def test_places_that_lie_in_each_other_or_nowhere_end(
    copy: PackageCopy, small: Small, other: Small, command: str
) -> None:
    small.set("regions", "520500", parent_id="520527")
    small.set("observations", "new-obs-1", region_id="mars")
    words = [small.path, other.path] if command == "compare" else [small.path]
    call = [sys.executable, "-m", "shegong", command, "--package", str(copy.root), *words]
    done = subprocess.run(call, capture_output=True, text=True, input="q", timeout=60)
    assert "Traceback" not in done.stderr
    assert done.returncode == 1 or (command == "review" and "needs a terminal" in done.stderr)


def test_progress_counts_what_is_decided(small: Small, tmp_path: Path) -> None:
    opened = Small(tmp_path / "open", small.package, decision="")
    small.set("observations", "new-obs-1", decision="no")
    small.set("observations", "new-obs-2", decision="")
    progress = [progress_of(read_work(folder.path, small.package.schemas)) for folder in (small, opened)]
    assert progress == [Progress(5, 3, 13, 3, 3), Progress(5, 0, 0, 0, 19)]


def ingest(copy: PackageCopy, *words: str | Path) -> Path:
    """The work folder that is made."""
    result = run("ingest", "--package", copy.root, *words)
    assert result.exit_code == 0, result.output
    return Path(result.output.splitlines()[-2])


def ingest_text(copy: PackageCopy, text: str, name: str = "page.txt") -> WorkFolder:
    """The work folder of a file that contains this text."""
    file = copy.root.parent / name
    file.write_text(text, "utf-8")
    return read_work(ingest(copy, file), copy.package.schemas)


def test_document_becomes_a_work_folder_on_which_nothing_is_decided(copy: PackageCopy) -> None:
    before = everything(copy.root)
    folder = ingest(copy, PAGE)
    assert folder == copy.root / "work" / "invented-page"
    work = read_work(folder, copy.package.schemas)
    assert (folder / work.document.cells["file_name"]).read_bytes() == PAGE.read_bytes()
    assert {row.decision for row in work.drafts} == {""}
    assert {path: content for path, content in everything(copy.root).items() if folder not in path.parents} == before
    assert list(copy.root.rglob(".*")) == []
    for cells in (mention.cells for mention in work.of("mentions")):
        assert work.text[int(cells["char_start"]) : int(cells["char_end"])] == cells["text"]
    again = ingest(copy, PAGE, "--work", folder / "again")
    assert read_work(again, copy.package.schemas).drafts == work.drafts


@pytest.mark.slow
def test_page_is_kept_as_it_came_and_its_stated_day_dates_its_item(copy: PackageCopy, tmp_path: Path) -> None:
    received = HTML_PAGE.replace("CHARSET", "utf-8").encode()
    (tmp_path / "yunxi.html").write_bytes(received)
    folder = ingest(copy, tmp_path / "yunxi.html")
    assert (folder / "original.html").read_bytes() == received
    (source,) = read_work(folder, copy.package.schemas).of("sources")
    dated = [source.cells[name] for name in ("published_from", "published_to", "published_basis")]
    assert dated == ["2023-04-05", "2023-04-05", "stated"]


def test_zone_without_an_official_code_has_an_id_made_for_it(copy: PackageCopy) -> None:
    regions = {row.key: row for row in ingest_text(copy, "将乐县积善高新区有社工站3个。\n").of("regions")}
    zone = regions["350428-jishan"]
    told = [zone.cells[name] for name in ("name_zh", "level", "parent_id", "code_vintage")]
    assert told == ["积善高新区", "functional_area", "350428", "local"]
    assert zone.proposal == "no official code found"
    assert {"350400", "350428"} <= set(regions)


@pytest.mark.parametrize(("total", "doubt"), [("200名", "inconsistent"), ("286名", ""), ("200余名", "")])
def test_total_that_its_grades_exceed_is_doubted(copy: PackageCopy, total: str, doubt: str) -> None:
    text = f"截至2022年底,遂昌县有持证社工{total},其中助理社工师213名、社工师73名。"
    figures = [draft.cells for draft in ingest_text(copy, text).of("observations")]
    assert {cells["value_text"]: cells["doubt"] for cells in figures} == {total: doubt, "213名": "", "73名": ""}
    assert all(bool(cells["note"]) == bool(cells["doubt"]) for cells in figures)


def test_page_becomes_a_work_folder_without_a_document(copy: PackageCopy) -> None:
    address = "https://www.example.org/bulletin"
    stated = ("--title", "將樂縣社工人數公布", "--publisher", "虚构晚报", "--url", address, "--published", "2024-01-06")
    folder = ingest(copy, "--page", PAGE_KEY, *stated, "--read-on", "2024-02-01")
    assert folder == copy.root / "work" / PAGE_KEY
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
    folder = ingest(copy, "--page", "short", "--publisher", publisher["name_zh"])
    (source,) = read_work(folder, copy.package.schemas).drafts
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
        (("taken.txt",), "already exists. Continue with `shegong review"),
        (("english.txt",), "contains no Chinese text, expected a Chinese document"),
        (("held.txt",), "the package already contains this document, as stations-roundup"),
        (("stations-roundup.txt",), "another document stations-roundup. Rename the file"),
        ((PAGE, "--work", "english.txt"), "english.txt: already exists"),
        ((PAGE, "--work", "english.txt/work"), "english.txt: cannot be written: "),
    ],
)
def test_what_cannot_be_taken_in_is_one_line_and_nothing_is_left(
    copy: PackageCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str | Path, ...], said: str
) -> None:
    (copy.root / "work/taken").mkdir(parents=True)
    texts = {"taken": TEXT, "stations-roundup": TEXT, "english": "Two stations.\n", "held": f"{TEXT}完"}
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    copy.edit_cell("documents", "stations-roundup", "sha256", sha256(texts["held"].encode()).hexdigest())
    before = sorted(tmp_path.rglob("*")), everything(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert said in one_line(run("ingest", "--package", copy.root, *words))
    assert (sorted(tmp_path.rglob("*")), everything(tmp_path)) == before


def test_empty_cells_follow_from_the_token_and_others_stay(tmp_path: Path, package: Package) -> None:
    page = SmallPage(tmp_path / PAGE_KEY, package)
    page.write("metrics", [METRIC | {"metric_id": "pay", "unit": "cny", "is_integer": "false"}])
    page.set("observations", "new-obs-1", metric_id="pay", value_text="1.5万元", value="7")
    page.set("observations", "new-obs-2", status="target", metric_id="licensed_social_workers", value_text="1.2万名")
    paid, target = open_work(package, page.path).of("observations")
    assert [paid.cells[name] for name in DERIVED] == ["7", "14500", "15500", "rounded"]
    assert [target.cells[name] for name in DERIVED] == ["12000", "12000", "12000", "exact"]
    assert (paid.line, target.line) == (2, 3)


DIGEST = sha256(TEXT.encode()).hexdigest()[:8]
NAMES = {
    "2023年《社工》（上）": "2023-nian-shegong-shang",
    "００１黄石_版": "001-huangshi-ban",
    "Привет": f"document-{DIGEST}",
    "黄石Привет": f"huangshi-{DIGEST}",
}


@pytest.mark.parametrize("name", NAMES)
def test_name_is_kept_as_pinyin_or_ends_in_a_part_of_the_hash(copy: PackageCopy, name: str) -> None:
    work = ingest_text(copy, TEXT, f"{name}.txt")
    assert (work.path.name, work.document.key) == (NAMES[name], NAMES[name])
    assert work.document.cells["file_name"].isascii()


def test_file_with_little_chinese_is_warned_about(copy: PackageCopy) -> None:
    warning = "of the letters are Chinese. Expected a document in Chinese"
    for file, is_warned in ((ROOT / "README.md", True), (PAGE, False)):
        assert (warning in run("ingest", "--package", copy.root, file).output) == is_warned


def test_rows_are_numbered_in_the_order_of_the_text(copy: PackageCopy) -> None:
    lines = "".join(f"赫章县有第{'甲乙丙丁'[n % 4]}类持证社工{200 + n}名。\n" for n in range(12))
    work = ingest_text(copy, f"{lines}2023年5月，赫章县有志愿者600名。\n")
    for table in ("observations", "mentions"):
        keys = [draft.key for draft in work.of(table)]
        assert [int(key.rpartition("-")[2]) for key in keys] == list(range(1, len(keys) + 1))
    values = [mention.cells for mention in work.of("mentions") if mention.cells["role"] == "value"]
    places = {cells["observation_id"]: int(cells["char_start"]) for cells in values}
    starts = [places[draft.key] for draft in work.of("observations")]
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


@pytest.mark.slow
def test_full_disk_leaves_nothing_behind(copy: PackageCopy) -> None:
    assert "File too large" in refusal(start(copy.root, "ingest", PAGE, room=1024))
    assert not list((copy.root / "work").iterdir())


def test_days_of_publication_part_what_was_from_what_is_to_come(copy: PackageCopy) -> None:
    lines = (
        "赫章县社工站启用",
        "发布时间：2023-05-08 来源：赫章日报",
        "2023年5月6日，赫章县社工站启用。",
        f"赫章县现有持证社工38名。{'社工们每天走进村子，和老人们聊天，帮孩子们写作业，大家都认得他们。' * 4}",
        "2024年3月，赫章县将启用第二个社工站。\n",
    )
    work = ingest_text(copy, "\n".join(lines))
    (figure,) = (row.cells for row in work.of("observations") if row.cells["value_text"] == "38名")
    assert [figure[f"period_{name}"] for name in ("start", "end", "basis")] == ["2023-05-08", "2023-05-08", "published"]
    status = {row.cells["date_start"]: row.cells["status"] for row in work.of("milestones")}
    assert (status["2023-05-06"], status["2024-03-01"]) == ("occurred", "planned")
