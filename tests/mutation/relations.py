"""Rows that do not fit other rows, by hand: sums, facts told twice, publication, hierarchy, the ledger, what nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.conftest import Row
from tests.mutation.base import Draft, Spot
from tests.mutation.contracts import days_from, metric_of, plus
from tests.mutation.domain import Change, breaks

FIGURES = ("value", "value_lower", "value_upper")
SCOPE = ("region_id", "period_start", "period_end", "status", "organization_id", "programme_id", "source_id")


def mentions_of(draft: Draft, target: str, id: str, *roles: str) -> list[Row]:
    """The mentions of a row, of some roles."""
    return [m for m in draft.where("mentions", **{target: id}) if m["role"] in roles or not roles]


def figure(value: str) -> dict[str, str]:
    """An exact figure."""
    return {**dict.fromkeys(FIGURES, value), "qualifier": "exact"}


def retell(draft: Draft, row: Row, **cells: str) -> Row:
    """Enter an observation again as obs-9999, with the mentions that it rests on."""
    draft.add("observations", row, **({"observation_id": "obs-9999"} | cells))
    for at, mention in enumerate(mentions_of(draft, "observation_id", row["observation_id"])):
        draft.add("mentions", mention, mention_id=f"mn-9{at:04}", observation_id="obs-9999")
    return draft.row("observations", "obs-9999")


def reprint(draft: Draft, row: Row, value: str) -> None:
    """Change a figure together with its token and the value mentions: nothing in the tables disagrees."""
    token = row["value_text"].replace(row["value"], value)
    draft.set("observations", row["observation_id"], value_text=token, **figure(value))
    for mention in mentions_of(draft, "observation_id", row["observation_id"], "value"):
        end = str(int(mention["char_start"]) + len(token))
        draft.set("mentions", mention["mention_id"], text=token, char_end=end)


def same_scope(draft: Draft, row: Row, metric: str) -> list[Row]:
    return draft.where("observations", metric_id=metric, **{column: row[column] for column in SCOPE})


# Components and their total

SUM = "components and their total"


@breaks("component-exceeds-total", "observations", "value", SUM)
def component_above_its_total(draft: Draft, row: Row) -> Iterator[Change]:
    for whole in same_scope(draft, row, metric_of(draft, row)["component_of"] or "-"):
        if row["qualifier"] == "exact" and row["value"] in row["value_text"] and whole["value_upper"]:
            digits = len(row["value"])
            bigger = str(9 * 10 ** (digits - 1)) if digits == len(whole["value"]) else plus(whole["value_upper"], 1)
            reprint(draft, row, bigger)
            yield Spot("observations", row["observation_id"], "value")


@breaks("component-exceeds-total", "observations", "value", SUM)
def total_below_its_component(draft: Draft, row: Row) -> Iterator[Change]:
    for whole in same_scope(draft, row, metric_of(draft, row)["component_of"] or "-"):
        if whole["qualifier"] == "exact" and whole["value"] in whole["value_text"]:
            reprint(draft, whole, plus(row["value"], -1))
            yield Spot("observations", row["observation_id"], "value")


def parts_of(draft: Draft, row: Row) -> list[Row]:
    """All components of a total, where all are there."""
    metrics = draft.where("metrics", component_of=row["metric_id"])
    found = [part for metric in metrics for part in same_scope(draft, row, metric["metric_id"])]
    return found if len(metrics) >= 2 and len(found) == len(metrics) else []


@breaks("component-sum", "observations", "value", SUM)
def components_that_do_not_add_up(draft: Draft, row: Row) -> Iterator[Change]:
    for part in parts_of(draft, row)[1:]:
        reprint(draft, part, plus(part["value"], -1))
        yield Spot("observations", row["observation_id"], "value")


@breaks("component-sum", "observations", "value", SUM)
def total_that_is_no_sum(draft: Draft, row: Row) -> Iterator[Change]:
    if parts_of(draft, row):
        reprint(draft, row, plus(row["value"], 1))
        yield Spot("observations", row["observation_id"], "value")


@breaks("component-sum", "observations", "value", SUM)
def metric_counted_as_a_component(draft: Draft, row: Row) -> Iterator[Change]:
    """A third component that has no part in the total."""
    parts = parts_of(draft, row)
    if parts:
        like = metric_of(draft, parts[0])
        draft.add("metrics", like, metric_id="zz_more", name_zh="更多", name_en="More")
        extra = draft.add(
            "observations", parts[0], observation_id="obs-9999", metric_id="zz_more", value_text="1人", **figure("1")
        )
        for at, mention in enumerate(mentions_of(draft, "observation_id", parts[0]["observation_id"])):
            is_value = mention["role"] == "value"
            new = {"text": "1人", "char_end": plus(mention["char_start"], 2)} if is_value else {}
            draft.add("mentions", mention, mention_id=f"mn-9{at:04}", observation_id=extra["observation_id"], **new)
        yield Spot("observations", row["observation_id"], "value")


@breaks("metric-component", "metrics", "component_of", "definition of a metric")
def component_of_another_unit_or_kind(draft: Draft, row: Row) -> Iterator[Change]:
    whole = [r for r in draft.rows("metrics") if r["metric_id"] == row["component_of"]]
    if whole:
        units = (unit for unit in ("household", "questionnaire", "session") if unit != whole[0]["unit"])
        others = [
            r for r in draft.rows("metrics") if r["unit"] != row["unit"] and r["metric_id"] != row["component_of"]
        ]
        yield {"component_of": others[0]["metric_id"]}
        yield {"component_of": others[-1]["metric_id"]}
        yield {"unit": next(units)} if row["metric_id"] not in used(draft) else {"component_of": others[1]["metric_id"]}


def used(draft: Draft) -> set[str]:
    return {row["metric_id"] for row in draft.rows("observations")}


@breaks("metric-component", "metrics", "component_of", "definition of a metric")
def totals_in_a_circle(draft: Draft, row: Row) -> Iterator[Change]:
    parts = draft.where("metrics", component_of=row["metric_id"])
    if parts:
        yield {"component_of": parts[0]["metric_id"]}


# Facts told twice, figures that contradict each other

TWICE = "fact entered twice"


@breaks("observation-twice-in-document", "observations", "value", TWICE)
def fact_printed_twice_entered_twice(draft: Draft, row: Row) -> Iterator[Change]:
    """Once for each item of the document; the second rests on the words of its own item, if it has any."""
    others = [
        s for s in draft.where("sources", document_id=document_of(draft, row)) if s["source_id"] != row["source_id"]
    ]
    for other in [s for s in others if s["published_to"] >= row["period_end"]][:1]:
        draft.add("observations", row, observation_id="obs-9999", source_id=other["source_id"])
        for at, mention in enumerate(mentions_of(draft, "observation_id", row["observation_id"])):
            start = int(other["char_start"])
            moved = {"char_start": str(start), "char_end": str(start + len(mention["text"]))}
            draft.add("mentions", mention, mention_id=f"mn-9{at:04}", observation_id="obs-9999", **moved)
        yield Spot("observations", "obs-9999", "value")


@breaks("unique-key", "observations", "region_id", TWICE)
def fact_entered_again_in_full(draft: Draft, row: Row) -> Iterator[Change]:
    """With every mention that it rests on."""
    retell(draft, row)
    yield Spot("observations", "obs-9999", "region_id")


@breaks("unique-key", "milestones", "region_id", TWICE)
def event_entered_again_in_full(draft: Draft, row: Row) -> Iterator[Change]:
    draft.add("milestones", row, milestone_id="ms-9999")
    for at, mention in enumerate(mentions_of(draft, "milestone_id", row["milestone_id"])):
        draft.add("mentions", mention, mention_id=f"mn-9{at:04}", milestone_id="ms-9999")
    yield Spot("milestones", "ms-9999", "region_id")


@breaks("unique-key", "mentions", "document_id", TWICE)
def span_entered_again_for_the_same_row(draft: Draft, row: Row) -> Iterator[Change]:
    draft.add("mentions", row, mention_id="mn-99999")
    yield Spot("mentions", "mn-99999", "document_id")


@breaks("unique-key", "organizations", "name_zh", TWICE)
def body_entered_again(draft: Draft, row: Row) -> Iterator[Change]:
    draft.add("organizations", row, organization_id="org-9999")
    for at, mention in enumerate(mentions_of(draft, "organization_id", row["organization_id"], "name")):
        draft.add("mentions", mention, mention_id=f"mn-9{at:04}", organization_id="org-9999")
    yield Spot("organizations", "org-9999", "name_zh")


def document_of(draft: Draft, row: Row) -> str:
    return draft.row("sources", row["source_id"])["document_id"]


def stray_source(draft: Draft, row: Row) -> str:
    """A source outside the documents, published when the row's own was."""
    own = draft.row("sources", row["source_id"])
    draft.add("sources", own, source_id="zz-source", document_id="", char_start="", char_end="")
    return "zz-source"


