"""The journal of a work folder: one line for each decision, so that it can be undone later."""

from __future__ import annotations

import json
import os
from dataclasses import asdict

from shegong.curation.workspace.decisions import NotAllowed
from shegong.curation.workspace.work_folder import DraftRow, WorkFolder
from shegong.errors import PackageError
from shegong.package.write import replace_file

JOURNAL = "review.jsonl"


def append_decision(old: WorkFolder, new: WorkFolder) -> None:
    """Append what a decision changed.

    Raises:
        PackageError: The journal cannot be written.
    """
    before, after = ({draft.name: draft for draft in work.drafts} for work in (old, new))
    changed = [draft for name, draft in before.items() if after.get(name) != draft]
    entry = {
        "added": [name for name in after if name not in before],
        "before": [{k: v for k, v in asdict(draft).items() if k != "line"} for draft in changed],
    }
    path = new.path / JOURNAL
    try:
        with path.open("a+b") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - 1))
            separator = b"" if file.read(1) in (b"", b"\n") else b"\n"  # an interrupted write left half a line
            file.write(separator + json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise PackageError(f"{path}: cannot be written: {error.strerror}") from None


def undo(work: WorkFolder) -> WorkFolder:
    """Undo the last decision and remove it from the journal.

    Raises:
        NotAllowed: There is none.
        PackageError: The journal cannot be read.
    """
    path = work.path / JOURNAL
    lines = path.read_bytes().splitlines() if path.exists() else []
    if not lines:
        raise NotAllowed("there is no decision to undo")
    try:
        entry = json.loads(lines[-1].decode("utf-8"))
        before = [_noted(work, **row) for row in entry["before"]]
        added = {(str(table), str(key)) for table, key in entry["added"]}
    except (ValueError, TypeError, KeyError):
        raise PackageError(f"{path}:{len(lines)}: the line is not a decision. Delete it") from None
    replace_file(path, b"".join(line + b"\n" for line in lines[:-1]))
    return work.replaced(before, [draft for draft in work.drafts if draft.name in added])


def _noted(work: WorkFolder, table: str, cells: dict[str, str], decision: str, context: str, proposal: str) -> DraftRow:
    """Return a row as the journal noted it.

    Raises:
        KeyError: The table has other columns.
        TypeError: A cell is not text.
    """
    if tuple(cells) != work.schemas[table].columns:
        raise KeyError(table)
    if not all(isinstance(cell, str) for cell in (decision, context, proposal, *cells.values())):
        raise TypeError(table)
    return DraftRow(table, cells, decision, context, proposal)
