"""Blockers: what keeps a work folder from being accepted, before any rule of the package runs."""

from __future__ import annotations

from collections.abc import Iterator

from shegong.curation.workspace.work_folder import ASSIGNED_KEY, DRAFT_KEY, NO, OPEN, YES, DraftRow, WorkFolder
from shegong.findings import Finding, Rule
from shegong.package.package import Package

STEP = "work folder"
DOCUMENT_ACCEPTED = Rule(
    "draft-document", "The document itself is accepted.", STEP, "write yes, or delete the work folder"
)
KEY_FREE = Rule("draft-key", "The key of a new row is free.", STEP, "choose another key, such as new-obs-99")
REFERENCE_ACCEPTED = Rule(
    "draft-reference", "A row refers to accepted rows.", STEP, "accept that row, or refer to another one"
)
DECIDED = Rule("draft-open", "Every row is decided.", STEP, "write yes or no, or continue with `shegong review`")

Keys = dict[str, set[str]]


def find_blockers(package: Package, work: WorkFolder) -> Iterator[Finding]:
    """Find undecided rows, references to rows that are not accepted, and keys that are not free."""
    for document in work.of("documents"):
        if work.decision(document) == NO:
            yield _finding(
                DOCUMENT_ACCEPTED, work, document, "decision", "the document is rejected", "its rows need it"
            )
    known = {name: {next(iter(row.values())) for row in package.rows(name)} for name in work.schemas}
    for draft in work.drafts:
        if work.decision(draft) != NO:
            found = [*_key_findings(work, known, draft), *_reference_findings(work, known, draft)]
            yield from found
            if not found and work.decision(draft) == OPEN:
                yield _finding(DECIDED, work, draft, "decision", "decision is empty", "every row needs yes or no")


def _key_findings(work: WorkFolder, known: Keys, draft: DraftRow) -> Iterator[Finding]:
    schema = work.schemas[draft.table]
    is_assigned = ASSIGNED_KEY.fullmatch(schema.fields[0].pattern or "") and not DRAFT_KEY.fullmatch(draft.key)
    is_used = draft.key in known[draft.table]
    if is_assigned or (draft.table != "regions" and is_used):
        why = "the package uses it" if is_used else "the package assigns such keys"
        yield _finding(KEY_FREE, work, draft, schema.columns[0], f"{schema.columns[0]} is {draft.key}", why)


def _reference_findings(work: WorkFolder, known: Keys, draft: DraftRow) -> Iterator[Finding]:
    for foreign in work.schemas[draft.table].foreign_keys:
        key = draft.cells[foreign.field]
        target = work.find(foreign.table, key)
        if key in known[foreign.table]:
            continue
        found = f"{foreign.field} is {key}"
        if target is None and DRAFT_KEY.fullmatch(key):
            yield _finding(REFERENCE_ACCEPTED, work, draft, foreign.field, found, f"{foreign.table}.csv lacks it")
        elif target is not None and work.decision(target) in (NO, OPEN if work.decision(draft) == YES else NO):
            yield _finding(REFERENCE_ACCEPTED, work, draft, foreign.field, found, "that row is not accepted")


def _finding(rule: Rule, work: WorkFolder, draft: DraftRow, column: str, found: str, but: str) -> Finding:
    return Finding(
        rule,
        str(work.file(draft.table)),
        found,
        table=draft.table,
        line=draft.line,
        column=column,
        key=draft.key,
        value=draft.decision if column == "decision" else draft.cells[column],
        expected=but,
    )