OTHERS = "figures that do not fit each other"


@breaks("observation-contradiction", "observations", "value", OTHERS)
def another_source_says_more(draft: Draft, row: Row) -> Iterator[Change]:
    if row["qualifier"] == "exact" and row["value"] in row["value_text"] and row["period_start"]:
        value = plus(row["value"], 7)
        token = row["value_text"].replace(row["value"], value)
        source = stray_source(draft, row)
        draft.add("observations", row, observation_id="obs-9999", source_id=source, value_text=token, **figure(value))
        yield Spot("observations", "obs-9999", "value")


@breaks("part-of-place-exceeds-whole", "observations", "value", OTHERS)
def part_of_a_place_with_more(draft: Draft, row: Row) -> Iterator[Change]:
    is_whole = row["period_start"] and not row["organization_id"] and not row["programme_id"]
    below = [r for r in draft.where("regions", parent_id=row["region_id"]) if r["level"] != "functional_area"]
    is_plain = row["qualifier"] == "exact" and row["value"] in row["value_text"]
    if is_whole and is_plain and below and metric_of(draft, row)["is_additive"] == "true":
        value = plus(row["value"], 1)
        token = row["value_text"].replace(row["value"], value)
        cells = {"region_id": below[0]["region_id"], "source_id": stray_source(draft, row), "value_text": token}
        draft.add("observations", row, observation_id="obs-9999", **cells, **figure(value))
        yield Spot("observations", "obs-9999", "value")


