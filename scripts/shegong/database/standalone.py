"""Views that read only tables: EXPORT DATABASE writes views in alphabetical order, whichever reads which."""

from __future__ import annotations

import re
from collections.abc import Mapping

COMMENT = re.compile(r"--[^\n]*\n")
READ = re.compile(r"(?:\b(?:FROM|JOIN)\s+|,\s*)(\w+)", re.I)
WITH = re.compile(r"\s*WITH\s+(?:RECURSIVE\s+)?", re.I)


def standalone_view(name: str, statements: Mapping[str, str]) -> str:
    """Return the statement that creates a view, with the views that it reads as common table expressions.

    Args:
        name: Name of the view.
        statements: The CREATE VIEW statement of each view, each after those that it reads.
    """
    # The SELECT of each statement.
    bodies = {
        view: re.split(r"\bAS\b", COMMENT.sub("\n", sql), maxsplit=1)[1].rstrip().removesuffix(";")
        for view, sql in statements.items()
    }
    needed = {name}
    for view in reversed(bodies):
        if view in needed:
            needed |= {word for word in READ.findall(bodies[view]) if word in bodies}
    # Not materialized: a condition on the view still reaches the tables.
    parts = [f"{view} AS NOT MATERIALIZED ({body})" for view, body in bodies.items() if view in needed - {name}]
    own = bodies[name]
    if not parts:
        return f"CREATE VIEW {name} AS {own}"
    rest = WITH.sub(", ", own, count=1) if WITH.match(own) else f" {own.lstrip()}"
    return f"CREATE VIEW {name} AS WITH RECURSIVE {', '.join(parts)}{rest}"
