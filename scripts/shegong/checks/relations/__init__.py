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
import polars as pl

from shegong.finding import Finding, Rule, Severity
from shegong.package.descriptor import Package
from shegong.package.lexical import visible
from shegong.package.schema import TableSchema
from shegong.quantity import NotAQuantity, parse_quantity
from shegong.text import cell_text, plain_reading

PLANNERS = 2
"""Of small tables the planning of the many questions takes the time, and two can be planned at once."""
HEAD = re.compile(r"^-- (\w+): (.*)$", re.M)


@dataclass(frozen=True)
class Query:
    """A rule, the table whose rows it blames, and the SQL that finds them."""

    rule: Rule
    table: str
    sql: str


def check_relations(package: Package, frames: dict[str, pl.DataFrame]) -> list[Finding]:
    """Ask the typed tables, together, every question of the relations.

    Args:
        package: The package, for its schemas and file names.
        frames: All its tables, typed.
    """
    asked = queries(package)
    with duckdb.connect() as connection, ThreadPoolExecutor(PLANNERS) as pool:
        _load(connection, frames)
        shares = [asked[share::PLANNERS] for share in range(PLANNERS)]
        answers = pool.map(lambda share: list(_answers(connection.cursor(), package, frames, share)), shares)
        return [finding for answer in answers for finding in answer]


def _answers(
    connection: duckdb.DuckDBPyConnection, package: Package, frames: dict[str, pl.DataFrame], asked: list[Query]
) -> Iterator[Finding]:
    for query in asked:
        yield from _ask(connection, package, frames[query.table], query)


def queries(package: Package) -> list[Query]:
    """Every rule of the relations, keys first."""
    return [*(q for schema in package.schemas.values() for q in _key_queries(schema)), *domain_queries()]


@cache
def domain_queries() -> tuple[Query, ...]:
    """The domain rules, one a file, in the order of their names."""
    folder = files(__name__).joinpath("rules")
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".sql"))
    return tuple(_query(name, folder.joinpath(name).read_text("utf-8")) for name in names)


@cache
def key_rules() -> dict[str, tuple[Rule, Template]]:
    """The rule and the SQL template of each kind of key: `primary_key`, `unique_key`, `foreign_key`."""
    folder = files(__name__).joinpath("keys")
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


def _load(connection: duckdb.DuckDBPyConnection, frames: dict[str, pl.DataFrame]) -> None:
    for name, frame in frames.items():
        rows = _with_readings(frame) if name == "mentions" else frame
        connection.register("incoming", rows.with_row_index("line", 2).to_arrow())
        connection.execute(f"CREATE TABLE {name} AS FROM incoming")
        connection.unregister("incoming")
    connection.execute(files(__name__).joinpath("macros.sql").read_text("utf-8"))


def _with_readings(mentions: pl.DataFrame) -> pl.DataFrame:
    """Mentions with how their text reads, and what value it reads."""
    values = pl.when(pl.col("role") == "value").then(pl.col("text"))
    return mentions.with_columns(
        reading=pl.col("text").map_elements(plain_reading, pl.String),
        read_value=values.map_elements(_value, pl.Float64),
    )


def _value(text: str) -> float | None:
    try:
        return float(parse_quantity(text).value)
    except NotAQuantity:
        return None


def _ask(
    connection: duckdb.DuckDBPyConnection, package: Package, frame: pl.DataFrame, query: Query
) -> Iterator[Finding]:
    schema = package.schemas[query.table]
    for line, column, value in connection.execute(query.sql).fetchall():
        key = str(frame[line - 2, schema.primary_key[0]])
        shown = cell_text(value)
        message = f"{visible(shown)!r} breaks the rule: {query.rule.sentence}"
        yield Finding(query.rule, package.file(query.table), message, query.table, line, column, key, shown)