# Publication

AFTER = "told before it happened"


@breaks("observation-after-publication", "observations", "period_end", AFTER)
def figure_published_before_its_time(draft: Draft, row: Row) -> Iterator[Change]:
    is_told = row["status"] == "reported" and metric_of(draft, row)["kind"] in ("stock", "flow")
    if is_told and row["period_end"] and row["period_basis"] != "published":
        published = draft.row("sources", row["source_id"])["published_to"]
        yield from ({"period_end": days_from(published, days)} for days in (1, 400))


@breaks("observation-period-published", "observations", "period_basis", AFTER)
def period_that_is_not_the_publication(draft: Draft, row: Row) -> Iterator[Change]:
    if row["period_basis"] == "published":
        yield {"period_start": days_from(row["period_start"], -1)}
        if row["period_start"] != row["period_end"]:
            yield {"period_end": days_from(row["period_end"], -1)}
    elif row["period_start"] and row["period_start"] != draft.row("sources", row["source_id"])["published_from"]:
        yield {"period_basis": "published"}


@breaks("milestone-after-publication", "milestones", "date_start", AFTER)
def event_published_before_it_happened(draft: Draft, row: Row) -> Iterator[Change]:
    if row["status"] == "occurred":
        published = draft.row("sources", row["source_id"])["published_to"]
        year = str(int(published[:4]) + 1)
        yield {"date_start": f"{year}-01-01", "date_end": f"{year}-12-31", "date_precision": "year"}
        day = days_from(published, 1)
        yield {"date_start": day, "date_end": day, "date_precision": "day"}


@breaks("milestone-planned-before-publication", "milestones", "date_end", AFTER)
def plan_of_the_past(draft: Draft, row: Row) -> Iterator[Change]:
    published = draft.row("sources", row["source_id"])["published_from"]
    if row["date_end"] < published and row["status"] == "occurred":
        yield {"status": "planned"}
    if row["status"] == "planned":
        day = days_from(published, -1)
        yield {"date_start": day, "date_end": day, "date_precision": "day"}


# Places

PLACE = "place that does not fit"


@breaks("region-parent-level", "regions", "parent_id", PLACE)
def parent_of_no_higher_level(draft: Draft, row: Row) -> Iterator[Change]:
    """A zone, or a place of the same level, as a parent; the digits fit."""
    if row["level"] == "village":
        zone = f"{row['parent_id']}-zone"
        parent = draft.row("regions", row["parent_id"])
        draft.add(
            "regions", parent, region_id=zone, level="functional_area", code_vintage="local", parent_id=row["parent_id"]
        )
        draft.set("regions", row["region_id"], parent_id=zone)
        yield Spot("regions", row["region_id"], "parent_id")
    elif row["level"] != "country":
        yield {"parent_id": row["region_id"]}


