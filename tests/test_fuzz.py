"""Fuzzing, a few seeded inputs for each target; and the inputs that once made a traceback, a hang or a crash."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from shegong.checks.run import check_package
from shegong.finding import PackageError
from shegong.package.descriptor import open_package, parse_json
from shegong.package.files import open_archive
from shegong.quantity import NotAQuantity, parse_quantity
from tests.conftest import PackageCopy
from tests.fuzz.run import fuzz
from tests.fuzz.targets import TARGETS
from tests.test_archives import zeros, zipped
from tests.test_cli import one_line, run


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_seeded_inputs_end_in_findings_or_one_line(target: str) -> None:
    outcome = fuzz(target, 120, seed=0, inputs=12)
    assert outcome.failures == []
    assert outcome.inputs > 0


@pytest.mark.parametrize("depth", [60, 500, 900, 100_000])
@pytest.mark.parametrize("bracket", ["[]", "{}"])
def test_deep_json_is_one_line(depth: int, bracket: str) -> None:
    inside = ("[" * depth, "]" * depth) if bracket == "[]" else ('{"a":' * depth + "1", "}" * depth)
    with pytest.raises(PackageError, match=r"nested deeper|no JSON that can be used"):
        parse_json(f'{{"a": {"".join(inside)}}}'.encode(), "x.json")


@pytest.mark.parametrize("text", ["1" * 5000, "-" + "9" * 100_000, "1e999999999", "NaN"])
def test_huge_numbers_are_no_traceback(copy: PackageCopy, text: str) -> None:
    copy.edit_bytes("datapackage.json", lambda data: data.replace(b'"bytes": ', f'"bytes": {text}, "x": '.encode(), 1))
    assert run("check", "--package", str(copy.root)).exit_code in (1, 2)


CUT = {
    "a title that is no text": ("schemas/metrics.json", lambda s: s.update(title=["a"])),
    "a label that is no text": (
        "schemas/observations.json",
        lambda s: next(f for f in s["fields"] if "categories" in f)["categories"][0].update(label=["a"]),
    ),
    "no version": ("datapackage.json", lambda d: d.pop("version")),
    "no path": ("datapackage.json", lambda d: d["resources"][0].pop("path")),
    "resources that are text": ("datapackage.json", lambda d: d.update(resources="x")),
    "licences that are text": ("datapackage.json", lambda d: d.update(licenses="x")),
    "a date that is none": ("datapackage.json", lambda d: d.update(created="x")),
    "fields that are text": ("schemas/metrics.json", lambda s: s.update(fields="x")),
}


@pytest.mark.parametrize("words", [("query", "SELECT 1"), ("cite",), ("check", "--format", "json")])
@pytest.mark.parametrize("cut", CUT)
@pytest.mark.slow
def test_description_that_is_none_is_no_traceback(copy: PackageCopy, cut: str, words: tuple[str, ...]) -> None:
    file, edit = CUT[cut]
    copy.edit_json(file, edit)
    assert run(words[0], "--package", str(copy.root), *words[1:]).exit_code in (0, 1, 2)


def test_key_that_yaml_cannot_read_is_a_finding_without_its_line(copy: PackageCopy) -> None:
    for key in ("\x9b", "\x7f", "\u2028", "k" * 2000):
        copy.edit_json("datapackage.json", lambda d, key=key: d.update({key: 1}))
    findings = check_package(open_package(copy.root)).findings
    assert [f.rule.id for f in findings] == ["descriptor-unknown-key"] * 4


@pytest.mark.parametrize("token", ["1" * 100_000, "1" + "亿" * 150_000, "0." + "0" * 20_000 + "1", "一" * 100_000])
def test_endless_token_is_refused_at_once(token: str) -> None:
    start = time.monotonic()
    with pytest.raises(NotAQuantity):
        parse_quantity(token)
    assert time.monotonic() - start < 1


Bomb = Callable[[], bytes]
BOMBS: dict[str, Bomb] = {
    "zeros": lambda: zeros(300),
    "zeros in zeros": lambda: zipped({"a.zip": zeros(100)}),
    "zeros packed by LZMA": lambda: zipped({"datapackage.json": bytes(10**8)}, zipfile.ZIP_LZMA),
    "zeros packed by bzip2": lambda: zipped({"datapackage.json": bytes(10**8)}, zipfile.ZIP_BZIP2),
    "a hundred thousand members": lambda: zipped({f"{number}": b"" for number in range(20_000)}),
}


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS)
def test_bomb_is_refused_soon(bomb: str, tmp_path: Any) -> None:
    (tmp_path / "bomb.zip").write_bytes(BOMBS[bomb]())
    start = time.monotonic()
    assert "bomb.zip" in one_line(run("verify", str(tmp_path / "bomb.zip")))
    assert time.monotonic() - start < 30


def test_names_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search for doubles that compares each name with all others takes hours for a large archive."""
    start = time.monotonic()
    open_archive("many.zip", zipped({f"{number}": b"" for number in range(8000)}))
    assert time.monotonic() - start < 10


@pytest.mark.slow
@pytest.mark.parametrize("content", ["," * 10**7, '"' + "a" * 10**7, "a" * 10**7, "\n" * 10**6, '"",' * 10**6])
def test_very_long_lines_are_findings(copy: PackageCopy, content: str) -> None:
    copy.edit_bytes("data/regions.csv", lambda data: data + content.encode() + b"\n")
    start = time.monotonic()
    findings = check_package(open_package(copy.root)).findings
    assert findings
    assert max(len(finding.message) for finding in findings) < 1000
    assert time.monotonic() - start < 120
    assert json.dumps([finding.as_dict() for finding in findings])
