"""Size is no matter: blocks of any size find the same, findings are bounded and counted, no step outgrows its rows."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shegong.checks.run import check_package
from shegong.checks.tables import Tables
from shegong.cli import DOCUMENTS_VARIABLE
from shegong.package import canonical
from shegong.package.canonical import Reader, read_table
from shegong.package.cells import parse_table
from tests.conftest import PackageCopy
from tests.test_canonical import CANONICAL, FILE, FIXABLE, HOPELESS, ids, organizations  # noqa: F401

ROOT = Path(__file__).parents[1]
FORMS = {name: data for name, (data, _) in (FIXABLE | HOPELESS).items()} | CANONICAL
BLOCKS = (1, 7, 64, 200)


@pytest.mark.parametrize("data", FORMS.values(), ids=ids(FORMS))
def test_a_file_read_in_small_blocks_is_the_file_read_at_once(organizations, monkeypatch, data):  # noqa: F811
    whole = read_table(organizations, FILE, data)
    for size in BLOCKS if len(data) < 10_000 else (50_000,):  # one byte at a time is quadratic
        monkeypatch.setattr(canonical, "BLOCK_BYTES", size)
        read = read_table(organizations, FILE, data)
        assert read.findings == whole.findings
        assert (read.frame is None) == (whole.frame is None)
        assert read.frame is None or read.frame.equals(whole.frame)


def test_a_key_is_unique_if_no_block_repeats_it(package):
    schema, tables = package.schemas["organizations"], Tables()
    frame, _ = parse_table(read_table(schema, FILE, package.table_bytes("organizations")))
    tables.create(schema)
    assert tables.is_unique("organizations", schema.primary_key)
    tables.append("organizations", frame, 2)
    assert tables.is_unique("organizations", schema.primary_key)
    tables.append("organizations", frame[5:6], 2 + frame.height)
    assert not any(tables.is_unique("organizations", key) for key in (schema.primary_key, *schema.unique_keys))


def spoil(copy: PackageCopy) -> None:
    """Break rules of every step that looks at rows, at both ends of the tables."""
    for table, column, value in (
        ("mentions", "text", "众人"),
        ("observations", "value", "7"),
        ("sources", "kind", "news"),
    ):
        keys = [next(iter(row.values())) for row in copy.rows(table)]
        for key in (keys[0], keys[1], keys[-1]):
            copy.edit_cell(table, key, column, value)
    copy.edit_cell("observations", "obs-0057", "region_id", "999999")
    copy.stamp()


@pytest.mark.slow
def test_findings_are_the_same_for_any_block(copy, monkeypatch):
    spoil(copy)
    whole = copy.check()
    assert {finding.rule.step for finding in whole.findings} == {"contracts", "relations"}
    for size in (8_000, 50_000):
        monkeypatch.setattr(canonical, "BLOCK_BYTES", size)
        assert copy.check().findings == whole.findings


@pytest.mark.slow
def test_findings_beyond_the_bound_are_counted(copy):
    spoil(copy)
    every, first = copy.check(), check_package(copy.package, limit=1)
    assert first.totals == every.totals
    assert max(every.totals.values()) > 1
    seen = set()
    for finding in every.findings:
        if (place := (finding.rule.id, finding.file, finding.column)) not in seen:
            assert finding in first.findings
        seen.add(place)
    assert len(first.findings) < len(every.findings)


def test_a_bound_holds_for_each_rule_and_column(organizations):  # noqa: F811
    ragged = b"".join(b"org-%04d,a\n" % number for number in range(2_000))
    reader = Reader(organizations, FILE, limit=10)
    list(reader.read(io.BytesIO(",".join(organizations.columns).encode() + b"\n" + ragged)))
    found = reader.findings()
    assert [finding.line for finding in found.kept] == list(range(2, 12))
    assert list(found.totals.values()) == [2_000]


def seconds(*command: str | Path) -> float:
    """CPU seconds of a process, which other processes change little."""
    environment = {name: value for name, value in os.environ.items() if name != DOCUMENTS_VARIABLE}
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, cwd=ROOT, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime


@pytest.mark.slow
@pytest.mark.parametrize("size", [54, 1_100])  # of 1,100 the last region has one source only
def test_a_generated_package_is_valid(tmp_path, size):
    seconds("benchmarks/generate.py", str(size), tmp_path / "package")
    seconds("-m", "shegong", "check", "--package", tmp_path / "package")


@pytest.mark.slow
def test_no_step_of_check_outgrows_its_rows(tmp_path):
    took = {}
    for size in (20_000, 80_000):
        seconds("benchmarks/generate.py", str(size), tmp_path / str(size))
        took[size] = seconds("-m", "shegong", "check", "--package", tmp_path / str(size))
    assert took[80_000] < 4 * took[20_000]  # the start is in both, so this leaves room for noise but not for squares
