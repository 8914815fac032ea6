"""Properties: what holds for every token, table, change and text that hypothesis thinks of.

The profile `ci`, the default, takes the same few examples each time; `--hypothesis-profile prove` takes many, and new
ones each time.
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from shegong.chinese import PINYIN, simplified
from shegong.curation.extract.normalize import normalize
from shegong.diff.compare import Difference, compare
from shegong.diff.snapshot import Snapshot, take_snapshot
from shegong.diff.versions import Bump, Version
from shegong.package.canonical import FIXABLE, TextTable, read_table, sort_rows, write_table
from shegong.package.package import open_package
from tests.conftest import ROOT

# The canonical form

SCHEMA = open_package(ROOT).schemas["organizations"]
KEYS = st.integers(1, 9999).map("org-{:04}".format)
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0"), max_size=8)
AWKWARD = st.sampled_from(["", '"', '""', ",", "a,b", 'a "b"', " ", "#", "null", "'", "，", *"\u2028\ufeff\x85\x1c"])
WIDTH = len(SCHEMA.columns) - 1
ROWS = st.dictionaries(KEYS, st.lists(CELLS | AWKWARD, min_size=WIDTH, max_size=WIDTH))
Rows = dict[str, list[str]]


def frame_of(rows: Rows) -> pl.DataFrame:
    cells = [[key, *(cell or None for cell in row)] for key, row in rows.items()]
    return pl.DataFrame(cells, dict.fromkeys(SCHEMA.columns, pl.String), orient="row")


def read(data: bytes) -> TextTable:
    return read_table(SCHEMA, "data/organizations.csv", data)


def written(rows: Rows, quoting: int = csv.QUOTE_MINIMAL, end: str = "\n") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, lineterminator=end)
    writer.writerows([SCHEMA.columns, *([key, *row] for key, row in rows.items())])
    return out.getvalue().encode("utf-8")


@given(ROWS)
def test_a_canonical_file_is_read_and_written_as_it_is(rows: Rows) -> None:
    frame = sort_rows(SCHEMA, frame_of(rows))
    data = write_table(frame)
    table = read(data)
    assert table.findings == ()
    assert table.frame is not None
    assert table.frame.equals(frame)
    assert write_table(table.frame) == data


@given(ROWS, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_can_be_mended_loses_nothing_and_is_mended_once(rows: Rows, quoting: int, end: str, marked: bool) -> None:
    data = (b"\xef\xbb\xbf" if marked else b"") + written(rows, quoting, end)
    table = read(data)
    if table.frame is None:
        assert any(finding.rule not in FIXABLE for finding in table.findings)
        return
    assert sorted(table.frame.rows()) == sorted(frame_of(rows).rows())
    mended = write_table(sort_rows(SCHEMA, table.frame))
    again = read(mended)
    assert (again.findings, again.frame is not None) == ((), True)
    assert write_table(sort_rows(SCHEMA, again.frame)) == mended


@given(st.binary(max_size=200) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_a_table_or_findings(data: bytes) -> None:
    for content in (data, ",".join(SCHEMA.columns).encode() + b"\n" + data):
        table = read(content)
        assert table.frame is not None or table.findings
        if not table.findings and table.frame is not None:
            assert write_table(table.frame) == content


# The difference of two versions

SNAPSHOT = take_snapshot(open_package(ROOT))
TABLE, COLUMN = "organizations", "name_en"


def version_with(rows: Rows) -> Snapshot:
    """The package with these organizations."""
    tables = {**SNAPSHOT.tables, TABLE: frame_of(rows)}
    return replace(SNAPSHOT, tables=tables, table_bytes={**SNAPSHOT.table_bytes, TABLE: written(rows)})


def applied(difference: Difference, rows: Rows, new: Rows) -> Rows:
    """The old rows with the told changes made; of an added row only the key is told."""
    made = {key: list(row) for key, row in rows.items()}
    for change in difference.changes:
        if change.kind == "row-removed":
            del made[change.key]
        elif change.kind == "row-added":
            made[change.key] = new[change.key]
        else:
            at = SCHEMA.columns.index(change.column) - 1
            assert (change.kind, change.old) == ("value-changed", made[change.key][at])
            made[change.key][at] = change.new
    return made


@st.composite
def edited(draw: st.DrawFn, rows: Rows) -> Rows:
    """Rows some of which are gone, changed or new."""
    kept = {key: row for key, row in rows.items() if draw(st.integers(0, 3))}
    changed = {key: [draw(CELLS | AWKWARD) if not draw(st.integers(0, 3)) else c for c in r] for key, r in kept.items()}
    return changed | draw(ROWS)


@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), edited(rows))))
def test_the_difference_applied_to_the_old_version_gives_the_new(both: tuple[Rows, Rows]) -> None:
    old, new = both
    difference = compare(version_with(old), version_with(new))
    assert applied(difference, old, new) == new
    assert (difference.level is Bump.NONE) == (old == new)


@given(ROWS)
def test_a_version_and_itself_differ_in_nothing(rows: Rows) -> None:
    version, turned = version_with(rows), version_with(dict(reversed(rows.items())))
    assert (compare(version, version).changes, compare(version, version).noise) == ((), ())
    assert compare(version, turned).changes == ()


@given(ROWS.flatmap(lambda a: edited(a).flatmap(lambda b: st.tuples(st.just(a), st.just(b), edited(b)))))
def test_two_steps_never_ask_for_less_than_the_way_in_one(steps: tuple[Rows, Rows, Rows]) -> None:
    a, b, c = (version_with(rows) for rows in steps)
    assert compare(a, c).level <= max(compare(a, b).level, compare(b, c).level)


@given(st.lists(st.sampled_from(Bump), min_size=1), st.tuples(*[st.integers(0, 99)] * 3))
def test_the_bump_of_changes_together_is_the_largest(levels: list[Bump], numbers: tuple[int, int, int]) -> None:
    version = Version(*numbers)
    assert version.bump(max(levels)) == max(version.bump(level) for level in levels)


# Spans through the plain reading

CHARACTERS = st.sampled_from(
    "社工站60余家（lǐng）ａＡ①㈱ﬁ½豈萬億領餘 \u3000\t\n\r\r\n…。，\u200b\ufeff\x00é\u0301頭髮干乾後e̋"
)
TEXTS = st.text() | st.text(CHARACTERS, max_size=60)


@given(TEXTS)
@example("")
@example("\u0344\ufdfa头发")
def test_each_character_read_comes_from_a_character_received(received: str) -> None:
    plain = normalize(received)
    assert len(plain.text) == len(plain.offsets)
    assert all(0 <= offset < len(received) for offset in plain.offsets)
    assert list(plain.offsets) == sorted(plain.offsets)
    bracketed = {at for match in PINYIN.finditer(received) for at in range(*match.span())}
    assert not bracketed & set(plain.offsets)


@given(TEXTS, st.data())
def test_a_span_leads_back_to_the_characters_that_it_reads(received: str, data: st.DataObject) -> None:
    plain = normalize(received)
    if not plain.text:
        return
    start = data.draw(st.integers(0, len(plain.text) - 1))
    end = data.draw(st.integers(start + 1, len(plain.text)))
    low, high = plain.span(start, end)
    assert 0 <= low < high <= len(received)
    first, last = plain.index(low), plain.index(high)
    assert plain.offsets[first] == low
    assert first <= start < end <= last
    assert {plain.offsets[at] for at in range(first, last)} == {plain.offsets[at] for at in range(start, end)}


@given(st.text("社工站六十余家0123456789人次建成", max_size=60))
def test_a_simplified_text_without_marks_reads_as_it_is(received: str) -> None:
    plain = normalize(received)
    assert plain.text == simplified(received) == received
    assert all(plain.span(at, at + 1) == (at, at + 1) for at in range(len(received)))
