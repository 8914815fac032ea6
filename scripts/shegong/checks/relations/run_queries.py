"""Relations: do rows and tables fit together? One SQL template for each kind of key, one SQL file for each domain rule.

A rule file begins with its sentence (`-- sentence:`, `-- table:`, `-- severity:`, `-- hint:`). It selects `line,
column, value` of the rows for which the rule fails, and may select a fourth column: what was expected, as a clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from operator import itemgetter
from string import Template

import polars as pl

from shegong.checks.context import READ_BY, measure_words, normalize_tokens, read_quantities
from shegong.checks.tables import Tables
from shegong.database.comments import view_sql
from shegong.escape import cell_text
from shegong.findings import Finding, Findings, Rule, Severity, cell_clause
from shegong.package.package import Package
from shegong.package.schema import TableSchema
from shegong.region_names import CODE_SHAPES, short_name

HEAD = re.compile(r"^-- (\w+): (.*)$", re.M)
READ_TEXTS = """
SELECT text FROM mentions WHERE role IN ('date', 'place', 'name')
UNION SELECT name_zh FROM organizations UNION SELECT name_zh FROM programmes
"""
OTHER_WORDS = "SELECT DISTINCT text, metric_kind, metric_unit, status FROM other_words"
PLACE_NAMES = {"region_id": pl.String, "short_name": pl.String, "level_rank": pl.Int64}
VIEWS = ("region_paths", "observations_labelled", "series_candidates", "disagreements")
"""Views of the database, each after those that it reads, for the rule of the last one."""


@dataclass(frozen=True)
class Query:
    """A rule, the table whose rows it names, the SQL that finds those for which it fails, and what must be unique."""

    rule: Rule
    table: str
    sql: str
    unique: tuple[str, ...] = ()


def check_relations(package: Package, tables: Tables, limit: int | None = None) -> Findings:
    """Validate the typed tables together.

    Args:
        package: The package, for its schemas and file names.
        tables: All its tables, typed.
        limit: How many findings of a rule are kept; None for all.
    """
    tables.commit()
    _prepare(package, tables)
    findings = Findings(limit)
    for query in queries(package):
        if not (query.unique and tables.is_unique(query.table, query.unique)):
            _run(query, package, tables, findings)
    return findings


def _prepare(package: Package, tables: Tables) -> None:
    """Store what the rules share and SQL cannot compute: names of places, normalized texts, values of tokens."""
    regions = tables.rows("SELECT region_id, name_zh, level FROM regions", "relations")
    places = [(id, short_name(name or ""), _rank(level)) for id, name, level in regions]
    tables.store("place_names", pl.DataFrame(places, PLACE_NAMES, orient="row"))
    tables.store("normalized_texts", normalize_tokens(text for (text,) in tables.rows(READ_TEXTS, "relations")))
    tables.execute(files("shegong.checks.relations").joinpath("macros.sql").read_text("utf-8"), "relations")
    tables.execute("USE suspects", "relations")
    for view in VIEWS:
        tables.execute(view_sql(view), view)
    tables.execute("USE main", "relations")
    words = pl.DataFrame(tables.rows(OTHER_WORDS, "relations"), dict.fromkeys(READ_BY, pl.String), orient="row")
    read = read_quantities(words, measure_words(package.schemas["metrics"])).select("read_value")
    tables.store("quantities", words.rename({"value_text": "text"}).hstack(read))


def _rank(level: str | None) -> int | None:
    return list(CODE_SHAPES).index(level) if level in CODE_SHAPES else None


def queries(package: Package) -> list[Query]:
    """Return every rule of the relations, keys first."""
    return [*(q for schema in package.schemas.values() for q in _key_queries(schema)), *domain_queries()]


@cache
def domain_queries() -> tuple[Query, ...]:
    """Return the domain rules, one a file, in the order of their names."""
    folder = files("shegong.checks.relations").joinpath("rules")
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".sql"))
    return tuple(_query(name, folder.joinpath(name).read_text("utf-8")) for name in names)


@cache
def key_rules() -> dict[str, tuple[Rule, Template]]:
    """Return the rule and the SQL template of each kind of key: `primary_key`, `unique_key`, `foreign_key`."""
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
        yield replace(_key_query("primary_key", schema, column=column), unique=(column,))
    for key in schema.unique_keys:
        listed = ", ".join(f"coalesce(CAST({column} AS VARCHAR), '')" for column in key)
        names = {"column": key[0], "columns": ", ".join(key), "listed": listed}
        yield replace(_key_query("unique_key", schema, **names), unique=key)
    for foreign in schema.foreign_keys:
        yield _key_query("foreign_key", schema, column=foreign.field, other=foreign.table, reference=foreign.reference)


def _key_query(kind: str, schema: TableSchema, **names: str) -> Query:
    rule, template = key_rules()[kind]
    return Query(rule, schema.name, template.substitute(table=schema.name, **names))


def _run(query: Query, package: Package, tables: Tables, findings: Findings) -> None:
    found = tables.rows(query.sql, query.rule.id)
    if not found:
        return
    rows = sorted(found, key=itemgetter(0))[: findings.count(query.rule, f"{query.table} {query.rule.id}", len(found))]
    key, lines = package.schemas[query.table].primary_key[0], ", ".join(str(row[0]) for row in rows)
    keys = dict(tables.rows(f"SELECT line, {key} FROM {query.table} WHERE line IN ({lines})", query.table))
    for line, column, value, *expected in rows:
        message, clause = cell_clause(column, value), expected[0] if expected else query.rule.clause
        place = (query.table, line, column, str(keys[line] or ""), cell_text(value))
        findings.kept.append(Finding(query.rule, package.file(query.table), message, *place, clause))
