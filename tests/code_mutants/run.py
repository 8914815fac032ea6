"""Asks the tests of a module about its mutants: each in a process forked from one that has all else imported.

The mutant is never written to disk: the fork imports it in the place of the module.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import importlib
import importlib.util
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.code_mutants.mutants import CodeMutant, mutants

QUIET = ("-x", "-q", "-p", "no:cacheprovider", "--tb=no", "--assert=plain", "-m", "not slow")
MEMORY = 3 * 1024**3
SURVIVED, KILLED, STILLBORN, TIMED_OUT = "survived", "killed", "stillborn", "timed out"
PATIENCE = 20
"""How many times as long as it may compute a fork may take in all, should it wait for ever."""
NO_MODULE = 77
"""Exit code of a fork in which the mutant cannot even be imported, so that no test is asked."""


@dataclass(frozen=True)
class Target:
    """A module and its tests: what pytest is given, its own files first."""

    area: str
    module: str
    tests: tuple[str, ...]
    folder: Path = Path(__file__).parents[2] / "scripts"

    @property
    def file(self) -> Path:
        return self.folder / (self.module.replace(".", "/") + ".py")

    @property
    def source(self) -> str:
        return self.file.read_text("utf-8")


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant."""

    target: Target
    mutant: CodeMutant
    state: str


class FailingTests(Exception):
    """The tests fail without any change, so they can say nothing of one."""


def sampled(target: Target, size: int, seed: int) -> list[CodeMutant]:
    """So many mutants of a module, or all, in the order of its lines; a smaller sample is a part of a larger one.

    Each is drawn by what it is, not by where it stands: an edit leaves the mutants of other lines in the sample.
    """
    every = list(mutants(target.module, target.source))
    drawn = set(sorted((mutant.key for mutant in every), key=lambda key: _lot(seed, key))[: size or None])
    return [mutant for mutant in every if mutant.key in drawn]


def _lot(seed: int, key: tuple[str, ...]) -> bytes:
    return hashlib.sha256(repr((seed, key)).encode("utf-8")).digest()


def run(target: Target, asked: list[CodeMutant], jobs: int) -> Iterator[Outcome]:
    """Ask the tests about each mutant, in order.

    Raises:
        FailingTests: They fail on the module as it is.
    """
    with multiprocessing.get_context("spawn").Pool(jobs, _prepare, (target,)) as pool:
        for mutant, state in zip(asked, pool.imap(_state, asked), strict=True):
            yield Outcome(target, mutant, state)


class _Worker:
    """What a process knows of the target whose mutants it asks about."""

    target: Target
    seconds: int


def _prepare(target: Target) -> None:
    """Import all that the tests import but the program and themselves, and see how long they take."""
    os.environ["POLARS_MAX_THREADS"] = "1"  # the processes are the threads
    _Worker.target, _Worker.seconds = target, 600
    whole = CodeMutant(target.module, "", "", "", target.source)
    for name in _imported(target):
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is not touched is shared with the forks
    before = _spent()
    _Worker.failed = _state(whole) != SURVIVED
    _Worker.seconds = 5 + int(5 * (_spent() - before))


def _spent() -> float:
    """Seconds that the forks have computed."""
    times = os.times()
    return times.children_user + times.children_system


def _imported(target: Target) -> list[str]:
    """The modules of others that the tests import, as a fork says that has run them."""
    ours = (target.module.split(".")[0], "tests", "conftest", "__main__", "__mp_main__")
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        _silence()
        pytest.main([*QUIET, *target.tests])
        os.write(writing, "\n".join(name for name in sys.modules if name.split(".")[0] not in ours).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        names = told.read().split("\n")
    os.waitpid(child, 0)
    return names


def _state(mutant: CodeMutant) -> str:
    if getattr(_Worker, "failed", False):
        raise FailingTests(f"{' '.join(_Worker.target.tests)} fail on {_Worker.target.module} as it is")
    if (child := os.fork()) == 0:
        _ask(mutant)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return TIMED_OUT if os.WTERMSIG(status) in (signal.SIGPROF, signal.SIGALRM) else KILLED
    return {0: SURVIVED, NO_MODULE: STILLBORN}.get(os.WEXITSTATUS(status), KILLED)


def _ask(mutant: CodeMutant) -> None:
    """In a fork: put the mutant in the place of the module, and exit as the tests do; an alarm ends what never ends."""
    signal.setitimer(signal.ITIMER_PROF, _Worker.seconds)  # seconds of computing: the machine may have other work
    signal.alarm(PATIENCE * _Worker.seconds)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    _silence()
    code = NO_MODULE
    try:
        sys.meta_path.insert(0, _Finder(mutant))
        importlib.import_module(mutant.module)
        code = int(pytest.main([*QUIET, *_Worker.target.tests]))
    finally:
        os._exit(code)


def _silence() -> None:
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)


class _Finder(MetaPathFinder):
    """Finds the mutant where its module is looked for."""

    def __init__(self, mutant: CodeMutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: object, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.mutant.module:
            return None
        loader = _Loader(name, str(_Worker.target.file))
        loader.source = self.mutant.source
        return importlib.util.spec_from_loader(name, loader)


class _Loader(SourceFileLoader):
    """Loads a source that is not the file's, and leaves no compiled file behind."""

    source = ""

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec", dont_inherit=True)
