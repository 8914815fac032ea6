"""Row contracts on Apache Spark: polars validates each batch of rows by the contracts of `shegong check`.

A contract reads one row only, so the partitioning does not matter. Rows have no line number in Spark; their key
identifies them. Needs pyspark where it is called, and `shegong[build]` on every worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from shegong.checks.context import join_metric_definitions, measure_words
from shegong.checks.contracts import check_rows
from shegong.errors import PackageError
from shegong.package.package import Package
from shegong.package.schema import TableSchema

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

TYPES = {"string": "string", "integer": "bigint", "number": "double", "date": "date", "boolean": "boolean"}
PARTS = ("rule", "key", "column", "value", "message", "expected", "hint")
FINDINGS = pa.schema([(part, pa.string()) for part in PARTS])


def check_table(spark: SparkSession, package: Package, name: str) -> DataFrame:
    """Validate the contracts of a table that is open in a Spark session.

    Args:
        spark: A session in which the table is open under its name, and `metrics` too.
        package: The package with the schemas; its data are not read.
        name: Name of the table.

    Returns:
        One row for each finding, in no order: `rule`, `key`, `column`, `value`, `message`, `expected`, `hint`.

    Raises:
        PackageError: The table lacks a column of its schema, or has it in another type.
    """
    schema = package.schemas[name]
    rows = _columns(spark, schema)
    metrics = pl.DataFrame(_columns(spark, package.schemas["metrics"]).toArrow())
    check = partial(_check_batches, schema, metrics, measure_words(package.schemas["metrics"]))
    return rows.mapInArrow(check, ", ".join(f"{part} string" for part in PARTS))


def _columns(spark: SparkSession, schema: TableSchema) -> DataFrame:
    table = spark.table(schema.name)
    types = dict(table.dtypes)
    for field in schema.fields:
        if types.get(field.name) != TYPES[field.type]:
            is_type = types.get(field.name, "not there")
            raise PackageError(f"{schema.name}.{field.name} is {is_type} in Spark, and should be {TYPES[field.type]}")
    return table.select(*schema.columns)


def _check_batches(
    schema: TableSchema, metrics: pl.DataFrame, words: dict[str, tuple[str, ...]], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        rows = pl.DataFrame(pa.Table.from_batches([batch]))
        if schema.name == "observations":
            rows = join_metric_definitions(rows, metrics, words)
        found = check_rows(schema, schema.name, rows)
        yield pa.RecordBatch.from_pylist([_parts(finding.as_dict()) for finding in found], FINDINGS)


def _parts(finding: dict[str, str | int]) -> dict[str, str]:
    return {part: str(finding[part]) for part in PARTS}
