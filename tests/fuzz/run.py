"""Fuzz each target for a while, in a process of its own with limits of time and memory.

    python -m tests.fuzz [TARGET ...] [--seconds 60] [--seed 0] [--inputs N]

An input is made from its seed and number alone, so `--seed 0 --first 17 --inputs 1` makes input 17 of seed 0 again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

SECONDS_AN_INPUT = 60
"""After so long an input counts as a hang."""
AT_ONCE = 100
"""Inputs for one process: the engines keep some memory of each, as no command would that runs by itself."""
MEMORY = 3 * 1024**3
"""Bytes of memory that the engines, and any input, may take."""


@dataclass
class Outcome:
    """How many inputs a target read, and those that it should not have stumbled over."""

    target: str
    inputs: int = 0
    memory: int = 0
    failures: list[str] = field(default_factory=list)


def fuzz(target: str, seconds: float, seed: int = 0, first: int = 0, inputs: int = sys.maxsize) -> Outcome:
    """Fuzz a target; a process that dies (of a hang, of memory) is a failure, and another goes on."""
    outcome, end, number = Outcome(target), time.monotonic() + seconds, first
    while time.monotonic() < end and number < first + inputs and len(outcome.failures) < 20:
        here, there = multiprocessing.get_context("spawn").Pipe()
        arguments = (there, target, seed, number, min(first + inputs, number + AT_ONCE), end - time.monotonic())
        process = multiprocessing.get_context("spawn").Process(target=_work, args=arguments)
        process.start()
        there.close()
        number = _listen(here, outcome, number)
        process.join()
        if process.exitcode:
            outcome.failures.append(f"input {number}: ended by {_why(process.exitcode)}")
        number += 1
    return outcome


def _listen(here: Connection, outcome: Outcome, number: int) -> int:
    """Take what the process tells, until it ends; the number of its last input."""
    while True:
        try:
            number, failure, memory = here.recv()
            outcome.memory = max(outcome.memory, memory)
        except EOFError:
            return number
        if failure == "begun":
            continue
        outcome.inputs += 1
        if failure:
            outcome.failures.append(f"input {number}: {failure}")


def _why(code: int) -> str:
    if code == -signal.SIGALRM:
        return f"the time limit of {SECONDS_AN_INPUT} s"
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _work(pipe: Connection, name: str, seed: int, number: int, stop: int, seconds: float) -> None:
    from tests.fuzz.targets import TARGETS

    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        target = TARGETS[name](Path(folder))
        while number < stop and time.monotonic() < end:
            pipe.send((number, "begun", _memory()))
            signal.alarm(SECONDS_AN_INPUT)
            failure = _failure(target, random.Random(f"{name} {seed} {number}"))
            signal.alarm(0)
            pipe.send((number, failure, _memory()))
            number += 1


def _failure(target: object, dice: random.Random) -> str:
    try:
        target.read(target.input(dice))  # type: ignore[attr-defined]
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)
        ours = next((f for f in reversed(frame) if "shegong" in f.filename), frame[-1])
        return f"{type(error).__name__} at {Path(ours.filename).name}:{ours.lineno}: {str(error)[:150]!r}"
    return ""


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    """Fuzz the targets named, or all, and print a line for each."""
    from tests.fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="what to fuzz; else everything")
    parser.add_argument("--seconds", type=float, default=60, help="time for each target")
    for name, default in (("seed", 0), ("first", 0), ("inputs", sys.maxsize)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    failed = False
    for name in asked.targets or TARGETS:
        found = fuzz(name, asked.seconds, asked.seed, asked.first, asked.inputs)
        memory = f"{found.memory / 1024**2:,.0f} MiB at most"
        print(f"{name:<12} {found.inputs:>7,} inputs  {memory:>22}  {len(found.failures)} failures", flush=True)
        print(*(f"  {line}" for line in found.failures), sep="\n", end="\n" if found.failures else "")
        failed = failed or bool(found.failures)
    sys.exit(failed)
