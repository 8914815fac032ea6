"""Two versions of the real package, compared: folders, archives and git revisions, on the command line."""

from __future__ import annotations

import html
import json
import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import marko
import pytest
from marko.ext.gfm import gfm

from shegong.diff.compare import Difference, compare
from shegong.diff.difference_report import as_markdown, as_text, required_bump_text
from shegong.diff.snapshot import Snapshot, take_snapshot
from shegong.errors import PackageError
from shegong.package.archive import canonical_zip
from shegong.package.package import open_any, open_package
from tests.conftest import ROOT, PackageCopy
from tests.test_cli import one_line, run

DESCRIPTOR = "datapackage.json"
OBSERVATION = "obs-0001"
NOTE_CORRECTED = (
    "patch change: a value was corrected (observations); while the version is 0.x, this raises the last number: "
    "after 0.1.0 the next version is 0.1.1 or later"
)

Edit = Callable[[PackageCopy], object]


def snapshot(copy: PackageCopy) -> Snapshot:
    return take_snapshot(open_package(copy.root))


def correct_note(copy: PackageCopy) -> None:
    copy.edit_cell("observations", OBSERVATION, "note", "Another note.")


@pytest.fixture(scope="session")
def original() -> Snapshot:
    return take_snapshot(open_package(ROOT))


# Rows

Tables = dict[str, dict[str, dict[str, str]]]
AWKWARD = ("", "0", "社工", "a, b", 'say "hello"', "a | b", " padded ", "null", "1.0", "-", "é", "e\u0301")
KEPT = ("regions", "observations", "organizations", "metrics", "sources")


def by_key(of: Snapshot) -> Tables:
    """Cells by table, key and column, a missing one as an empty text."""
    return {
        table: {str(row[key[0]]): {name: cell or "" for name, cell in row.items()} for row in frame.to_dicts()}
        for table, frame in of.tables.items()
        for key in [of.schemas[table]["primaryKey"]]
    }


def applied(difference: Difference) -> Tables:
    """The old tables with the told changes made; of an added row only the key is told, its cells are the new ones."""
    tables, new = by_key(difference.old), by_key(difference.new)
    for change in difference.changes:
        rows = tables[change.table]
        match change.kind:
            case "row-removed":
                del rows[change.key]
            case "row-added":
                assert change.key not in rows
                rows[change.key] = new[change.table][change.key]
            case "value-changed":
                assert rows[change.key][change.column] == change.old
                rows[change.key][change.column] = change.new
            case _:
                pytest.fail(f"{change.kind} among changes of rows")
    return tables


def edit_at_random(copy: PackageCopy, dice: random.Random) -> None:
    table = dice.choice(KEPT)
    row = dice.choice(copy.rows(table))
    key, *columns = row
    match dice.randrange(4):
        case 0:
            copy.delete_row(table, row[key])
        case 1:
            copy.append_row(table, row[key], **{key: f"{row[key]}-{dice.randrange(10**6)}"})
        case _:
            column = dice.choice(columns)
            value = dice.choice([value for value in AWKWARD if value != row[column]])
            copy.edit_cell(table, row[key], column, value)


def shuffle_rows(copy: PackageCopy, table: str, dice: random.Random) -> None:
    def shuffled(data: bytes) -> bytes:
        head, *lines = data.splitlines(keepends=True)
        return head + b"".join(dice.sample(lines, len(lines)))

    copy.edit_bytes(f"data/{table}.csv", shuffled)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_the_told_changes_of_rows_make_the_new_tables_of_the_old(
    seed: int, copy: PackageCopy, original: Snapshot
) -> None:
    dice = random.Random(seed)
    for _ in range(15):
        edit_at_random(copy, dice)
    shuffle_rows(copy, dice.choice(KEPT), dice)
    new = snapshot(copy)
    assert by_key(new) != by_key(original)
    assert applied(compare(original, new)) == by_key(new)
    assert applied(compare(new, original)) == by_key(original)


# No change, and noise


def test_the_package_and_itself_differ_in_nothing(original: Snapshot) -> None:
    difference = compare(original, original)
    assert (difference.changes, difference.noise) == ((), ())
    assert required_bump_text(difference) == f"no changes to the data since {original.version}"


def rows_reversed(data: bytes) -> bytes:
    head, *lines = data.splitlines(keepends=True)
    return head + b"".join(reversed(lines))


BYTES_ONLY = {
    "rows in another order": rows_reversed,
    "line ends of Windows": lambda data: data.replace(b"\n", b"\r\n"),
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "last line without an end": lambda data: data[:-1],
}


@pytest.mark.parametrize("what", BYTES_ONLY)
def test_other_bytes_of_the_same_rows_are_noise(what: str, copy: PackageCopy, original: Snapshot) -> None:
    copy.edit_bytes("data/documents.csv", BYTES_ONLY[what])
    copy.stamp()
    difference = compare(original, snapshot(copy))
    assert difference.changes == ()
    assert [line.split(":")[0] for line in difference.noise] == ["documents"]
    assert as_text(difference).splitlines() == [required_bump_text(difference), f"noise: {difference.noise[0]}"]


# Markup

MARKUP = ["<b>x</b>", "*x*", "__x__", "`x`", "# x", "a | b", "a \\* b", "<!-- x -->", "x ** y", "- x", "1. x"]
LINKS = ["[x](http://example.org)", "![x](http://example.org/x.png)"]
OPEN_MARKUP = ["~~x~~", "&lt;b&gt;", "&copy;", "x\n\n- y", "x\n\n## y"]


@pytest.mark.parametrize("cell", [*MARKUP, *LINKS, *OPEN_MARKUP])
def test_no_cell_becomes_markup_in_markdown(cell: str, copy: PackageCopy, original: Snapshot) -> None:
    """Readers of CommonMark and of GitHub's Markdown show it as it is, but for its line breaks."""
    copy.edit_cell("observations", OBSERVATION, "note", cell)
    written = as_markdown(compare(original, snapshot(copy)))
    for page in (marko.convert(written), gfm(written)):
        [counts, item] = re.findall("<li>(.*?)</li>", page, re.DOTALL)
        assert "1 changed" in counts
        assert re.findall("<[^>]+>", item) == []
        assert html.unescape(item).partition("→ ")[2].split() == cell.split()


# A table that is not what its schema says


def edit_header(copy: PackageCopy, old: str, new: str) -> None:
    header = (copy.root / "data/observations.csv").read_text("utf-8").split("\n")[0]
    copy.edit_text("data/observations.csv", f"{header}\n", f"{header.replace(old, new)}\n")


def key_column_lost(copy: PackageCopy) -> None:
    edit_header(copy, "observation_id,", "id,")


def column_named_otherwise_in_the_table(copy: PackageCopy) -> None:
    edit_header(copy, ",note", ",remark")


def columns_swapped_in_the_table(copy: PackageCopy) -> None:
    edit_header(copy, "value_lower,value_upper", "value_upper,value_lower")


def id_twice(copy: PackageCopy) -> None:
    copy.append_row("observations", OBSERVATION)


@pytest.mark.parametrize(
    "edit",
    [
        key_column_lost,
        column_named_otherwise_in_the_table,
        columns_swapped_in_the_table,
        id_twice,
    ],
)
def test_a_table_that_cannot_be_compared_is_refused_and_never_called_the_same(
    edit: Edit, copy: PackageCopy, original: Snapshot
) -> None:
    edit(copy)
    with pytest.raises(PackageError, match=r"data/observations\.csv"):
        compare(original, snapshot(copy))


# On the command line


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