@breaks("region-parent-level", "regions", "parent_id", PLACE)
def zone_as_a_parent(draft: Draft, row: Row) -> Iterator[Change]:
    if "-" in row["region_id"]:
        code = f"{row['region_id']}-north"
        draft.add("regions", row, region_id=code, name_zh="北区", parent_id=row["region_id"])
        first = draft.base.tables["milestones"][0]
        draft.add("milestones", first, milestone_id="ms-9999", region_id=code, source_id=stray_source(draft, first))
        yield Spot("regions", code, "parent_id")


@breaks("observation-body-region", "observations", "region_id", PLACE)
def figure_in_another_place_than_its_body(draft: Draft, row: Row) -> Iterator[Change]:
    if row["organization_id"] and draft.row("organizations", row["organization_id"])["region_id"]:
        parent = draft.row("regions", row["region_id"])["parent_id"]
        yield from ({"region_id": region} for region in ("CN", parent) if region != row["region_id"])


@breaks("observation-body-region", "observations", "region_id", PLACE)
def body_in_another_place_than_its_figure(draft: Draft, row: Row) -> Iterator[Change]:
    if row["organization_id"] and row["region_id"] != "330000":
        draft.set("organizations", row["organization_id"], region_id="330000")
        yield Spot("observations", row["observation_id"], "region_id")


# The ledger: words that do not fit their row

WORDS = "words that do not fit their row"


@breaks("place-words", "mentions", "text", WORDS)
def place_mention_of_another_name(draft: Draft, row: Row) -> Iterator[Change]:
    if row["role"] == "place":
        yield {"text": ("喀什" * len(row["text"]))[: len(row["text"])]}


@breaks("place-words", "mentions", "text", WORDS)
def figure_moved_to_another_province(draft: Draft, row: Row) -> Iterator[Change]:
    if row["role"] == "place" and row["observation_id"]:
        told = draft.row("observations", row["observation_id"])
        if not told["organization_id"] and not told["region_id"].startswith("15"):
            draft.set("observations", row["observation_id"], region_id="150000")
            yield Spot("mentions", row["mention_id"], "text")


@breaks("value-words", "mentions", "text", WORDS)
def value_mention_of_another_figure(draft: Draft, row: Row) -> Iterator[Change]:
    if row["role"] == "value":
        told = draft.row("observations", row["observation_id"])
        others = [o for o in draft.where("observations", source_id=told["source_id"]) if o["value"] != told["value"]]
        yield from ({"observation_id": other["observation_id"]} for other in others[:2])


@breaks("value-words", "mentions", "text", WORDS)
def value_mention_misread(draft: Draft, row: Row) -> Iterator[Change]:
    if row["role"] == "value" and re.match("[1-8]", row["text"]):
        yield {"text": "9" + row["text"][1:]}


@breaks("date-words", "mentions", "text", WORDS)
def year_of_another_row(draft: Draft, row: Row) -> Iterator[Change]:
    year = re.search("(?:19|20)[0-9]{2}", row["text"])
    if row["role"] == "date" and year:
        yield from ({"text": row["text"].replace(year[0], other)} for other in ("1999", "2035"))


@breaks("date-words", "mentions", "text", WORDS)
def event_moved_to_another_year(draft: Draft, row: Row) -> Iterator[Change]:
    if row["role"] == "date" and row["milestone_id"] and re.search("(19|20)[0-9]{2}", row["text"]):
        cells = {"date_start": "1995-01-01", "date_end": "1995-12-31", "date_precision": "year", "status": "occurred"}
        draft.set("milestones", row["milestone_id"], **cells)
        yield Spot("mentions", row["mention_id"], "text")


# The ledger: rows without words

WITHOUT = "row without the words it rests on"


@breaks("observation-value-mention", "observations", "value_text", WITHOUT)
def figure_without_its_token(draft: Draft, row: Row) -> Iterator[Change]:
    values = mentions_of(draft, "observation_id", row["observation_id"], "value")
    draft.drop("mentions", *(mention["mention_id"] for mention in values))
    yield Spot("observations", row["observation_id"], "value_text")


@breaks("observation-value-mention", "observations", "value_text", WITHOUT)
def token_that_reads_the_same_but_is_not_printed(draft: Draft, row: Row) -> Iterator[Change]:
    if re.fullmatch("[0-9]+人", row["value_text"]):
        yield {"value_text": row["value"] + "名"}
        yield {"value_text": f"{row['value_text'][0]}\u200b{row['value_text'][1:]}".replace("\u200b", " ")}


