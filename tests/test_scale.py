"""Size is no matter: blocks of any size find the same, findings are bounded and counted, no step outgrows its rows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shegong.checks.run import check_package
from shegong.checks.tables import Tables
from shegong.cli import DOCUMENTS_VARIABLE
from shegong.package import canonical
from shegong.package.canonical import read_table
from shegong.package.cells import parse_table
from tests.conftest import ROOT, PackageCopy
from tests.test_canonical import CANONICAL, FILE, FIXABLE, HOPELESS, ids, organizations  # noqa: F401

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


SPOILT = (("mentions", "text", "众人"), ("observations", "value", "7"), ("sources", "kind", "news"))


def spoil(copy: PackageCopy) -> None:
    """Break rules of every step that looks at rows, at both ends of the tables."""
    for table, column, value in SPOILT:
        keys = [next(iter(row.values())) for row in copy.rows(table)]
        for key in (keys[0], keys[1], keys[-1]):
            copy.edit_cell(table, key, column, value)
    copy.edit_cell("observations", "obs-0057", "region_id", "999999")
    copy.stamp()


@pytest.mark.slow
def test_findings_are_the_same_for_any_block_and_counted_beyond_a_bound(copy, monkeypatch):
    spoil(copy)
    every, first = copy.check(), check_package(copy.package, limit=1)
    assert {finding.rule.step for finding in every.findings} == {"contracts", "relations"}
    assert first.totals == every.totals
    assert max(every.totals.values()) > 1
    firsts = {(finding.rule.id, finding.file, finding.column): finding for finding in reversed(every.findings)}
    assert all(finding in first.findings for finding in firsts.values())
    assert len(first.findings) < len(every.findings)
    for size in (8_000, 50_000):
        monkeypatch.setattr(canonical, "BLOCK_BYTES", size)
        assert copy.check().findings == every.findings


def seconds(*command: str | Path) -> float:
    """CPU seconds of a process, which other processes change little."""
    environment = {name: value for name, value in os.environ.items() if name != DOCUMENTS_VARIABLE}
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, cwd=ROOT, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime


@pytest.mark.slow
def test_no_step_of_check_outgrows_its_rows(tmp_path):
    took = {}
    for size in (20_000, 80_000):
        seconds("benchmarks/generate.py", str(size), tmp_path / str(size))
        took[size] = seconds("-m", "shegong", "check", "--package", tmp_path / str(size))
    assert took[80_000] < 4 * took[20_000]  # the start is in both, so this leaves room for noise but not for squares
