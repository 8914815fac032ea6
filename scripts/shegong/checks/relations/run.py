"""Relations: do rows and tables fit together? One `.sql` template for each kind of key, one `.sql` file a domain rule.

A rule file begins with what it says (`-- sentence:`, `-- table:`, `-- severity:`, `-- hint:`) and selects
`line, column, value` of the rows that break it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

import duckdb

from shegong.checks.tables import Tables
from shegong.escape import cell_text, show_invisible
from shegong.findings import Finding, Findings, Rule, Severity
from shegong.package.package import Package
from shegong.package.schema import TableSchema

AT_ONCE = 2
"""Questions that are asked side by side: one is planned, or ends, while the other takes the cores."""
HEAD = re.compile(r"^-- (\w+): (.*)$", re.M)


@dataclass(frozen=True)
class Query:
    """A rule, the table whose rows it blames, and the SQL that finds them."""

    rule: Rule
    table: str
    sql: str


def check_relations(package: Package, tables: Tables, most: int | None = None) -> Findings:
    """Ask the typed tables, together, every question of the relations.

    Args:
        package: The package, for its schemas and file names.
        tables: All its tables, typed.
        most: How many findings of a rule are held; None for all.
    """
    primary_key, _ = key_rules()["primary_key"]
    asked = [q for q in queries(package) if q.rule != primary_key or q.table not in tables.rising]
    tables.prepare()
    free = [tables.connect() for _ in range(AT_ONCE)]

    def ask(query: Query) -> Findings:
        connection = free.pop()
        try:
            return _ask(connection, package, query, most)
        finally:
            free.append(connection)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Findings().merge(*pool.map(ask, asked))


def queries(package: Package) -> list[Query]:
    """Every rule of the relations, keys first."""
    return [*(q for schema in package.schemas.values() for q in _key_queries(schema)), *domain_queries()]


@cache
def domain_queries() -> tuple[Query, ...]:
    """The domain rules, one a file, in the order of their names."""
    folder = files("shegong.checks.relations").joinpath("rules")
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".sql"))
    return tuple(_query(name, folder.joinpath(name).read_text("utf-8")) for name in names)


@cache
def key_rules() -> dict[str, tuple[Rule, Template]]:
    """The rule and the SQL template of each kind of key: `primary_key`, `unique_key`, `foreign_key`."""
    folder = files("shegong.checks.relations").joinpath("keys")
    return {
        name: _template(folder.joinpath(f"{name}.sql").read_text("utf-8"))
        for name in ("primary_key", "unique_key", "foreign_key")
    }


def _template(text: str) -> tuple[Rule, Template]:
    head = dict(HEAD.findall(text))
    return Rule(head["rule"], head["sentence"], "relations", head["hint"]), Template(text)


def _query(name: str, text: str) -> Query:
    head = dict(HEAD.findall(text))
    id = name.removesuffix(".sql").replace("_", "-")
    return Query(Rule(id, head["sentence"], "relations", head["hint"], Severity(head["severity"])), head["table"], text)


def _key_queries(schema: TableSchema) -> Iterator[Query]:
    for column in schema.primary_key:
        yield _key_query("primary_key", schema, column=column)
    for key in schema.unique_keys:
        listed = ", ".join(f"coalesce(CAST({column} AS VARCHAR), '')" for column in key)
        yield _key_query("unique_key", schema, column=key[0], columns=", ".join(key), listed=listed)
    for foreign in schema.foreign_keys:
        yield _key_query("foreign_key", schema, column=foreign.field, other=foreign.table, reference=foreign.reference)


def _key_query(kind: str, schema: TableSchema, **names: str) -> Query:
    rule, template = key_rules()[kind]
    return Query(rule, schema.name, template.substitute(table=schema.name, **names))


def _ask(connection: duckdb.DuckDBPyConnection, package: Package, query: Query, most: int | None) -> Findings:
    """The first rows that break a rule, and how many there are; the rows are only counted where they are too many."""
    limit = "" if most is None else f" LIMIT {most + 1}"
    rows = connection.execute(f"SELECT * FROM ({query.sql}){limit}").fetchall()
    found = Findings(most)
    if not rows:
        return found
    total = len(rows)
    if most is not None and total > most:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE broken AS {query.sql}")
        (total,) = connection.execute("SELECT count(*) FROM broken").fetchall()[0]
        rows = connection.execute(f"FROM broken ORDER BY ALL LIMIT {most}").fetchall()
    found.count(query.rule, "", total)
    found.kept += _findings(connection, package, query, rows)
    return found


def _findings(
    connection: duckdb.DuckDBPyConnection, package: Package, query: Query, rows: list[tuple[int, str, object]]
) -> Iterator[Finding]:
    key, lines = package.schemas[query.table].primary_key[0], ", ".join(str(line) for line, _, _ in rows)
    keys = dict(connection.execute(f"SELECT line, {key} FROM {query.table} WHERE line IN ({lines})").fetchall())
    for line, column, value in rows:
        shown = cell_text(value)
        message = f"{show_invisible(shown)!r} breaks the rule: {query.rule.sentence}"
        yield Finding(query.rule, package.file(query.table), message, query.table, line, column, str(keys[line]), shown)
