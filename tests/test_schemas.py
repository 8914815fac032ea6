"""The schemas keep what they promise their readers: every column described, in two languages, with a true example."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import polars as pl
import pytest

from shegong.checks.contracts import check_rows
from shegong.package.canonical import TextTable
from shegong.package.cells import parse_table
from shegong.package.package import open_package
from shegong.package.schema import Field, TableSchema
from tests.conftest import ROOT

CHINESE = re.compile("[\u4e00-\u9fff]")
SCHEMAS = open_package(ROOT).schemas
FIELDS = [(schema, field) for schema in SCHEMAS.values() for field in schema.fields]
IDS = [f"{schema.name}.{field.name}" for schema, field in FIELDS]


@pytest.mark.parametrize(("schema", "field"), FIELDS, ids=IDS)
def test_column_is_described_in_both_languages(schema: TableSchema, field: Field) -> None:
    assert field.description.endswith((".", "counted."))
    assert field.description_zh.endswith("。")
    assert CHINESE.search(field.title_zh) or field.title_zh.isascii()
    assert CHINESE.search(field.description_zh)
    assert not CHINESE.search(field.title)


@pytest.mark.parametrize(("schema", "field"), FIELDS, ids=IDS)
def test_example_is_a_cell_that_the_column_takes(schema: TableSchema, field: Field) -> None:
    header = f"{field.name}\n".encode()
    frame = pl.read_csv(io.BytesIO(header + b"x\n"), infer_schema=False).with_columns(
        pl.lit(field.example).alias(field.name)
    )
    alone = TableSchema("alone", *[""] * 4, (replace(field, required=True),), (field.name,), (), ())
    typed, findings = parse_table(TextTable(alone, "alone.csv", frame, ()))
    assert findings == []
    assert check_rows(alone, "alone.csv", typed) == []


@pytest.mark.parametrize(("schema", "field"), FIELDS, ids=IDS)
def test_codes_have_labels_in_both_languages_and_a_definition(schema: TableSchema, field: Field) -> None:
    for code in field.categories:
        assert code.label
        assert code.definition.endswith(".")
        assert CHINESE.search(code.label_zh) or code.label_zh.isascii()


def test_every_unit_says_its_measure_words() -> None:
    wordless = [unit.value for unit in SCHEMAS["metrics"].field("unit").categories if not unit.classifiers]
    assert wordless == ["percent"]  # a sign, which the parser knows


def test_keys_begin_every_table() -> None:
    assert all(schema.columns[0] == schema.primary_key[0] for schema in SCHEMAS.values())
