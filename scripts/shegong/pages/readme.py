"""Parts of hand-written pages that `shegong docs` updates: the version, and the outputs of queries."""

from __future__ import annotations

import re

from shegong.database.load import connect_package
from shegong.database.query import run_query, show
from shegong.package.package import Package

PAGES = (
    "README.md",
    "README.zh.md",
    "docs/series.md",
    "examples/consumer/report.py",
)
NAMED_VERSION = re.compile(r"(shegong==|shegong-|version |PINNED = \")\d+\.\d+\.\d+")
QUERY = re.compile(r"(```sql\n((?:(?!```).)*)```\n```text\n).*?```", re.S)


def readme(package: Package, name: str) -> str:
    """Return a page with the package's version, and with the output of each `sql` block in the `text` block below."""
    page = NAMED_VERSION.sub(lambda found: found[1] + package.version, package.read(name).decode("utf-8"))
    with connect_package(package) as connection:
        return QUERY.sub(lambda found: f"{found[1]}{show(run_query(connection, found[2]), 'table', 100)}\n```", page)
