"""Mutation testing of the code can fail: what a poor test does not notice is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.code_mutants.__main__ import TARGETS, complaints, read_known, table
from tests.code_mutants.mutants import CodeMutant, mutants
from tests.code_mutants.run import KILLED, STILLBORN, SURVIVED, TIMED_OUT, FailingTests, Outcome, Target, run, sampled

SOURCE = """
LIMIT = "^[0-9]+$"
def grow(size: int) -> int:
    while size < 10:
        size += 2
    return size
"""


def changes(source: str) -> set[tuple[str, str]]:
    return {(mutant.old, mutant.new) for mutant in mutants("things", source)}


def test_code_is_changed_at_every_place_and_prose_nowhere():
    assert {
        ('LIMIT = "^[0-9]+$"', "LIMIT = None"),
        ('LIMIT = "^[0-9]+$"', 'LIMIT = "[0-9]+$"'),
        ('LIMIT = "^[0-9]+$"', 'LIMIT = "^[0-9]$"'),
        ("while size < 10:", "while size <= 10:"),
        ("while size < 10:", "while size < 11:"),
        ("size += 2", "size -= 2"),
        ("size += 2", "size = 2"),
    } <= changes(SOURCE)
    assert changes('"""Grows."""\nHINT = f("a b")\n') == {
        ('HINT = f("a b")', "HINT = f(None)"),
        ('HINT = f("a b")', "HINT = None"),
    }
    assert changes("if ready:\n    pass\n") == {("if ready:", "if (not (ready)):")}
    source = 'def f(a):\n    match a:\n        case "x":\n            return 1\n        case _:\n            return 2\n'
    for mutant in mutants("things", source):
        compile(mutant.source, "things", "exec")
        assert mutant.function == "f"


def drawn(folder: Path, source: str, size: int) -> list[tuple[str, str]]:
    (folder / "things.py").write_text(source)
    chosen = sampled(Target("an area", "things", (), folder), size, 1)
    return [(mutant.old, mutant.new) for mutant in chosen]


def test_a_line_added_leaves_the_other_lines_in_the_sample(tmp_path):
    source = SOURCE + "".join(f"a{n} = {n} + b\n" for n in range(30))
    before, after = drawn(tmp_path, source, 40), drawn(tmp_path, "first = 1 + b\n" + source, 40)
    assert len(before) == len(after) == 40
    assert {change for change in after if not change[0].startswith("first")} <= set(before)
    assert set(drawn(tmp_path, source, 10)) < set(before) < set(drawn(tmp_path, source, 0))
    assert before == [change for change in drawn(tmp_path, source, 0) if change in before]


def outcomes(*states: str) -> list[Outcome]:
    target = Target("an area", "things", ())
    return [Outcome(target, CodeMutant("things", "f", "old", f"new {n}", ""), state) for n, state in enumerate(states)]


def test_a_survivor_that_nobody_explains_is_told():
    found = outcomes(*[KILLED] * 18, TIMED_OUT, STILLBORN, SURVIVED)
    known = {found[-1].mutant.key: "it is slower only"}
    assert complaints(found, known) == []
    [new] = complaints(found, {})
    assert new.startswith("new survivor")
    assert new.endswith('[[survivor]]\nmodule = "things"\nfunction = "f"\nold = "old"\nnew = "new 20"')
    [gone] = complaints(outcomes(KILLED), {outcomes(KILLED)[0].mutant.key: "why"})
    assert "killed, yet survivors.toml lists it" in gone
    assert table(found, known).splitlines()[1].split() == ["an", "area", "things", "20", "18", "1", "1", "0", "95.0%"]


def test_less_than_nine_in_ten_killed_is_told():
    found = outcomes(*[KILLED] * 8, SURVIVED, STILLBORN)
    assert complaints(found, {found[8].mutant.key: "why"}) == ["an area: 88.9% killed, less than 90%"]


@pytest.mark.slow
def test_each_known_survivor_is_a_mutant_that_there_is_and_has_a_reason():
    known = read_known()
    assert all(why.endswith(".") for why in known.values())
    there = {mutant.key for target in TARGETS for mutant in mutants(target.module, target.source)}
    assert known.keys() - there == set()


ENDLESS = ("size += 2", "size -= 2")
CHOSEN = [("while size < 10:", "while size <= 10:"), ('LIMIT = "^[0-9]+$"', 'LIMIT = "[0-9]+$"'), ENDLESS]


def asked(folder: Path, test: str) -> dict[tuple[str, str], str]:
    (folder / "growing.py").write_text(SOURCE)
    (folder / "test_growing.py").write_text(f"from growing import *\ndef test():\n    {test}\n")
    target = Target("an area", "growing", (str(folder / "test_growing.py"),), folder)
    chosen = [mutant for mutant in mutants("growing", target.source) if (mutant.old, mutant.new) in CHOSEN]
    return {(o.mutant.old, o.mutant.new): o.state for o in run(target, chosen, 1)}


@pytest.mark.slow
def test_a_poor_test_lets_mutants_live_that_a_good_one_kills(tmp_path):
    poor = asked(tmp_path, "assert grow(9) >= 10")
    good = asked(tmp_path, "assert (LIMIT, [grow(size) for size in (10, 9)]) == ('^[0-9]+$', [10, 11])")
    assert list(poor.values()) == [SURVIVED, SURVIVED, TIMED_OUT]
    assert list(good.values()) == [KILLED, KILLED, TIMED_OUT]


@pytest.mark.slow
def test_a_mutant_is_not_killed_by_a_machine_that_has_other_work(tmp_path):
    waiting = asked(tmp_path, "import time\n    assert LIMIT[0] == '^' or time.sleep(7) is None")
    assert waiting[CHOSEN[1]] == SURVIVED


@pytest.mark.slow
def test_tests_that_fail_anyway_say_nothing_of_a_mutant(tmp_path):
    with pytest.raises(FailingTests, match="as it is"):
        asked(tmp_path, "assert grow(1) == 12")
