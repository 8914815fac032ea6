"""Mutants of meaning: rows that keep every form and are wrong all the same. What share does any rule see, and why not all?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from tests.conftest import Row
from tests.mutation.base import Base, Draft, Spot, first_cell
from tests.mutation.contracts import days_from, metric_of
from tests.mutation.model import Broken, Mutant, sample, words
from tests.mutation.relations import figure, mentions_of, reprint

ROWS = 12
"""Rows of each class."""

Make = Callable[[Draft, Row], bool]
"""Changes the draft; says whether it could."""


@dataclass(frozen=True)
class Meaning:
    """A way to be wrong without a wrong form, and why some of its mutants are seen by nobody (empty: all are seen)."""

    make: Make
    table: str
    why: str

    @property
    def name(self) -> str:
        return words(self.make.__name__)


CLASSES: list[Meaning] = []


def wrong(table: str, why: str) -> Callable[[Make], Make]:
    def enter(make: Make) -> Make:
        CLASSES.append(Meaning(make, table, why))
        return make

    return enter


def meaning_mutants(base: Base) -> Iterator[Mutant]:
    """Each class in a few rows; the place is the row, for nobody promises to name the cell."""
    for meaning in CLASSES:
        rows = sample(base.tables[meaning.table], 9999, meaning.name)
        fit = (row for row in rows if meaning.make(Draft(base), row))
        yield from (_mutant(meaning, row) for row in islice(fit, ROWS))


def _mutant(meaning: Meaning, row: Row) -> Mutant:
    def make(base: Base) -> Broken:
        draft = Draft(base)
        meaning.make(draft, row)
        some = next(iter(draft.rows(meaning.table)))
        kept = row if any(first_cell(r) == first_cell(row) for r in draft.rows(meaning.table)) else some
        return draft.broken(Spot(meaning.table, first_cell(kept), ""))

    return Mutant(meaning.name, meaning.name, f"{meaning.table} {first_cell(row)}", "", make)


def other_digits(number: str) -> str:
    """The number with its first digit changed."""
    return ("7" if number[0] != "7" else "3") + number[1:]


NEEDS_DOCUMENT = "tables alone hold one telling of a figure; the words that were printed are in the document"
NEEDS_READER = "what the words mean takes a reader: the span holds, the row says something else"
OWN_WORDS = "our own words, which nothing repeats"


def is_plain(row: Row) -> bool:
    return row["qualifier"] == "exact" and row["value"] in row["value_text"]


# Figures


@wrong("observations", NEEDS_DOCUMENT)
def figure_misread_everywhere(draft: Draft, row: Row) -> bool:
    """Value, bounds, token and value mention say the same wrong number."""
    if is_plain(row):
        reprint(draft, row, other_digits(row["value"]))
    return is_plain(row)


@wrong("observations", "")
def figure_and_token_misread(draft: Draft, row: Row) -> bool:
    """Value, bounds and token are wrong together, the mention is right."""
    value = other_digits(row["value"])
    token = row["value_text"].replace(row["value"], value)
    return is_plain(row) and draft.set("observations", row["observation_id"], value_text=token, **figure(value))


@wrong("observations", "")
def figures_of_two_rows_swapped(draft: Draft, row: Row) -> bool:
    others = [o for o in draft.where("observations", source_id=row["source_id"]) if o["value"] != row["value"]]
    if not others:
        return False
    columns = ("value", "value_lower", "value_upper", "qualifier", "value_text")
    draft.set("observations", row["observation_id"], **{c: others[0][c] for c in columns})
    return draft.set("observations", others[0]["observation_id"], **{c: row[c] for c in columns})


@wrong("observations", "of two rows whose mentions are swapped too, each is whole")
def figures_and_mentions_of_two_rows_swapped(draft: Draft, row: Row) -> bool:
    if not figures_of_two_rows_swapped(draft, row):
        return False
    others = [o for o in draft.base.tables["observations"] if o["source_id"] == row["source_id"]]
    other = next(o for o in others if o["value"] != row["value"])
    pair = (row["observation_id"], other["observation_id"])
    for own, new in (pair, pair[::-1]):
        for mention in [
            m for m in draft.base.tables["mentions"] if m["observation_id"] == own and m["role"] == "value"
        ]:
            draft.set("mentions", mention["mention_id"], observation_id=new)
    return True


@wrong("observations", "unit, kind and period fit; " + NEEDS_READER)
def another_metric_of_the_same_unit_and_kind(draft: Draft, row: Row) -> bool:
    own = metric_of(draft, row)
    like = {"unit": own["unit"], "kind": own["kind"], "is_integer": own["is_integer"]}
    others = [metric for metric in draft.where("metrics", **like) if metric["metric_id"] != own["metric_id"]]
    return bool(others) and draft.set("observations", row["observation_id"], metric_id=others[0]["metric_id"])


@wrong("observations", "the unit fits, and the period does for both kinds; " + NEEDS_READER)
def another_metric_of_the_same_unit(draft: Draft, row: Row) -> bool:
    own = metric_of(draft, row)
    others = [m for m in draft.where("metrics", unit=own["unit"]) if m["kind"] != own["kind"]]
    return bool(others) and draft.set("observations", row["observation_id"], metric_id=others[0]["metric_id"])


@wrong("observations", "words such as 社工站 or 个 count several things: " + NEEDS_READER)
def another_metric_of_another_unit(draft: Draft, row: Row) -> bool:
    own = metric_of(draft, row)
    others = [m for m in draft.rows("metrics") if m["unit"] != own["unit"]]
    other = next(sample(others, 1, first_cell(row)))
    return draft.set("observations", row["observation_id"], metric_id=other["metric_id"])


# Places


def sibling(draft: Draft, region: str) -> str:
    own = draft.row("regions", region)
    others = [r for r in draft.where("regions", level=own["level"]) if r["region_id"] != region]
    others.sort(key=lambda r: (r["parent_id"] != own["parent_id"], r["region_id"]))
    return others[0]["region_id"] if others else ""


@wrong("observations", "a level word (全市, 全区) fits every place of the level")
def neighbouring_place_of_the_same_level(draft: Draft, row: Row) -> bool:
    other = sibling(draft, row["region_id"])
    return bool(other) and draft.set("observations", row["observation_id"], region_id=other)


@wrong("observations", "")
def place_one_level_up(draft: Draft, row: Row) -> bool:
    parent = draft.row("regions", row["region_id"])["parent_id"]
    return bool(parent) and draft.set("observations", row["observation_id"], region_id=parent)


@wrong("observations", "")
def place_one_level_down(draft: Draft, row: Row) -> bool:
    below = draft.where("regions", parent_id=row["region_id"])
    return bool(below) and draft.set("observations", row["observation_id"], region_id=below[0]["region_id"])


@wrong("milestones", "a level word (全市, 全区) fits every place of the level")
def event_in_a_neighbouring_place(draft: Draft, row: Row) -> bool:
    other = sibling(draft, row["region_id"])
    return bool(other) and draft.set("milestones", row["milestone_id"], region_id=other)


# Time


def years(day: str, by: int) -> str:
    return f"{int(day[:4]) + by}{day[4:]}".replace("-02-29", "-02-28") if day else ""


@wrong("observations", "no year is printed beside the figure, so no date mention contradicts")
def period_a_year_earlier(draft: Draft, row: Row) -> bool:
    days = {column: years(row[column], -1) for column in ("period_start", "period_end")}
    return bool(row["period_end"]) and draft.set("observations", row["observation_id"], **days)


@wrong("observations", "")
def period_a_year_later(draft: Draft, row: Row) -> bool:
    days = {column: years(row[column], 1) for column in ("period_start", "period_end")}
    return bool(row["period_end"]) and draft.set("observations", row["observation_id"], **days)


@wrong("observations", "date mentions are compared by year, not by day")
def period_ends_a_day_early(draft: Draft, row: Row) -> bool:
    is_span = row["period_end"] and row["period_start"] != row["period_end"]
    return bool(is_span) and draft.set(
        "observations", row["observation_id"], period_end=days_from(row["period_end"], -1)
    )


@wrong("observations", "what is stated and what is concluded is a reader's judgement")
def basis_stated_for_inferred(draft: Draft, row: Row) -> bool:
    other = {"stated": "inferred", "inferred": "stated"}.get(row["period_basis"], "")
    return bool(other) and draft.set("observations", row["observation_id"], period_basis=other)


@wrong("milestones", "no year is printed in its date mentions (去年, 今年, a month and a day)")
def event_a_year_earlier(draft: Draft, row: Row) -> bool:
    days = {column: years(row[column], -1) for column in ("date_start", "date_end")}
    return draft.set("milestones", row["milestone_id"], **days)


@wrong("milestones", "date mentions are compared by year, not by day")
def event_a_day_later(draft: Draft, row: Row) -> bool:
    days = {column: days_from(row[column], 1) for column in ("date_start", "date_end")}
    return row["date_precision"] == "day" and draft.set("milestones", row["milestone_id"], **days)


@wrong("sources", "the publication is dated by a reader; only rows that copy it or come after it contradict")
def publication_a_day_later(draft: Draft, row: Row) -> bool:
    days = {c: days_from(row[c], 1) for c in ("published_from", "published_to")}
    return draft.set("sources", row["source_id"], **days)


# Of whom, of what


@wrong("observations", "whether a figure is of a body or of the whole place takes a reader")
def body_left_out(draft: Draft, row: Row) -> bool:
    return bool(row["organization_id"]) and draft.set("observations", row["observation_id"], organization_id="")


@wrong("observations", "the other body has its seat in the same place; " + NEEDS_READER)
def another_body_of_the_place(draft: Draft, row: Row) -> bool:
    own = row["organization_id"]
    others = [o for o in draft.where("organizations", region_id=row["region_id"]) if o["organization_id"] != own]
    return bool(others) and draft.set(
        "observations", row["observation_id"], organization_id=others[0]["organization_id"]
    )


@wrong("observations", "whether a figure is of a programme or of the whole place takes a reader")
def programme_left_out(draft: Draft, row: Row) -> bool:
    return bool(row["programme_id"]) and draft.set("observations", row["observation_id"], programme_id="")


@wrong("observations", NEEDS_READER)
def another_programme(draft: Draft, row: Row) -> bool:
    others = [p for p in draft.rows("programmes") if p["programme_id"] != row["programme_id"]]
    programme = next(sample(others, 1, first_cell(row)))["programme_id"]
    return bool(row["programme_id"]) and draft.set("observations", row["observation_id"], programme_id=programme)


@wrong("observations", "reported, aimed at or foreseen: " + NEEDS_READER)
def target_for_a_report(draft: Draft, row: Row) -> bool:
    other = "target" if row["status"] == "reported" else "reported"
    return draft.set("observations", row["observation_id"], status=other)


@wrong("milestones", NEEDS_READER)
def category_of_another_event(draft: Draft, row: Row) -> bool:
    other = "training" if row["category"] != "training" else "award"
    return draft.set("milestones", row["milestone_id"], category=other)


@wrong("milestones", "a plan whose date lies behind its publication is seen; one that lies ahead is not")
def plan_for_an_event(draft: Draft, row: Row) -> bool:
    other = {"occurred": "planned", "planned": "occurred"}.get(row["status"], "")
    return bool(other) and draft.set("milestones", row["milestone_id"], status=other)


# Names, titles, notes


@wrong("organizations", "where only a part of the name is printed, nothing says the rest")
def name_misprinted(draft: Draft, row: Row) -> bool:
    return draft.set("organizations", row["organization_id"], name_zh="新" + row["name_zh"][1:])


@wrong("regions", "only places that a mention names by their stem are compared")
def place_misnamed(draft: Draft, row: Row) -> bool:
    return draft.set("regions", row["region_id"], name_zh="新" + row["name_zh"][1:])


@wrong("programmes", OWN_WORDS)
def translation_of_another_row(draft: Draft, row: Row) -> bool:
    other = next(p for p in draft.rows("programmes") if p["name_en"] != row["name_en"])
    return draft.set("programmes", row["programme_id"], name_en=other["name_en"])


@wrong("metrics", OWN_WORDS)
def definition_of_another_metric(draft: Draft, row: Row) -> bool:
    other = next(m for m in draft.rows("metrics") if m["metric_id"] != row["metric_id"])
    return draft.set("metrics", row["metric_id"], definition_en=other["definition_en"])


@wrong("observations", OWN_WORDS)
def note_lost(draft: Draft, row: Row) -> bool:
    return bool(row["note"]) and draft.set("observations", row["observation_id"], note="")


@wrong("sources", "who published first is a reader's judgement")
def publisher_of_another_source(draft: Draft, row: Row) -> bool:
    return bool(row["publisher"]) and draft.set("sources", row["source_id"], publisher="人民日报")


@wrong("metrics", "nothing but the definition says that it may be summed")
def metric_no_longer_additive(draft: Draft, row: Row) -> bool:
    return row["is_additive"] == "true" and draft.set("metrics", row["metric_id"], is_additive="false")


@wrong("metrics", "a missing tie between part and total forbids nothing")
def component_untied(draft: Draft, row: Row) -> bool:
    return bool(row["component_of"]) and draft.set("metrics", row["metric_id"], component_of="")


@wrong("organizations", "letters of two scripts that look the same are all letters")
def letter_of_another_script(draft: Draft, row: Row) -> bool:
    name = row["name_en"].replace("o", "о")  # a Cyrillic letter
    return name != row["name_en"] and draft.set("organizations", row["organization_id"], name_en=name)


# The ledger


@wrong("mentions", "a detail is any word that a row rests on")
def detail_of_another_row(draft: Draft, row: Row) -> bool:
    if row["role"] != "detail" or not row["observation_id"]:
        return False
    source = draft.row("observations", row["observation_id"])["source_id"]
    others = [o for o in draft.where("observations", source_id=source) if o["observation_id"] != row["observation_id"]]
    return bool(others) and draft.set("mentions", row["mention_id"], observation_id=others[0]["observation_id"])


@wrong("mentions", "why a numeral is no fact takes a reader")
def exclusion_for_another_reason(draft: Draft, row: Row) -> bool:
    other = "slogan" if row["exclusion"] != "slogan" else "boilerplate"
    return bool(row["exclusion"]) and draft.set("mentions", row["mention_id"], exclusion=other)


@wrong("mentions", "the document tells of a numeral left out; of other words it cannot")
def mention_left_out(draft: Draft, row: Row) -> bool:
    draft.drop("mentions", row["mention_id"])
    return True


@wrong("observations", "the numeral is still excluded or dates another row")
def figure_left_out_with_its_mentions(draft: Draft, row: Row) -> bool:
    gone = mentions_of(draft, "observation_id", row["observation_id"])
    draft.drop("mentions", *(mention["mention_id"] for mention in gone))
    draft.drop("observations", row["observation_id"])
    return True


@wrong("observations", "an exclusion with a reason accounts for the numeral: whether it is a fact takes a reader")
def figure_excluded_instead(draft: Draft, row: Row) -> bool:
    for mention in mentions_of(draft, "observation_id", row["observation_id"]):
        draft.drop("mentions", mention["mention_id"])
        is_alone = (
            len(draft.where("mentions", document_id=mention["document_id"], char_start=mention["char_start"])) == 0
        )
        if is_alone and mention["role"] == "value":
            draft.add("mentions", mention, role="excluded", observation_id="", exclusion="out_of_scope")
    draft.drop("observations", row["observation_id"])
    return True


@wrong("mentions", "the same words stand there twice, and either place will do")
def span_of_the_same_words_elsewhere(draft: Draft, row: Row) -> bool:
    same = draft.where("mentions", document_id=row["document_id"], text=row["text"])
    others = [m for m in same if m["char_start"] != row["char_start"] and re.search("[0-9]", m["text"])]
    if not others or row["role"] == "excluded":
        return False
    return draft.set("mentions", row["mention_id"], char_start=others[0]["char_start"], char_end=others[0]["char_end"])