@breaks("observation-place-mention", "observations", "region_id", WITHOUT)
def figure_of_no_place(draft: Draft, row: Row) -> Iterator[Change]:
    places = mentions_of(draft, "observation_id", row["observation_id"], "place")
    draft.drop("mentions", *(mention["mention_id"] for mention in places))
    yield Spot("observations", row["observation_id"], "region_id")


@breaks("milestone-mentions", "milestones", "date_start", WITHOUT)
def event_without_a_date(draft: Draft, row: Row) -> Iterator[Change]:
    dates = mentions_of(draft, "milestone_id", row["milestone_id"], "date")
    draft.drop("mentions", *(mention["mention_id"] for mention in dates))
    yield Spot("milestones", row["milestone_id"], "date_start")


@breaks("milestone-mentions", "milestones", "region_id", WITHOUT)
def event_without_a_place(draft: Draft, row: Row) -> Iterator[Change]:
    places = mentions_of(draft, "milestone_id", row["milestone_id"], "place")
    draft.drop("mentions", *(mention["mention_id"] for mention in places))
    yield Spot("milestones", row["milestone_id"], "region_id")


@breaks("organization-name-mention", "organizations", "name_zh", WITHOUT)
def body_without_a_name(draft: Draft, row: Row) -> Iterator[Change]:
    names = mentions_of(draft, "organization_id", row["organization_id"], "name")
    draft.drop("mentions", *(mention["mention_id"] for mention in names))
    yield Spot("organizations", row["organization_id"], "name_zh")


@breaks("organization-name-mention", "organizations", "name_zh", WITHOUT)
def body_by_another_name(draft: Draft, row: Row) -> Iterator[Change]:
    draft.set("organizations", row["organization_id"], name_zh="无名社工站")
    yield Spot("organizations", row["organization_id"], "name_zh")


@breaks("programme-name-mention", "programmes", "name_zh", WITHOUT)
def programme_by_another_name(draft: Draft, row: Row) -> Iterator[Change]:
    draft.set("programmes", row["programme_id"], name_zh="无名计划")
    yield Spot("programmes", row["programme_id"], "name_zh")


@breaks("programme-name-mention", "programmes", "name_zh", WITHOUT)
def programme_without_a_name(draft: Draft, row: Row) -> Iterator[Change]:
    names = mentions_of(draft, "programme_id", row["programme_id"], "name")
    draft.drop("mentions", *(mention["mention_id"] for mention in names))
    yield Spot("programmes", row["programme_id"], "name_zh")


@breaks("source-title-mention", "sources", "title_zh", WITHOUT)
def source_without_its_title(draft: Draft, row: Row) -> Iterator[Change]:
    titles = mentions_of(draft, "source_id", row["source_id"], "title")
    draft.drop("mentions", *(mention["mention_id"] for mention in titles))
    yield Spot("sources", row["source_id"], "title_zh")


# Spans and ranges

OUTSIDE = "span outside of where it belongs"


@breaks("mention-outside-document", "mentions", "char_end", OUTSIDE)
def span_beyond_the_document(draft: Draft, row: Row) -> Iterator[Change]:
    end = int(draft.row("documents", row["document_id"])["characters"]) + 1
    yield {"char_start": str(end - len(row["text"])), "char_end": str(end)}


@breaks("mention-outside-source", "mentions", "char_start", OUTSIDE)
def span_in_another_item(draft: Draft, row: Row) -> Iterator[Change]:
    if row["observation_id"] or row["milestone_id"]:
        target = "observation" if row["observation_id"] else "milestone"
        own = draft.row(f"{target}s", row[f"{target}_id"])["source_id"]
        others = [s for s in draft.where("sources", document_id=row["document_id"]) if s["source_id"] != own]
        for other in others[:2]:
            start = int(other["char_start"])
            yield {"char_start": str(start), "char_end": str(start + len(row["text"]))}


@breaks("mention-outside-source", "mentions", "char_start", OUTSIDE)
def span_in_another_document(draft: Draft, row: Row) -> Iterator[Change]:
    if row["role"] not in ("excluded", "name") and not row["region_id"] and not row["organization_id"]:
        others = [d["document_id"] for d in draft.rows("documents") if d["document_id"] != row["document_id"]]
        is_near = int(row["char_end"]) < 2000 and not row["programme_id"]
        yield from ({"document_id": other} for other in others[:1] if is_near)


@breaks("excluded-overlap", "mentions", "char_start", OUTSIDE)
def excluded_span_that_a_row_rests_on(draft: Draft, row: Row) -> Iterator[Change]:
    if row["role"] == "excluded":
        source = draft.where("sources", document_id=row["document_id"])[0]
        cells = {"role": "detail", "exclusion": "", "source_id": source["source_id"], "mention_id": "mn-99999"}
        draft.add("mentions", row, **cells)
        yield Spot("mentions", row["mention_id"], "char_start")


