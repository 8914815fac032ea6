"""The ledger of mentions: which rows a mention can support, and in which roles.

Standard library only; the checks and the curation share it.
"""

from __future__ import annotations

TARGET_COLUMNS = {
    "observations": "observation_id",
    "milestones": "milestone_id",
    "organizations": "organization_id",
    "programmes": "programme_id",
    "regions": "region_id",
    "sources": "source_id",
}
"""For each table the column of a mention that refers to its rows."""
TARGETS = (*TARGET_COLUMNS.values(), "exclusion")
"""Columns of a mention of which exactly one is filled."""
ROLE_TARGETS = {
    "value": ("observation_id",),
    "title": ("source_id",),
    "date": ("observation_id", "milestone_id", "source_id"),
    "place": ("observation_id", "milestone_id"),
    "name": ("organization_id", "programme_id", "region_id"),
    "detail": tuple(TARGET_COLUMNS.values()),
    "excluded": ("exclusion",),
}
"""For each role the columns that may be filled."""


def roles_of(table: str) -> tuple[str, ...]:
    """Return the roles in which a mention can support a row of a table, the most likely one first."""
    return tuple(role for role, columns in ROLE_TARGETS.items() if TARGET_COLUMNS[table] in columns)
