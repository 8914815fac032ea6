"""Render a difference: text for people, Markdown for a release, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from shegong.diff.compare import Change, Difference
from shegong.diff.versions import Bump
from shegong.escape import escape_markdown, escape_unprintable
from shegong.report import many

SHOWN = 10
"""Changes of one kind in one table that are listed; all are counted."""
KEYS_ONLY = ("row-added", "row-removed")
"""Kinds of which a line lists the keys of several rows."""
LONGEST = 80
REASONS = {
    "metadata-changed": "the description of the package changed",
    "resource-changed": "the description of a table changed",
    "table-removed": "a table was removed",
    "table-added": "a table was added",
    "column-removed": "a column was removed",
    "column-added": "a column was added",
    "columns-reordered": "columns are in another order",
    "type-changed": "a type or format changed",
    "key-changed": "a primary key or the missing value changed",
    "constraint-tightened": "a constraint was tightened",
    "constraint-loosened": "a constraint was loosened",
    "code-removed": "a code was removed",
    "code-added": "a code was added",
    "row-removed": "an id was removed",
    "row-added": "rows were added",
    "value-changed": "a value was corrected",
    "label-changed": "a label, title or description was corrected",
}


def as_text(difference: Difference) -> str:
    """Render the required bump, then the changes by table and kind."""
    return "\n".join(
        [required_bump_text(difference), *_lines(difference, "  {}", "{}:"), *(f"noise: {n}" for n in difference.noise)]
    )


def as_markdown(difference: Difference) -> str:
    """Render the same as a page, with headings."""
    head = f"# Changes from {difference.old.version} to {difference.new.version}"
    lines = [head, "", required_bump_text(difference), *_lines(difference, "- {}", "\n## {}\n", escape=True)]
    noise = ["", "## Noise", "", *(f"- {line}" for line in difference.noise)] if difference.noise else []
    return "\n".join([*lines, *noise]) + "\n"


def as_json(difference: Difference) -> str:
    """Render everything, for programs."""
    content = {
        "old": {"name": difference.old.name, "version": str(difference.old.version)},
        "new": {"name": difference.new.name, "version": str(difference.new.version)},
        "level": difference.level.name.lower(),
        "required": str(difference.required),
        "changes": [{**vars(change), "level": change.level.name.lower()} for change in difference.changes],
        "noise": list(difference.noise),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def required_bump_text(difference: Difference) -> str:
    """Return the required bump, and the reason for it."""
    if difference.level is Bump.NONE:
        return f"no changes to the data since {difference.old.version}"
    gravest, old = difference.changes[0], difference.old.version
    bump = f"{difference.level.name.lower()} change: {REASONS[gravest.kind]} ({gravest.table or 'package'})"
    number = "middle" if difference.level is Bump.MAJOR else "last"
    raised = f"while the version is 0.x, this raises the {number} number: " if old.major == 0 else ""
    return f"{bump}; {raised}after {old} the next version is {difference.required} or later"


def _lines(difference: Difference, item: str, heading: str, escape: bool = False) -> Iterator[str]:
    by_table = sorted(difference.changes, key=lambda c: (c.table, -c.level, c.kind))
    for table, changes in groupby(by_table, lambda change: change.table):
        of_table = list(changes)
        yield heading.format(table or "package")
        if rows := _row_counts(difference, table, of_table):
            yield item.format(rows)
        for kind, found in groupby(of_table, lambda change: change.kind):
            same = list(found)
            if kind in KEYS_ONLY and not any(change.new for change in same):
                yield item.format(_marked(_keys_line(same), escape))
                continue
            yield from (item.format(_marked(_line(change), escape)) for change in same[:SHOWN])
            if len(same) > SHOWN:
                yield item.format(f"{kind}: {len(same) - SHOWN:,} more, {len(same):,} in all")


def _row_counts(difference: Difference, table: str, changes: list[Change]) -> str:
    """Count the rows of a table before and after, and those that were added, removed and changed."""
    if table not in difference.old.tables or table not in difference.new.tables:
        return ""
    before, after = (version.tables[table].height for version in (difference.old, difference.new))
    keys = {kind: {c.key for c in changes if c.kind == kind} for kind in ("row-added", "row-removed", "value-changed")}
    added, removed, changed = (len(found) for found in keys.values())
    if not added + removed + changed:
        return ""
    return f"{many(before, 'row')} before, {after:,} after: {added:,} added, {removed:,} removed, {changed:,} changed"


def _keys_line(changes: list[Change]) -> str:
    first = changes[0]
    more = f", … ({len(changes):,} in all)" if len(changes) > SHOWN else ""
    return f"{first.kind} [{first.level.name.lower()}] {', '.join(c.key for c in changes[:SHOWN])}{more}"


def _line(change: Change) -> str:
    place = " ".join(part for part in (change.key, change.column) if part)
    old, new = change.old, change.new
    same = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    values = f": {_short(old, same)} → {_short(new, same)}" if old or new else ""
    return f"{change.kind} [{change.level.name.lower()}] {place}{values}".rstrip()


def _marked(text: str, escape: bool) -> str:
    """Escape a line whose cells may be untrusted; with `escape`, also for Markdown."""
    return escape_unprintable(escape_markdown(text) if escape else text)


def _short(text: str, same: int) -> str:
    """Shorten a long value to the part where it begins to differ."""
    if len(text) <= LONGEST:
        return text or "(empty)"
    start = max(0, min(same - LONGEST // 4, len(text) - LONGEST))
    shown = text[start : start + LONGEST]
    return f"{'…' if start else ''}{shown}{'…' if start + LONGEST < len(text) else ''}"


FORMS = {"text": as_text, "markdown": as_markdown, "json": as_json}
