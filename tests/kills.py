"""Commands killed (SIGKILL) at seeded moments: what must be whole then, and that the next run works by itself.

A moment is either a time after the start, or a file operation: the process kills itself just before the n-th time
that it opens a file for writing, moves, removes or makes something. The first finds what nobody thought of, the
second the short gaps between two steps.

    python -m tests.kills [MOMENTS] [SEED]
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from click.testing import CliRunner

from shegong.cli import main
from shegong.database.written_back import table_hash
from shegong.finding import PackageError
from shegong.package.descriptor import Package, open_package
from shegong.release.record import open_release, past_releases
from shegong.release.verify import verify
from tests.conftest import ROOT, PackageCopy
from tests.curation.small import Small
from tests.test_release import Repository, commit

MOMENTS = 100
NEVER = 10**9
TURNED = ("observations", "mentions", "sources", "regions")
DIES = """
import atexit, os, signal, sys
left = limit = int(sys.argv.pop(1))
EVENTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "shutil.rmtree", "tempfile.mkstemp"}
def hook(event, arguments):
    global left
    if event in EVENTS or (event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
atexit.register(lambda: print(limit - left, file=sys.stderr))
from shegong.cli import main
main()
"""
"""Runs the command and dies before the file operation of a given number; else tells how many there were."""

Contents = dict[str, bytes]


def contents(folder: Path) -> Contents:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def left_over(folder: Path) -> list[str]:
    marks = (".staging-*", ".previous-*", ".shegong-change*", ".*.json.*", ".*.csv.*", ".*.zip.*")
    return sorted(path.name for mark in marks for path in folder.rglob(mark))


class Victim(ABC):
    """A command, the folder it works in, and what is asked of that folder after a kill."""

    words: tuple[str, ...]
    root: Path

    @abstractmethod
    def reset(self) -> None:
        """Make the folder what it is before the command."""

    @abstractmethod
    def after_kill(self) -> str:
        """What is not whole, or nothing."""

    @abstractmethod
    def after_next(self) -> str:
        """What the next run left undone, or nothing."""

    def next_run(self) -> str:
        """Run the command once more, to its end; what it complains of, or nothing."""
        result = CliRunner().invoke(main, [self.words[0], "--package", str(self.root), *self.words[1:]])
        return "" if result.exit_code == 0 else f"the next run: {result.output.strip()[-300:]} {result.exception!r}"


class Build(Victim):
    """Outputs of an older state of the tables are replaced by those of a newer one."""

    words = ("build", "--no-check")

    def __init__(self, folder: Path) -> None:
        copy = PackageCopy(folder)
        self.root, self.dist = copy.root, copy.root / "dist"
        self.next_run()
        self.old, self.old_package = contents(self.dist), copy.package
        copy.edit_cell("observations", "obs-0001", "note", "Another note.")
        copy.stamp()
        self.next_run()
        self.new, self.new_package = contents(self.dist), copy.package

    def reset(self) -> None:
        shutil.rmtree(self.dist)
        for name, content in self.old.items():
            (self.dist / name).parent.mkdir(parents=True, exist_ok=True)
            (self.dist / name).write_bytes(content)

    def after_kill(self) -> str:
        return self._wrong(self.old, self.new)

    def after_next(self) -> str:
        return self._wrong(self.new) or ", ".join(left_over(self.root))

    def _wrong(self, *states: Contents) -> str:
        found = {name: content for name, content in contents(self.dist).items() if not name.startswith(".staging-")}
        if found.keys() != self.old.keys():
            return f"other files: {found.keys() ^ self.old.keys()}"
        odd = [name for name in found if found[name] not in [state[name] for state in states]]
        packages = [self.old_package, self.new_package] if len(states) == 2 else [self.new_package]
        if "shegong.duckdb" in odd and any(self._holds(package) for package in packages):
            odd.remove("shegong.duckdb")  # no two database files have the same bytes
        return ", ".join(odd)

    def _holds(self, package: Package) -> bool:
        try:
            with duckdb.connect(str(self.dist / "shegong.duckdb"), read_only=True) as connection:
                return all(table_hash(connection, package.schemas[r.name]) == r.hash for r in package.resources)
        except duckdb.Error:
            return False


class Fmt(Victim):
    """Four tables in another order, with stale stamps."""

    words = ("fmt",)

    def __init__(self, folder: Path) -> None:
        copy = PackageCopy(folder)
        self.root = copy.root
        for table in TURNED:
            copy.edit_bytes(f"data/{table}.csv", _turned)
        self.old = contents(self.root)
        self.next_run()
        self.new = contents(self.root)
        assert all(self.old[f"data/{name}.csv"] != self.new[f"data/{name}.csv"] for name in TURNED)

    def reset(self) -> None:
        shutil.rmtree(self.root)
        for name, content in self.old.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_bytes(content)

    def after_kill(self) -> str:
        found = contents(self.root)
        torn = [name for name in self.old if found.get(name) not in (self.old[name], self.new[name])]
        open_package(self.root)  # whatever command comes next opens the package
        found = {name: content for name, content in contents(self.root).items() if not name.startswith(".shegong-")}
        mixed = [] if found in (self.old, self.new) else ["neither all old nor all new"]
        return ", ".join([*torn, *mixed])

    def after_next(self) -> str:
        return "" if contents(self.root) == self.new else "not what an undisturbed run makes"


class Accept(Fmt):
    """A finished work folder, whose rows go into the tables."""

    def __init__(self, folder: Path) -> None:
        copy = PackageCopy(folder)
        self.root = copy.root
        self.words = ("accept", str(Small(copy.root / "work/small-page", copy.package).path))
        self.old = contents(self.root)
        self.next_run()
        self.new = contents(self.root)
        assert self.new != self.old

    def next_run(self) -> str:
        said = super().next_run()
        return "" if "in the package already" in said else said


def _turned(data: bytes) -> bytes:
    head, *lines = data.splitlines(keepends=True)
    return head + b"".join(reversed(lines))


class Release(Victim):
    """A new version, over the release of the one before it; every other time the same version again."""

    words = ("release",)

    def __init__(self, folder: Path) -> None:
        (folder / "first").mkdir()
        first = Repository(folder / "first")
        self.root, self.templates, self.times = folder / "package", [], 0
        assert first.release().exit_code == 0
        commit(first.root)
        self.templates.append(Path(shutil.copytree(first.root, folder / "again")))
        first.edit_cell("observations", "obs-0001", "note", "Another note.")
        first.say("0.1.1", "observations")
        self.templates.append(Path(shutil.copytree(first.root, folder / "new")))

    def reset(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self.templates[self.times % 2], self.root)
        self.times += 1

    def after_kill(self) -> str:
        package = open_package(self.root)
        last = past_releases(package)[-1]
        open_release(package, last)
        made = sorted(path for path in (self.root / "dist").glob("shegong-*") if path.is_dir())
        if not any(path.name == "shegong-0.1.0" for path in made):  # between two moves; the next run brings it back
            made.append(self.root / "dist/.previous-shegong-0.1.0")
        wrong = [line for folder in made for line in verify(folder, ROOT).wrong]
        tables = {name: content for name, content in contents(self.root).items() if name.startswith(("data/", "sch"))}
        template = contents(self.templates[(self.times - 1) % 2])
        return ", ".join([*wrong, *(name for name in tables if tables[name] != template[name])])

    def after_next(self) -> str:
        package = open_package(self.root)
        last = past_releases(package)[-1]
        kept = [path.name for path in (self.root / "releases").glob("*")]
        wrong = (
            [] if (last.version, kept) == (package.version, [f"shegong-{last.version}.zip"]) else [f"record: {kept}"]
        )
        folders = (self.root / "dist").glob("shegong-*")
        return ", ".join([*wrong, *left_over(self.root), *(w for f in folders for w in verify(f, ROOT).wrong)])


VICTIMS: dict[str, Callable[[Path], Victim]] = {"build": Build, "fmt": Fmt, "accept": Accept, "release": Release}


@dataclass
class Outcome:
    """What happened to a command: moments tried, kills among them (else it had ended), and what was wrong."""

    command: str
    moments: int = 0
    killed: int = 0
    wrong: list[str] = field(default_factory=list)


def kill_at_moments(command: str, folder: Path, moments: int, seed: int = 0) -> Outcome:
    """Kill a command at random moments, half of them times and half file operations."""
    dice, victim, outcome = random.Random(f"{command} {seed}"), VICTIMS[command](folder), Outcome(command)
    seconds, operations = _length(victim)
    for number in range(moments):
        victim.reset()
        at = dice.uniform(0, seconds) if number % 2 else dice.randrange(operations)
        outcome.moments += 1
        outcome.killed += _killed(victim, at)
        what = f"{command}, moment {number} of seed {seed} ({at})"
        outcome.wrong += [f"{what}: {wrong}" for wrong in _judged(victim) if wrong]
    return outcome


def _judged(victim: Victim) -> list[str]:
    try:
        return [victim.after_kill(), victim.next_run(), victim.after_next()]
    except (PackageError, OSError, duckdb.Error) as error:
        return [repr(error)]


def _length(victim: Victim) -> tuple[float, int]:
    """Seconds that the command takes, and its file operations."""
    victim.reset()
    start = time.monotonic()
    with _start(victim, NEVER) as process:
        told = process.communicate()[1]
    return time.monotonic() - start, int(told.split()[-1])


def _start(victim: Victim, operations: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", DIES, str(operations), *victim.words]
    return subprocess.Popen(command, cwd=victim.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _killed(victim: Victim, at: float) -> bool:
    """Run the command up to a moment: before a file operation, or after so many seconds."""
    with _start(victim, at if isinstance(at, int) else NEVER) as process:
        if isinstance(at, float):
            time.sleep(at)
            process.kill()
        process.communicate()
        return process.returncode < 0


def run(moments: int, seed: int = 0) -> list[Outcome]:
    """Every command, each in a folder that is gone afterwards."""
    outcomes = []
    for command in VICTIMS:
        with tempfile.TemporaryDirectory() as folder:
            outcomes.append(kill_at_moments(command, Path(folder), moments, seed))
    return outcomes


if __name__ == "__main__":
    found = run(*(int(word) for word in [*sys.argv[1:], str(MOMENTS)][:1]), *(int(word) for word in sys.argv[2:3]))
    for outcome in found:
        print(
            f"{outcome.command:<8} {outcome.moments:>4} moments  {outcome.killed:>4} killed  {len(outcome.wrong)} wrong"
        )
        print(*outcome.wrong, sep="\n")
    sys.exit(any(outcome.wrong for outcome in found))
