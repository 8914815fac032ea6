"""Every rule fires: for each rule of the catalogue, an edit of the real package that breaks it, and where it is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from shegong.checks import run
from shegong.checks.catalogue import catalogue
from shegong.checks.relations import run_queries as relations
from shegong.checks.run import check_package
from shegong.findings import Finding, Findings, Severity
from tests.conftest import At, PackageCopy
from tests.edits import Edit, Step, add, at, change, in_order, remove
from tests.test_rules_model import CASES as CASES_OF_RELATIONS
from tests.test_rules_model import deprecate

QUERIES = relations.queries
RULES = {rule.id: rule for rule in catalogue()}
DESCRIPTOR, BODIES = "datapackage.json", "data/organizations.csv"

# Rows of the real package that the edits use.
TOTAL, PART = "obs-0057", "obs-0058"  # licensed social workers of Zhenjiang: 2200, of the assistant grade 1547
SCOPED = "obs-0064"  # community activities; one agency, not named
DOUBTED = "obs-0082"  # outdated
FLOOR = "obs-0069"  # 60余家
OF_BODY = "obs-0056"  # a figure of a body, org-0044
PUBLISHED = "obs-0001"  # a figure as of publication
EVENT, PLAN = "ms-0029", "ms-0024"  # one occurred, dated by a year
RECURRING = "ms-0033"  # without a date
PAGE = "nbs-census-2020-bulletin-3"  # without a document
METRIC, SOURCE, REGION = "licensed_social_workers", "zhenjiang-licensed-2020", "321100"
DOCUMENT = "zhenjiang-evening-news"
TOKEN, PLACE = {"observation_id": TOTAL, "role": "value"}, {"observation_id": TOTAL, "role": "place"}
YEAR, EXCLUDED = {"observation_id": TOTAL, "role": "date", "text": "2019年底"}, {"role": "excluded"}

document, source, region, metric, body, observation, milestone, mention = (
    partial(change, f"{table}s") for table in
    ("document", "source", "region", "metric", "organization", "observation", "milestone", "mention")
)  # fmt: skip


def json(edit: Callable[[dict], object], file: str = DESCRIPTOR) -> Step:
    return lambda copy: copy.edit_json(file, edit)


def field(table: str, column: str, edit: Callable[[dict], object]) -> Step:
    return lambda copy: copy.edit_field(table, column, edit)


def constrain(table: str, column: str, **constraints: object) -> Step:
    return field(table, column, lambda field: field["constraints"].update(constraints))


def bodies(line: int | str, old: str, new: str, encoding: str = "utf-8") -> Edit:
    """Replace bytes of organizations.csv."""
    replaced = (old.encode(), new.encode(encoding), 1)
    return in_order(lambda copy: copy.edit_bytes(BODIES, lambda data: data.replace(*replaced)), At(BODIES, line))


def swapped(data: bytes) -> bytes:
    header, first, second, *rest = data.splitlines(keepends=True)
    return b"".join([header, second, first, *rest])


def old_size(copy: PackageCopy) -> At:
    size = copy.package.descriptor["resources"][0]["bytes"]
    return At(DESCRIPTOR, f'"bytes": {size}', "resources[0].bytes", str(size))


def path_of(copy: PackageCopy) -> Path:
    return copy.documents / copy.row("documents", DOCUMENT)["file_name"]


def document_in_latin_1(copy: PackageCopy) -> At:
    path_of(copy).write_bytes(b"caf\xe9")
    document(DOCUMENT, sha256=hashlib.sha256(b"caf\xe9").hexdigest())(copy)
    return at("documents", DOCUMENT, "file_name")(copy)


def sentence_copied_into_a_note(copy: PackageCopy) -> At:
    return observation(TOTAL, note=f"Printed: {path_of(copy).read_text('utf-8')[-30:]}")(copy)


CASES: dict[str, Edit] = {
    # The descriptor and the schemas
    "descriptor-profile": in_order(json(lambda d: d.update(version="1.0")), At(DESCRIPTOR, '"version"', "version", "1.0")),
    "descriptor-unknown-key": in_order(
        json(lambda d: d["resources"][6].update(tittle="Observations")),
        At(DESCRIPTOR, '"tittle"', "resources[6].tittle", "tittle"),
    ),
    "descriptor-path": in_order(
        json(lambda d: d["resources"][0].update(path="../documents.csv")),
        At(DESCRIPTOR, '"path": "../documents.csv"', "resources[0].path", "../documents.csv"),
    ),
    "descriptor-twice": in_order(
        json(lambda d: d["resources"].append(d["resources"][0])), At(DESCRIPTOR, column="resources", value="documents")
    ),
    "table-missing": in_order(json(lambda d: d["resources"].pop()), At(DESCRIPTOR, value="deprecations")),
    "file-missing": in_order(lambda c: (c.root / "data/regions.csv").unlink(), At("data/regions.csv")),
    "file-unlisted": in_order(lambda c: (c.root / "data/notes.csv").write_text("note\n"), At("data/notes.csv")),
    "schema-unreadable": in_order(
        lambda c: c.edit_text("schemas/regions.json", '"title": "Regions",', '"title": "Regions"'),
        At("schemas/regions.json", '"title_zh": "地区"'),
    ),
    "schema-keys": in_order(
        json(lambda schema: schema.update(primaryKey=["id"]), "schemas/regions.json"), At("schemas/regions.json")
    ),
    "schema-codes": in_order(
        field("documents", "script", lambda f: f["categories"].pop()), At("schemas/documents.json", column="fields[6]")
    ),
    "schema-pattern": in_order(
        constrain("documents", "document_id", pattern="(?!x)[a-z-]+"),
        At("schemas/documents.json", column="fields[0]", value="(?!x)[a-z-]+"),
    ),
    "schema-constraint": in_order(
        constrain("documents", "bytes", pattern="[0-9]+"), At("schemas/documents.json", column="fields[3]")
    ),
    "stamp-stale": in_order(document(DOCUMENT, defects=""), old_size),
    # The form of a file
    "csv-bom": bodies("\ufefforganization_id", "organization_id", "\ufefforganization_id"),
    "csv-line-ends": bodies("org-0001", "\norg-0002", "\r\norg-0002"),
    "csv-nul": bodies("org-0001", "Yangshe Town", "Yangshe\0Town"),
    "csv-long-line": bodies("org-0001", "Yangshe Town", "Yangshe" * 20_000 + " Town"),
    "csv-open-quote": bodies("org-0001", "Yangshe Town", '"Yangshe Town'),
    "csv-header": bodies("organization_id", "name_zh,name_en", "name_en,name_zh"),
    "csv-blank-row": bodies(3, "\norg-0002", "\n\norg-0002"),
    "csv-ragged-row": bodies("org-0001", ",social_work_station,", ",social_work_station,,"),
    "csv-quoted-empty": bodies("org-0001", ",320582100,\n", ',320582100,""\n'),
    "csv-quoting": bodies("org-0001", "Yangshe Town Social Work Station", '"Yangshe Town Social Work Station"'),
    "csv-encoding": bodies("org-0001", "Yangshe Town", "Yangshé Town", "latin-1"),
    "csv-order": in_order(lambda c: c.edit_bytes(BODIES, swapped), At(BODIES, "org-0001,", value="org-0001")),
    # The form of a cell
    "cell-integer": source(SOURCE, char_start="+26"),
    "cell-number": observation(TOTAL, value="2200.0"),
    "cell-date": observation(TOTAL, period_end="2019-11-31"),
    "cell-boolean": metric(METRIC, is_integer="TRUE"),
    "cell-text": body("org-0001", name_en="<b>Yangshe Town</b>"),
    "cell-uri": source(SOURCE, url="www.example.org"),
    "cell-verbatim": mention(TOKEN, text="=2200"),
    # What the schema promises of a row
    "cell-required": observation(TOTAL, status=""),
    "cell-enum": observation(TOTAL, status="told"),
    "cell-pattern": document(DOCUMENT, file_name="003 news.txt"),
    "cell-minimum": document(DOCUMENT, characters="0"),
    "cell-maximum": in_order(constrain("documents", "characters", maximum=3010), at("documents", DOCUMENT, "characters")),
    "cell-min-length": in_order(constrain("regions", "name_zh", minLength=3), at("regions", "CN", "name_zh")),
    "cell-max-length": observation(TOTAL, value_text="2200" + "人" * 37),
    # Rows of documents and sources
    "document-size": document(DOCUMENT, "characters", bytes="3010"),
    "source-span": source(SOURCE, char_start=""),
    "source-span-end": source(SOURCE, char_end=""),
    "source-span-order": source(SOURCE, char_end="26"),
    "published-to": source(SOURCE, published_to=""),
    "published-order": source(SOURCE, published_to="2020-03-16"),
    "published-unknown": source(SOURCE, published_basis="unknown"),
    "page-identity": source(PAGE, publisher_id="", published_from="", published_to="", url=""),
    "page-read-on": source(PAGE, read_on=""),
    "publication-read": source(PAGE, read_on="2021-05-10"),
    # Rows of regions and metrics
    "region-shape": region(REGION, "region_id", level="county"),
    "region-vintage": region(REGION, code_vintage="nbs-2023"),
    "region-parent": region(REGION, parent_id=""),
    "region-digits": region(REGION, parent_id="330000"),
    "region-placeholder": region("321102", name_zh="市辖区"),
    "region-former": region("321102", code_vintage="gbt2260-former"),
    "region-successor": region("321102", replaced_by="321100"),
    "text-simplified": region("321102", name_zh="京口區"),
    "metric-range-order": metric(METRIC, value_max="-1"),
    "metric-graded": metric("years_running", is_graded="true"),
    # Rows of observations
    "quantity-unreadable": observation(TOTAL, value_text="众人"),
    "quantity-value": observation(TOTAL, value="2201"),
    "quantity-lower": observation(FLOOR, value_lower="61"),
    "quantity-upper": observation(FLOOR, value_upper="69"),
    "quantity-qualifier": observation(FLOOR, qualifier="exact"),
    "quantity-classifier": observation(TOTAL, value_text="2200家"),
    "bounds-order": observation(TOTAL, "value", value_lower="2201"),
    "bounds-qualifier": observation(TOTAL, "qualifier", value_upper=""),
    "metric-range": observation(TOTAL, value="-2200"),
    "metric-integer": observation(TOTAL, value="2200.5"),
    "period-order": observation(TOTAL, period_end="2019-12-30"),
    "period-unknown": observation(TOTAL, period_basis="unknown"),
    "period-end": observation(TOTAL, period_end=""),
    "scope-both": observation(SCOPED, scope_zh=""),
    "scope-parts": observation(SCOPED, scope_zh="社区活动，一家未具名机构"),
    "scope-form": observation(SCOPED, scope_en="community activities; one agency, not named."),
    "scope-order": observation(SCOPED, scope_en="one agency, not named; community activities"),
    "doubt-note": observation(DOUBTED, "doubt", note=""),
    # Rows of milestones and mentions
    "date-order": milestone(EVENT, date_end="2016-12-31"),
    "date-precision": milestone(EVENT, "date_precision", date_end="2017-12-30"),
    "date-known": milestone(EVENT, "date_precision", date_basis=""),
    "date-end": milestone(EVENT, date_end=""),
    "date-open": milestone(EVENT, date_start=""),
    "date-recurring": milestone(RECURRING, "date_end", note=""),
    "mention-target": mention({"observation_id": TOTAL}, "role", milestone_id=EVENT),
    "mention-role": mention({"organization_id": "org-0044"}, role="place"),
    "mention-span": lambda copy: mention(TOKEN, char_end=at("mentions", TOKEN, "char_start")(copy).value)(copy),
    "mention-length": mention(TOKEN, text="2200"),
    "mention-letters": mention(PLACE, text="镇江" * 12),
    "mention-numeral": mention(EXCLUDED, text="无"),
    # Relations: keys
    "primary-key": add("regions", "321102", "region_id", name_zh="润州区"),
    "unique-key": add(
        *("observations", TOTAL, "region_id"),
        f"{REGION} | {METRIC} | all |  | 2019-12-31 | 2019-12-31 | reported |  |  | {SOURCE}",
        observation_id="obs-9001", value="2201",
    ),
    "foreign-key": observation(TOTAL, organization_id="org-9999"),
    # Relations: documents, sources, regions, deprecations
    "document-unused": add(
        "documents", DOCUMENT, "document_id", document_id="other-news", file_name="other.txt", sha256="0" * 64
    ),
    "source-unused": add("sources", SOURCE, "source_id", source_id="other-source", char_start="2911", char_end="2912"),
    "source-outside-document": source("zhenjiang-world-day-2020", char_end="3012"),
    "source-title-mention": in_order(remove("mentions", source_id=SOURCE, role="title"), at("sources", SOURCE, "title_zh")),
    "region-parent-level": region("321102004", parent_id="320582104203"),
    "deprecation-in-use": deprecate(TOTAL, "", "id"),
    "deprecation-replacement": deprecate("obs-8888", "obs-9999"),
    # Relations: observations and milestones
    "observation-body-region": observation(OF_BODY, region_id="321102"),
    "observation-period-published": observation(PUBLISHED, "period_basis", period_end="2023-03-31"),
    "observation-place-mention": in_order(remove("mentions", **PLACE), at("observations", TOTAL, "region_id")),
    "observation-value-mention": in_order(remove("mentions", **TOKEN), at("observations", TOTAL, "value_text")),
    "milestone-after-publication": milestone(EVENT, date_end="2021-12-31", date_start="2021-01-01"),
    "milestone-planned-before-publication": milestone(PLAN, date_start="2020-02-01", date_end="2020-02-29"),
    # Relations: mentions
    "date-words": in_order(
        observation(TOTAL, period_start="2018-12-31", period_end="2018-12-31"), at("mentions", YEAR, "text")
    ),
    "excluded-overlap": in_order(
        add("mentions", EXCLUDED, "mention_id", mention_id="mn-90001", role="detail", exclusion="", source_id=SOURCE),
        at("mentions", EXCLUDED, "char_start"),
    ),
    "mention-outside-document": mention({"document_id": DOCUMENT}, char_end="3012"),
    "place-words": mention(PLACE, text="丹阳"),
    "value-words": mention(TOKEN, text="2300人"),
    # Evidence, of stand-ins for the documents
    "document-missing": in_order(lambda c: path_of(c).unlink(), at("documents", DOCUMENT, "file_name")),
    "document-changed": in_order(
        lambda c: path_of(c).write_bytes(path_of(c).read_bytes() + b"\n"), at("documents", DOCUMENT, "sha256")
    ),
    "document-encoding": document_in_latin_1,
    "document-counted": document(DOCUMENT, characters="3012"),
    "span-text": mention(TOKEN, text="2200名"),
    "numeral-unaccounted": in_order(
        remove("mentions", document_id=DOCUMENT, role="excluded", text="007"),
        at("documents", DOCUMENT, "document_id", "007"),
    ),
    "document-sentence": sentence_copied_into_a_note,
    # Conformance: what only the standard's own tools know
    "frictionless": in_order(json(lambda d: d.update(created="2026-13-32T00:00:00Z")), At(DESCRIPTOR)),
    "official-profile": in_order(
        json(lambda d: d["licenses"][0].update(path="../LICENSE")),
        At(DESCRIPTOR, '"path": "../LICENSE"', "licenses[0].path"),
    ),
}  # fmt: skip
"""For each rule an edit that breaks it, and where the finding must be."""


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
    found = broken.check(documents=step == "evidence", conformance=step == "conformance").findings
    place = (rule, at.file, broken.line(at.file, at.line) if isinstance(at.line, str) else at.line, at.column)
    values = [finding.value for finding in found if places([finding]) == [place]]
    assert at.value in values if at.value is not None else values


def test_every_rule_has_a_case():
    assert set(CASES) | set(CASES_OF_RELATIONS) == set(RULES)
    assert len(RULES) == len(catalogue())


@pytest.mark.parametrize("rule", catalogue(), ids=RULES)
def test_a_rule_says_what_holds_and_what_to_do(rule):
    assert rule.sentence.endswith(".")
    assert rule.hint
    assert not rule.hint.endswith(".")
    assert rule.severity is Severity.ERROR or rule.step == "relations"


@pytest.mark.parametrize("conformance", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_untouched_package_has_no_error(package, conformance):
    report = check_package(package, conformance=conformance)
    assert not report.has_errors
    assert [step.name for step in report.steps if step.skipped] == ["evidence", "conformance"][: 2 - conformance]


def test_untouched_copy_holds_against_stand_in_documents(whole):
    assert not whole.check(documents=True).has_errors


def test_a_warning_fails_no_check(copy):
    known = {finding.key for finding in copy.check().findings}
    cells = dict.fromkeys(("value", "value_lower", "value_upper"), "2300")
    copy.append_row("observations", TOTAL, observation_id="obs-9001", source_id=PAGE, value_text="2300人", **cells)
    copy.stamp()
    report = copy.check()
    assert [f.rule.id for f in report.findings if f.key not in known] == ["observation-disagreement"]
    assert not report.has_errors


def refer(column: str, table: str, reference: str) -> Step:
    key = {"fields": [column], "reference": {"resource": table, "fields": [reference]}}
    return json(lambda schema: schema["foreignKeys"].append(key), "schemas/sources.json")


MISTAKES: dict[str, tuple[str, Step]] = {
    "mention without a start": ("cell-required", mention({"observation_id": TOTAL}, char_start="")),
    "bound that bounds nothing": ("schema-unreadable", constrain("documents", "bytes", maximum=float("nan"))),
    "reference from a number to a name": ("schema-keys", refer("char_start", "documents", "document_id")),
    "reference of no column": ("schema-keys", refer("place", "regions", "region_id")),
    "key column renamed": ("schema-keys", field("documents", "document_id", lambda f: f.update(name="id"))),
}
"""What an engine would choke on."""


@pytest.mark.parametrize(("rule", "edit"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_a_finding_and_no_crash(broken, rule, edit):
    edit(broken)
    broken.stamp()
    assert rule in {finding.rule.id for finding in broken.check(documents=True).findings}


@pytest.mark.slow
def test_what_the_official_profile_says_of_a_schema_is_a_finding(copy):
    before = {(finding.rule.id, finding.file, finding.line) for finding in copy.check().findings}
    json(lambda schema: schema["uniqueKeys"].append(schema["uniqueKeys"][0]), "schemas/documents.json")(copy)
    found = {(finding.rule.id, finding.file, finding.line) for finding in copy.check(conformance=True).findings}
    assert before <= found
    assert {rule for rule, _, _ in found - before} == {"official-profile"}
    assert {file for _, file, _ in found - before} == {DESCRIPTOR, "schemas/documents.json"}


@pytest.mark.slow
def test_frictionless_names_the_file_of_a_row(copy):
    at = observation(TOTAL, organization_id="org-9999")(copy)
    copy.stamp()
    found = copy.check(conformance=True).findings
    assert ("frictionless", at.file, copy.line(at.file, at.line)) in [place[:3] for place in places(found)]