@breaks("excluded-overlap", "mentions", "char_start", OUTSIDE)
def two_excluded_spans_that_overlap(draft: Draft, row: Row) -> Iterator[Change]:
    if row["role"] == "excluded":
        other = "slogan" if row["exclusion"] != "slogan" else "numbering"
        draft.add("mentions", row, mention_id="mn-99999", exclusion=other)
        yield Spot("mentions", "mn-99999", "char_start")


@breaks("source-outside-document", "sources", "char_end", OUTSIDE)
def source_beyond_the_document(draft: Draft, row: Row) -> Iterator[Change]:
    size = draft.row("documents", row["document_id"])["characters"]
    siblings = draft.where("sources", document_id=row["document_id"])
    if row == max(siblings, key=lambda source: int(source["char_end"])):
        yield {"char_end": plus(size, 1)}


@breaks("source-overlap", "sources", "char_start", OUTSIDE)
def sources_that_overlap(draft: Draft, row: Row) -> Iterator[Change]:
    siblings = draft.where("sources", document_id=row["document_id"])
    before = [source for source in siblings if int(source["char_end"]) < int(row["char_start"])]
    for other in sorted(before, key=lambda source: int(source["char_end"]))[-1:]:
        draft.set("sources", row["source_id"], char_start=plus(other["char_end"], -1))
        yield Spot("sources", max(row["source_id"], other["source_id"]), "char_start")


@breaks("source-overlap", "sources", "char_start", OUTSIDE)
def sources_that_overlap_where_nothing_is_marked(draft: Draft, row: Row) -> Iterator[Change]:
    for other in draft.where("sources", document_id=row["document_id"]):
        last = int(other["char_end"]) - 1
        mentions = draft.where("mentions", document_id=row["document_id"])
        is_marked = any(int(m["char_start"]) <= last < int(m["char_end"]) for m in mentions)
        if int(other["char_end"]) <= int(row["char_start"]) < int(other["char_end"]) + 10 and not is_marked:
            draft.set("sources", row["source_id"], char_start=str(last))
            yield Spot("sources", max(row["source_id"], other["source_id"]), "char_start")
            return


# What nothing uses

UNUSED = "row that nothing rests on"


@breaks("document-unused", "documents", "document_id", UNUSED)
def document_without_a_source(draft: Draft, row: Row) -> Iterator[Change]:
    cells = {"document_id": "zz-document", "file_name": "zz.txt", "sha256": "0" * 64}
    draft.add("documents", row, **cells)
    yield Spot("documents", "zz-document", "document_id")


@breaks("source-unused", "sources", "source_id", UNUSED)
def source_of_nothing(draft: Draft, row: Row) -> Iterator[Change]:
    draft.add("sources", row, source_id="zz-source", document_id="", char_start="", char_end="")
    yield Spot("sources", "zz-source", "source_id")


@breaks("metric-unused", "metrics", "metric_id", UNUSED)
def metric_of_nothing(draft: Draft, row: Row) -> Iterator[Change]:
    if not row["component_of"]:
        draft.add("metrics", row, metric_id="zz_metric")
        yield Spot("metrics", "zz_metric", "metric_id")


@breaks("region-unused", "regions", "region_id", UNUSED)
def region_of_nothing(draft: Draft, row: Row) -> Iterator[Change]:
    codes = {"province": "540000", "prefecture": f"{row['region_id'][:2]}9800", "county": f"{row['region_id'][:4]}98"}
    if row["level"] in codes:
        draft.add("regions", row, region_id=codes[row["level"]], name_zh="无人市")
        yield Spot("regions", codes[row["level"]], "region_id")


# Deprecations

GONE = "deprecated id"


@breaks("deprecation-in-use", "deprecations", "id", GONE)
def deprecated_id_in_use(draft: Draft, row: Row) -> Iterator[Change]:
    others = {"observations": "obs-0001", "sources": "zhenjiang-licensed-2020"}
    yield {"id": others[row["table_name"]], "replaced_by": ""}


@breaks("deprecation-replacement", "deprecations", "replaced_by", GONE)
def replacement_that_is_not_there(draft: Draft, row: Row) -> Iterator[Change]:
    yield from ({"replaced_by": id} for id in ("obs-8888", "org-0001", row["id"]))
