"""The floor: what DuckDB alone takes for a typed load and the same key, foreign-key and row checks in plain SQL.

    python benchmarks/floor.py DIR

It skips format checks, token parsing, the ledger, and the place of each finding: it only counts wrong rows. It is the
least that any check of such a package costs on a machine.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from shegong.database.load import TYPES, select_csv, sql_literal
from shegong.package.package import Package, open_package
from shegong.package.schema import Field, TableSchema

ROWS = {
    "observations": (
        "value_lower IS NULL OR value_lower <= value",
        "value_upper IS NULL OR value <= value_upper OR qualifier = 'nearly'",
        """CASE qualifier WHEN 'exact' THEN value_lower = value AND value_upper = value
           WHEN 'rounded' THEN value_lower < value_upper
           WHEN 'at_least' THEN value_lower = value AND value_upper IS NULL
           WHEN 'at_most' THEN value_upper = value AND value_lower IS NULL
           WHEN 'nearly' THEN value_upper <= value AND value_lower IS NULL
           WHEN 'about' THEN value_lower IS NULL AND value_upper IS NULL
           ELSE value_lower = value AND value < value_upper END""",
        "period_start <= period_end",
        "(period_basis = 'unknown') = (period_start IS NULL AND period_end IS NULL)",
        "period_start IS NULL OR period_end IS NOT NULL",
        "(scope_en IS NULL) = (scope_zh IS NULL)",
        "doubt IS NULL OR note IS NOT NULL",
    ),
    "mentions": (
        """(observation_id IS NOT NULL)::INT + (milestone_id IS NOT NULL)::INT + (organization_id IS NOT NULL)::INT
           + (programme_id IS NOT NULL)::INT + (region_id IS NOT NULL)::INT + (source_id IS NOT NULL)::INT
           + (exclusion IS NOT NULL)::INT = 1""",
        """CASE role WHEN 'value' THEN observation_id IS NOT NULL WHEN 'title' THEN source_id IS NOT NULL
           WHEN 'place' THEN observation_id IS NOT NULL OR milestone_id IS NOT NULL
           WHEN 'excluded' THEN exclusion IS NOT NULL ELSE exclusion IS NULL END""",
        "char_start < char_end",
        "length(text) = char_end - char_start",
    ),
    "sources": ("char_start < char_end", "published_from <= published_to"),
    "milestones": ("date_start <= date_end",),
    "documents": ("characters <= bytes",),
}
METRIC = """SELECT count(*) FROM observations AS o JOIN metrics AS m USING (metric_id)
WHERE o.value < m.value_min OR o.value > m.value_max OR (m.is_integer AND o.value <> floor(o.value))"""


def main() -> None:
    """Load the package and count what is wrong."""
    package = open_package(Path(sys.argv[1]))
    with duckdb.connect() as connection:
        for schema in package.schemas.values():
            columns = ", ".join(f"{field.name} {TYPES[field.type]}" for field in schema.fields)
            connection.execute(f"CREATE TABLE {schema.name} ({columns})")
            connection.execute(f"INSERT INTO {schema.name} {select_csv(schema, package.path(schema.name))}")
        wrong = sum(connection.execute(sql).fetchall()[0][0] for sql in questions(package))
    print(f"{wrong} wrong")
    sys.exit(1 if wrong else 0)


def questions(package: Package) -> Iterator[str]:
    """Each a SELECT of how many rows are wrong."""
    for schema in package.schemas.values():
        for key in (schema.primary_key, *schema.unique_keys):
            columns = ", ".join(key)
            yield f"SELECT count(*) FROM (SELECT 1 FROM {schema.name} GROUP BY {columns} HAVING count(*) > 1)"
        for key in schema.foreign_keys:
            there = f"ANTI JOIN {key.table} AS p ON c.{key.field} = p.{key.reference}"
            yield f"SELECT count(*) FROM {schema.name} AS c {there} WHERE c.{key.field} IS NOT NULL"
        rows = " AND ".join(f"coalesce({keeps}, true)" for keeps in row_checks(schema))
        yield f"SELECT count(*) FROM {schema.name} WHERE NOT ({rows})"
    yield METRIC


def row_checks(schema: TableSchema) -> Iterator[str]:
    """Return the rules of one row in SQL: the constraints of the schema, and the simple rules of the domain."""
    for field in schema.fields:
        yield from _constraints(field)
    yield from ROWS.get(schema.name, ())


def _constraints(field: Field) -> Iterator[str]:
    name = field.name
    if field.required:
        yield f"{name} IS NOT NULL"
    if field.categories:
        yield f"{name} IN ({', '.join(sql_literal(code) for code in field.codes)})"
    if field.pattern is not None:
        yield f"regexp_full_match({name}, {sql_literal(field.pattern)})"
    for bound, sign in ((field.minimum, ">="), (field.maximum, "<=")):
        if bound is not None:
            yield f"{name} {sign} {bound!r}"
    for bound, sign in ((field.min_length, ">="), (field.max_length, "<=")):
        if bound is not None:
            yield f"length({name}) {sign} {bound}"


if __name__ == "__main__":
    main()
