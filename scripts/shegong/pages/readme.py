"""Parts of hand-written pages that `shegong docs` updates: the version, the outputs of queries, facts of the data."""

from __future__ import annotations

import re

import duckdb

from shegong.database.query import run_query, show
from shegong.package.package import Package
from shegong.pages.facts import with_facts

PAGES = (
    "README.md",
    "README.zh.md",
    "docs/questions.md",
    "docs/questions.zh.md",
    "docs/series.md",
    "docs/tables.md",
    "examples/consumer/report.py",
)
NAMED_VERSION = re.compile(r"(shegong==|shegong-|version |PINNED = \")\d+\.\d+\.\d+")
TABLE = re.compile(r"(```sql\n((?:(?!```)[\s\S])*)```\n\n)(?:\|.*\n)+")
QUERY = re.compile(r"(```sql\n((?:(?!```).)*)```\n```text\n).*?```", re.S)


def readme(package: Package, name: str, connection: duckdb.DuckDBPyConnection) -> str:
    """Return a page with the version, the facts, and the output of each `sql` block.

    The output is in the `text` block that follows, or in the Markdown table below a blank line.
    The connection is to a database of the package.
    """
    page = NAMED_VERSION.sub(lambda found: found[1] + package.version, package.read(name).decode("utf-8"))
    page = with_facts(page, "zh" if name.endswith(".zh.md") else "en", connection)
    page = TABLE.sub(lambda found: f"{found[1]}{show(run_query(connection, found[2]), 'markdown', 100)}\n", page)
    return QUERY.sub(lambda found: f"{found[1]}{show(run_query(connection, found[2]), 'table', 100)}\n```", page)
