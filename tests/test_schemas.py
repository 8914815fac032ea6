"""The schemas keep what they promise their readers: every column described, in two languages, with a true example."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest

from shegong.checks.contracts import check_rows
from shegong.package.canonical import TextTable
from shegong.package.cells import parse_table
from shegong.package.package import open_package
from shegong.package.schema import TableSchema
from tests.conftest import ROOT

CHINESE = re.compile("[\u4e00-\u9fff]")
SCHEMAS = open_package(ROOT).schemas


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_each_column_is_described_in_both_languages(schema: TableSchema) -> None:
    for field in schema.fields:
        assert field.description.endswith((".", "counted.")), field.name
        assert field.description_zh.endswith("。"), field.name
        assert CHINESE.search(field.title_zh) or field.title_zh.isascii(), field.name
        assert CHINESE.search(field.description_zh), field.name
        assert not CHINESE.search(field.title), field.name
        for code in field.categories:
            assert code.label, (field.name, code)
            assert code.definition.endswith("."), (field.name, code)
            assert CHINESE.search(code.label_zh) or code.label_zh.isascii(), (field.name, code)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_each_example_is_a_cell_that_the_column_takes(schema: TableSchema) -> None:
    for field in schema.fields:
        frame = pl.DataFrame({field.name: [field.example]})
        alone = TableSchema("alone", *[""] * 4, (replace(field, required=True),), (field.name,), (), ())
        typed, findings = parse_table(TextTable(alone, "alone.csv", frame, ()))
        assert (findings, check_rows(alone, "alone.csv", typed)) == ([], []), field.name


def test_every_unit_says_its_measure_words() -> None:
    wordless = [unit.value for unit in SCHEMAS["metrics"].field("unit").categories if not unit.classifiers]
    assert wordless == ["percent"]  # a sign, which the parser knows


def test_keys_begin_every_table() -> None:
    assert all(schema.columns[0] == schema.primary_key[0] for schema in SCHEMAS.values())
