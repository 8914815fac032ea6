"""Every rule fires: for each rule of the catalogue, an edit of the real package that breaks it, and where it is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from shegong.checks import run
from shegong.checks.catalogue import catalogue
from shegong.checks.relations import run_queries as relations
from shegong.checks.run import check_package
from shegong.errors import PackageError
from shegong.findings import Finding, Findings
from tests.conftest import At, PackageCopy
from tests.test_rules_model import CASES as CASES_OF_RELATIONS
from tests.test_rules_model import deprecate, mention

QUERIES = relations.queries
RULES = {rule.id: rule for rule in catalogue()}
DESCRIPTOR = "datapackage.json"

# Rows of the real package that the edits rest on.
TOTAL, PART = "obs-0057", "obs-0058"  # licensed social workers of Zhenjiang: 2200, of the assistant grade 1547
SCOPED = "obs-0064"  # community activities; one agency, not named
DOUBTED = "obs-0082"  # outdated
FLOOR = "obs-0069"  # 60余家
OF_BODY = "obs-0056"  # a figure of a body, org-0044
PUBLISHED = "obs-0001"  # a figure as of publication
EVENT = "ms-0029"  # occurred, dated by a year
PLAN = "ms-0024"  # planned
RECURRING = "ms-0033"  # without a date
PAGE = "nbs-census-2020-bulletin-3"  # without a document
METRIC, SOURCE, REGION = "licensed_social_workers", "zhenjiang-licensed-2020", "321100"
DOCUMENT = "zhenjiang-evening-news"

Edit = Callable[[PackageCopy], At]
CASES: dict[str, Edit] = {}


def breaks(rule: str) -> Callable[[Edit], Edit]:
    """Enter a function as the case of a rule: it breaks a copy and says where the finding must be."""

    def enter(edit: Edit) -> Edit:
        assert rule not in CASES
        CASES[rule] = edit
        return edit

    return enter


def cell(rule: str, table: str, key: str, column: str, value: str, blamed: str = "") -> None:
    """Enter the change of one cell as the case of a rule; the finding is at the cell, or in column `blamed`."""

    @breaks(rule)
    def edit(copy: PackageCopy) -> At:
        at = copy.edit_cell(table, key, column, value)
        return at.blaming(blamed) if blamed else at


# Descriptor


@breaks("descriptor-profile")
def version_of_two_numbers(copy):
    copy.edit_json(DESCRIPTOR, lambda descriptor: descriptor.update(version="1.0"))
    return At(DESCRIPTOR, '"version"', "version", "1.0")


@breaks("descriptor-unknown-key")
def misspelt_key(copy):
    copy.edit_json(DESCRIPTOR, lambda descriptor: descriptor["resources"][6].update(tittle="Observations"))
    return At(DESCRIPTOR, '"tittle"', "resources[6].tittle", "tittle")


@breaks("descriptor-path")
def path_out_of_the_package(copy):
    copy.edit_json(DESCRIPTOR, lambda descriptor: descriptor["resources"][0].update(path="../documents.csv"))
    return At(DESCRIPTOR, '"path": "../documents.csv"', "resources[0].path", "../documents.csv")


@breaks("descriptor-twice")
def table_listed_twice(copy):
    copy.edit_json(DESCRIPTOR, lambda descriptor: descriptor["resources"].append(descriptor["resources"][0]))
    return At(DESCRIPTOR, column="resources", value="documents")


@breaks("table-missing")
def table_off_the_list(copy):
    copy.edit_json(DESCRIPTOR, lambda descriptor: descriptor["resources"].pop())
    return At(DESCRIPTOR, value="deprecations")


@breaks("file-missing")
def file_removed(copy):
    (copy.root / "data/regions.csv").unlink()
    return At("data/regions.csv")


@breaks("file-unlisted")
def file_beside_the_tables(copy):
    (copy.root / "data/notes.csv").write_text("note\n")
    return At("data/notes.csv")


@breaks("schema-unreadable")
def schema_without_a_comma(copy):
    copy.edit_text("schemas/regions.json", '"title": "Regions",', '"title": "Regions"')
    return At("schemas/regions.json", '"title_zh": "地区"')


@breaks("schema-keys")
def key_that_is_no_column(copy):
    copy.edit_json("schemas/regions.json", lambda schema: schema.update(primaryKey=["id"]))
    return At("schemas/regions.json")


@breaks("schema-codes")
def code_without_a_label(copy):
    copy.edit_field("documents", "script", lambda field: field["categories"].pop())
    return At("schemas/documents.json", column="fields[6]")


@breaks("schema-pattern")
def pattern_with_look_ahead(copy):
    pattern = "(?!x)[a-z-]+"
    copy.edit_field("documents", "document_id", lambda field: field["constraints"].update(pattern=pattern))
    return At("schemas/documents.json", column="fields[0]", value=pattern)


@breaks("schema-constraint")
def pattern_of_a_number(copy):
    copy.edit_field("documents", "bytes", lambda field: field["constraints"].update(pattern="[0-9]+"))
    return At("schemas/documents.json", column="fields[3]")


@breaks("stamp-stale")
def table_changed_after_the_stamp(copy):
    size = (copy.root / "data/documents.csv").stat().st_size
    copy.edit_cell("documents", DOCUMENT, "defects", "")
    return At(DESCRIPTOR, f'"bytes": {size}', "resources[0].bytes", str(size))


# Reading: the form of a file


def file_case(rule: str, old: str, new: str, line: int | str) -> None:
    """Enter a change of the bytes of organizations.csv as the case of a rule."""

    @breaks(rule)
    def edit(copy: PackageCopy) -> At:
        copy.edit_bytes("data/organizations.csv", lambda data: data.replace(old.encode(), new.encode(), 1))
        return At("data/organizations.csv", line)


file_case("csv-bom", "organization_id", "\ufefforganization_id", "\ufefforganization_id")
file_case("csv-line-ends", "\norg-0002", "\r\norg-0002", "org-0001")
file_case("csv-nul", "Yangshe Town", "Yangshe\0Town", "org-0001")
file_case("csv-long-line", "Yangshe Town", "Yangshe" * 20_000 + " Town", "org-0001")
file_case("csv-open-quote", "Yangshe Town", '"Yangshe Town', "org-0001")
file_case("csv-header", "name_zh,name_en", "name_en,name_zh", "organization_id")
file_case("csv-blank-row", "\norg-0002", "\n\norg-0002", 3)
file_case("csv-ragged-row", ",social_work_station,", ",social_work_station,,", "org-0001")
file_case("csv-quoted-empty", ",320582100,\n", ',320582100,""\n', "org-0001")
file_case("csv-quoting", "Yangshe Town Social Work Station", '"Yangshe Town Social Work Station"', "org-0001")


@breaks("csv-encoding")
def cell_in_latin_1(copy):
    copy.edit_bytes("data/organizations.csv", lambda data: data.replace(b"Yangshe Town", b"Yangsh\xe9 Town", 1))
    return At("data/organizations.csv", "org-0001")


@breaks("csv-order")
def rows_swapped(copy):
    def swapped(data: bytes) -> bytes:
        header, first, second, *rest = data.splitlines(keepends=True)
        return b"".join([header, second, first, *rest])

    copy.edit_bytes("data/organizations.csv", swapped)
    return At("data/organizations.csv", "org-0001,", value="org-0001")


# Parsing: the form of a cell

cell("cell-integer", "sources", SOURCE, "char_start", "+26")
cell("cell-number", "observations", TOTAL, "value", "2200.0")
cell("cell-date", "observations", TOTAL, "period_end", "2019-11-31")
cell("cell-boolean", "metrics", METRIC, "is_integer", "TRUE")
cell("cell-text", "organizations", "org-0001", "name_en", "<b>Yangshe Town</b>")
cell("cell-uri", "sources", SOURCE, "url", "www.example.org")


@breaks("cell-verbatim")
def token_that_is_a_formula(copy):
    return copy.edit_cell("mentions", mention(copy, observation_id=TOTAL, role="value"), "text", "=2200")


# Contracts: what the schema promises of a row

cell("cell-required", "observations", TOTAL, "status", "")
cell("cell-enum", "observations", TOTAL, "status", "told")
cell("cell-pattern", "documents", DOCUMENT, "file_name", "003 news.txt")
cell("cell-minimum", "documents", DOCUMENT, "characters", "0")
cell("cell-max-length", "observations", TOTAL, "value_text", "2200" + "人" * 37)


@breaks("cell-maximum")
def value_above_a_maximum(copy):
    copy.edit_field("documents", "characters", lambda field: field["constraints"].update(maximum=3010))
    return At("data/documents.csv", f"{DOCUMENT},", "characters", "3011")


@breaks("cell-min-length")
def name_shorter_than_a_minimum(copy):
    copy.edit_field("regions", "name_zh", lambda field: field["constraints"].update(minLength=3))
    return At("data/regions.csv", "CN,", "name_zh", "中国")


# Contracts: documents, sources

cell("document-size", "documents", DOCUMENT, "bytes", "3010", blamed="characters")
cell("source-span", "sources", SOURCE, "char_start", "")
cell("source-span-end", "sources", SOURCE, "char_end", "")
cell("source-span-order", "sources", SOURCE, "char_end", "26")
cell("published-to", "sources", SOURCE, "published_to", "")
cell("published-order", "sources", SOURCE, "published_to", "2020-03-16")
cell("published-unknown", "sources", SOURCE, "published_basis", "unknown")

# Contracts: regions

cell("region-shape", "regions", REGION, "level", "county", blamed="region_id")
cell("region-vintage", "regions", REGION, "code_vintage", "nbs-2023")
cell("region-parent", "regions", REGION, "parent_id", "")
cell("region-digits", "regions", REGION, "parent_id", "330000")
cell("region-placeholder", "regions", "321102", "name_zh", "市辖区")
cell("region-former", "regions", "321102", "code_vintage", "gbt2260-former")
cell("region-successor", "regions", "321102", "replaced_by", "321100")
cell("text-simplified", "regions", "321102", "name_zh", "京口區")

# Contracts: metrics

cell("metric-range-order", "metrics", METRIC, "value_max", "-1")

cell("metric-graded", "metrics", "years_running", "is_graded", "true")

# Contracts: observations

cell("quantity-unreadable", "observations", TOTAL, "value_text", "众人")
cell("quantity-value", "observations", TOTAL, "value", "2201")
cell("quantity-lower", "observations", FLOOR, "value_lower", "61")
cell("quantity-upper", "observations", FLOOR, "value_upper", "69")
cell("quantity-qualifier", "observations", FLOOR, "qualifier", "exact")
cell("quantity-classifier", "observations", TOTAL, "value_text", "2200家")
cell("bounds-order", "observations", TOTAL, "value_lower", "2201", blamed="value")
cell("bounds-qualifier", "observations", TOTAL, "value_upper", "", blamed="qualifier")
cell("metric-range", "observations", TOTAL, "value", "-2200")
cell("metric-integer", "observations", TOTAL, "value", "2200.5")
cell("period-order", "observations", TOTAL, "period_end", "2019-12-30")
cell("period-unknown", "observations", TOTAL, "period_basis", "unknown")
cell("period-end", "observations", TOTAL, "period_end", "")
cell("scope-both", "observations", SCOPED, "scope_zh", "")
cell("scope-parts", "observations", SCOPED, "scope_zh", "社区活动，一家未具名机构")
cell("scope-form", "observations", SCOPED, "scope_en", "community activities; one agency, not named.")
cell("doubt-note", "observations", DOUBTED, "note", "", blamed="doubt")


@breaks("scope-order")
def scope_out_of_order(copy):
    return copy.edit_cell("observations", SCOPED, "scope_en", "one agency, not named; community activities")


# Contracts: pages


@breaks("page-identity")
def page_with_a_title_only(copy):
    for column in ("publisher_id", "published_from", "published_to"):
        copy.edit_cell("sources", PAGE, column, "")
    return copy.edit_cell("sources", PAGE, "url", "")


cell("page-read-on", "sources", PAGE, "read_on", "")
cell("publication-read", "sources", PAGE, "read_on", "2021-05-10")

# Contracts: milestones

cell("date-order", "milestones", EVENT, "date_end", "2016-12-31")
cell("date-precision", "milestones", EVENT, "date_end", "2017-12-30", blamed="date_precision")
cell("date-known", "milestones", EVENT, "date_basis", "", blamed="date_precision")
cell("date-end", "milestones", EVENT, "date_end", "")
cell("date-open", "milestones", EVENT, "date_start", "")
cell("date-recurring", "milestones", RECURRING, "note", "", blamed="date_end")

# Contracts: mentions


@breaks("mention-target")
def mention_of_two_things(copy):
    return copy.edit_cell("mentions", mention(copy, observation_id=TOTAL), "milestone_id", EVENT).blaming("role")


@breaks("mention-role")
def place_of_an_organization(copy):
    return copy.edit_cell("mentions", mention(copy, organization_id="org-0044"), "role", "place")


@breaks("mention-span")
def span_of_nothing(copy):
    key = mention(copy, observation_id=TOTAL, role="value")
    return copy.edit_cell("mentions", key, "char_end", copy.row("mentions", key)["char_start"])


@breaks("mention-length")
def text_shorter_than_its_span(copy):
    return copy.edit_cell("mentions", mention(copy, observation_id=TOTAL, role="value"), "text", "2200")


@breaks("mention-letters")
def span_of_a_sentence(copy):
    return copy.edit_cell("mentions", mention(copy, observation_id=TOTAL, role="place"), "text", "镇江" * 12)


@breaks("mention-numeral")
def excluded_word(copy):
    return copy.edit_cell("mentions", mention(copy, role="excluded"), "text", "无")


# Relations: keys


@breaks("primary-key")
def row_entered_twice(copy):
    return copy.append_row("regions", "321102", name_zh="润州区").blaming("region_id", "321102")


@breaks("unique-key")
def fact_entered_twice(copy):
    at = copy.append_row("observations", TOTAL, observation_id="obs-9001", value="2201")
    key = ("321100", METRIC, "all", "", "2019-12-31", "2019-12-31", "reported", "", "", SOURCE)
    return at.blaming("region_id", " | ".join(key))


cell("foreign-key", "observations", TOTAL, "organization_id", "org-9999")

# Relations: documents and sources


@breaks("document-unused")
def document_without_a_source(copy):
    cells = {"document_id": "other-news", "file_name": "other.txt", "sha256": "0" * 64}
    return copy.append_row("documents", DOCUMENT, **cells).blaming("document_id", "other-news")


@breaks("source-unused")
def source_of_nothing(copy):
    cells = {"source_id": "other-source", "char_start": "2911", "char_end": "2912"}
    return copy.append_row("sources", SOURCE, **cells).blaming("source_id", "other-source")


cell("source-outside-document", "sources", "zhenjiang-world-day-2020", "char_end", "3012")


@breaks("source-title-mention")
def source_without_its_title(copy):
    title = copy.row("sources", SOURCE)["title_zh"]
    copy.delete_row("mentions", *copy.keys("mentions", source_id=SOURCE, role="title"))
    return At("data/sources.csv", f"{SOURCE},", "title_zh", title)


# Relations: regions


cell("region-parent-level", "regions", "321102004", "parent_id", "320582104203")


# Relations: observations


@breaks("deprecation-in-use")
def deprecated_id_that_is_in_use(copy):
    return deprecate(copy, TOTAL, "").blaming("id", TOTAL)


@breaks("deprecation-replacement")
def replacement_that_is_not_there(copy):
    return deprecate(copy, "obs-8888", "obs-9999")


cell("observation-body-region", "observations", OF_BODY, "region_id", "321102")
cell("observation-period-published", "observations", PUBLISHED, "period_end", "2023-03-31", blamed="period_basis")


@breaks("observation-place-mention")
def figure_of_no_place(copy):
    copy.delete_row("mentions", *copy.keys("mentions", observation_id=TOTAL, role="place"))
    return At("data/observations.csv", f"{TOTAL},", "region_id", REGION)


@breaks("observation-value-mention")
def figure_without_its_token(copy):
    copy.delete_row("mentions", *copy.keys("mentions", observation_id=TOTAL, role="value"))
    return At("data/observations.csv", f"{TOTAL},", "value_text", "2200人")


# Relations: milestones, organizations, programmes


@breaks("milestone-after-publication")
def event_after_its_report(copy):
    copy.edit_cell("milestones", EVENT, "date_end", "2021-12-31")
    return copy.edit_cell("milestones", EVENT, "date_start", "2021-01-01")


@breaks("milestone-planned-before-publication")
def plan_of_the_past(copy):
    copy.edit_cell("milestones", PLAN, "date_start", "2020-02-01")
    return copy.edit_cell("milestones", PLAN, "date_end", "2020-02-29")


# Relations: mentions


@breaks("date-words")
def year_of_another_row(copy):
    copy.edit_cell("observations", TOTAL, "period_start", "2018-12-31")
    copy.edit_cell("observations", TOTAL, "period_end", "2018-12-31")
    key = mention(copy, observation_id=TOTAL, role="date", text="2019年底")
    return At("data/mentions.csv", f"{key},", "text", "2019年底")


@breaks("excluded-overlap")
def excluded_and_used(copy):
    key = mention(copy, role="excluded")
    copy.append_row("mentions", key, mention_id="mn-90001", role="detail", exclusion="", source_id=SOURCE)
    return At("data/mentions.csv", f"{key},", "char_start", copy.row("mentions", key)["char_start"])


@breaks("mention-outside-document")
def span_beyond_the_document(copy):
    return copy.edit_cell("mentions", mention(copy, document_id=DOCUMENT), "char_end", "3012")


@breaks("place-words")
def place_of_another_name(copy):
    return copy.edit_cell("mentions", mention(copy, observation_id=TOTAL, role="place"), "text", "丹阳")


@breaks("value-words")
def token_of_another_figure(copy):
    return copy.edit_cell("mentions", mention(copy, observation_id=TOTAL, role="value"), "text", "2300人")


# Evidence: asked of stand-ins for the documents


def document_of(copy: PackageCopy):
    return copy.documents / copy.row("documents", DOCUMENT)["file_name"]


@breaks("document-missing")
def document_removed(copy):
    path = document_of(copy)
    path.unlink()
    return At("data/documents.csv", f"{DOCUMENT},", "file_name", path.name)


@breaks("document-changed")
def document_changed(copy):
    path = document_of(copy)
    path.write_bytes(path.read_bytes() + b"\n")
    return At("data/documents.csv", f"{DOCUMENT},", "sha256", copy.row("documents", DOCUMENT)["sha256"])


@breaks("document-encoding")
def document_in_latin_1(copy):
    content = b"caf\xe9"
    path = document_of(copy)
    path.write_bytes(content)
    copy.edit_cell("documents", DOCUMENT, "sha256", hashlib.sha256(content).hexdigest())
    return At("data/documents.csv", f"{DOCUMENT},", "file_name", path.name)


cell("document-counted", "documents", DOCUMENT, "characters", "3012")


@breaks("span-text")
def span_of_other_words(copy):
    return copy.edit_cell("mentions", mention(copy, observation_id=TOTAL, role="value"), "text", "2200名")


@breaks("numeral-unaccounted")
def numeral_left_out(copy):
    key = mention(copy, document_id=DOCUMENT, role="excluded", text="007")
    copy.delete_row("mentions", key)
    return At("data/documents.csv", f"{DOCUMENT},", "document_id", "007")


@breaks("document-sentence")
def sentence_copied_into_a_note(copy):
    sentence = document_of(copy).read_text("utf-8")[-30:]
    return copy.edit_cell("observations", TOTAL, "note", f"Printed: {sentence}")


# Conformance: what only the standard's own tools know


@breaks("frictionless")
def release_on_no_day(copy):
    copy.edit_json(DESCRIPTOR, lambda descriptor: descriptor.update(created="2026-13-32T00:00:00Z"))
    return At(DESCRIPTOR)


@breaks("official-profile")
def licence_at_a_parent_path(copy):
    copy.edit_json(DESCRIPTOR, lambda descriptor: descriptor["licenses"][0].update(path="../LICENSE"))
    return At(DESCRIPTOR, '"path": "../LICENSE"', "licenses[0].path")


# The tests


def places(findings: list[Finding]) -> list[tuple[str, str, int, str]]:
    return [(finding.rule.id, finding.file, finding.line, finding.column) for finding in findings]


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> PackageCopy:
    """The package as it is, with a stand-in for each document."""
    copy = PackageCopy(tmp_path_factory.mktemp("whole"))
    copy.put_documents()
    copy.stamp()
    return copy


@pytest.fixture
def broken(whole, tmp_path) -> PackageCopy:
    """A copy to break, of the package with its stand-ins."""
    return PackageCopy(tmp_path, whole)


def told_of(rule: str, at: At, copy: PackageCopy, found: list[Finding]) -> None:
    line = copy.line(at.file, at.line) if isinstance(at.line, str) else at.line
    assert (rule, at.file, line, at.column) in places(found)
    told = {finding.value for finding in found if places([finding]) == [(rule, at.file, line, at.column)]}
    assert at.value is None or at.value in told


def run_only(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    """Leave out the relations that the rule does not need, which take half the time of a check."""
    if RULES[rule].step == "relations":
        monkeypatch.setattr(relations, "queries", lambda package: [q for q in QUERIES(package) if q.rule.id == rule])
    else:
        monkeypatch.setattr(run, "check_relations", lambda *_: Findings())


@pytest.mark.slow
@pytest.mark.parametrize("rule", CASES)
def test_rule_fires(broken, rule, monkeypatch):
    run_only(monkeypatch, rule)
    at, step = CASES[rule](broken), RULES[rule].step
    if rule != "stamp-stale":
        broken.stamp()
    told_of(rule, at, broken, broken.check(documents=step == "evidence", conformance=step == "conformance").findings)


def test_every_rule_has_a_case():
    assert set(CASES) | set(CASES_OF_RELATIONS) == set(RULES)
    assert len(RULES) == len(catalogue())


@pytest.mark.parametrize("rule", catalogue(), ids=RULES)
def test_a_rule_says_what_holds_and_what_to_do(rule):
    assert rule.sentence.endswith(".")
    assert rule.hint
    assert not rule.hint.endswith(".")


@pytest.mark.parametrize("conformance", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_untouched_package_has_no_error(package, conformance):
    report = check_package(package, conformance=conformance)
    assert not report.has_errors
    assert [step.name for step in report.steps if step.skipped] == ["evidence", "conformance"][: 2 - conformance]


@pytest.mark.slow
def test_untouched_package_holds_against_its_documents(package, documents):
    report = check_package(package, documents)
    assert not report.has_errors
    assert [step.name for step in report.steps if step.skipped] == ["conformance"]


def test_untouched_copy_holds_against_stand_in_documents(whole):
    assert not whole.check(documents=True).has_errors


@pytest.mark.slow
def test_findings_come_in_the_same_order_each_run(copy):
    copy.edit_cell("observations", TOTAL, "value", "-1")
    copy.edit_cell("observations", PART, "period_end", "2020-12-31")
    copy.stamp()
    first = copy.check().findings
    assert len({finding.rule for finding in first}) > 3
    assert copy.check().findings == first


def test_a_warning_fails_no_check(copy):
    known = copy.check().findings
    cells = dict.fromkeys(("value", "value_lower", "value_upper"), "2300")
    copy.append_row("observations", TOTAL, observation_id="obs-9001", source_id=PAGE, value_text="2300人", **cells)
    copy.stamp()
    report = copy.check()
    keys = {finding.key for finding in known}
    assert [f.rule.id for f in report.findings if f.key not in keys] == ["observation-disagreement"]
    assert not report.has_errors


# Mistakes that an engine would choke on


def constrain(table: str, column: str, **constraints: object) -> Callable[[PackageCopy], object]:
    return lambda copy: copy.edit_field(table, column, lambda field: field["constraints"].update(constraints))


def refer(column: str, table: str, reference: str) -> Callable[[PackageCopy], object]:
    key = {"fields": [column], "reference": {"resource": table, "fields": [reference]}}
    return lambda copy: copy.edit_json("schemas/sources.json", lambda schema: schema["foreignKeys"].append(key))


MISTAKES: dict[str, tuple[str, Callable[[PackageCopy], object]]] = {
    "text after a quote": ("csv-open-quote", lambda c: c.edit_text("data/organizations.csv", ",Yangshe Town Social Work Station,", ',"Yangshe Town" Social Work Station,')),
    "year 0": ("cell-date", lambda c: c.edit_cell("milestones", EVENT, "date_end", "0000-12-31")),
    "mention without a start": ("cell-required", lambda c: c.edit_cell("mentions", mention(c, observation_id=TOTAL), "char_start", "")),
    "minimum that is no date": ("schema-constraint", constrain("milestones", "date_start", minimum="soon")),
    "minimum on no day": ("schema-constraint", constrain("milestones", "date_start", minimum="2008-02-30")),
    "minimum that is no number": ("schema-constraint", constrain("documents", "bytes", minimum="1")),
    "fraction as the bound of an integer": ("schema-constraint", constrain("documents", "bytes", minimum=1.5)),
    "bound that bounds nothing": ("schema-unreadable", constrain("documents", "bytes", maximum=float("nan"))),
    "reference from a number to a name": ("schema-keys", refer("char_start", "documents", "document_id")),
    "reference of no column": ("schema-keys", refer("place", "regions", "region_id")),
    "line break after a name": ("descriptor-profile", lambda c: c.edit_field("documents", "defects", lambda field: field.update(name="defects\n"))),
    "key column renamed": ("schema-keys", lambda c: c.edit_field("documents", "document_id", lambda field: field.update(name="id"))),
    "path with a dot": ("descriptor-path", lambda c: c.edit_json(DESCRIPTOR, lambda descriptor: descriptor["resources"][0].update(path="data/./documents.csv"))),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "edit"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_a_finding_and_no_crash(broken, rule, edit):
    edit(broken)
    broken.stamp()
    assert rule in {finding.rule.id for finding in broken.check(documents=True).findings}


@pytest.mark.slow
def test_what_the_official_profile_says_of_a_schema_is_a_finding(copy):
    before = {(finding.rule.id, finding.file, finding.line) for finding in copy.check().findings}
    copy.edit_json("schemas/documents.json", lambda schema: schema["uniqueKeys"].append(schema["uniqueKeys"][0]))
    found = {(finding.rule.id, finding.file, finding.line) for finding in copy.check(conformance=True).findings}
    new = {(rule, file) for rule, file, _ in found - before}
    assert before <= found
    assert new == {("official-profile", "datapackage.json"), ("official-profile", "schemas/documents.json")}


def test_a_schema_without_a_column_that_a_rule_asks_for(copy):
    copy.drop_column("sources", "published_to")
    copy.stamp()
    with pytest.raises(PackageError, match="published_to"):
        copy.check()


@pytest.mark.slow
def test_frictionless_names_the_file_of_a_row(copy):
    at = copy.edit_cell("observations", TOTAL, "organization_id", "org-9999")
    copy.stamp()
    found = copy.check(conformance=True).findings
    assert ("frictionless", at.file, copy.line(at.file, at.line)) in [place[:3] for place in places(found)]
