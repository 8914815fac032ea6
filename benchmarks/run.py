"""Time `shegong` at size beside frictionless and the floor, each as a process of its own with its peak of memory.

    python benchmarks/run.py [SIZE ...] [--bad SIZE] [--build SIZE ...] [--no-frictionless SIZE ...] [--folder DIR]

Packages come from generate.py and stay in DIR (benchmarks/packages by default, which git ignores). Without sizes:
10000 100000 1000000; 10000000 needs some 6 GB of disk and, for frictionless, most of an hour: it is left out there.
Seconds are of the wall clock; "CPU" is what the process took of all cores, which a busy machine changes less.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
SHEGONG = [sys.executable, "-m", "shegong"]
LARGEST_FOR_FRICTIONLESS = 1_000_000
QUERY = re.compile(r"```sql\n(SELECT.*?)```", re.S)


@dataclass(frozen=True)
class Run:
    """The cost of a process: seconds of the wall clock and of all cores, and mebibytes at its peak."""

    seconds: float
    cpu: float
    memory: float

    def __str__(self) -> str:
        """Return the three in columns."""
        return f"{self.seconds:8.1f} {self.cpu:8.1f} {self.memory:8,.0f}"


def run(command: list[str], folder: Path, expected: tuple[int, ...] = (0,)) -> Run:
    """Run a command in a folder; its exit code must be one of those expected."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in expected:
        raise SystemExit(f"{' '.join(command)} in {folder}: exit code {process.returncode}")
    return Run(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def package(size: int, folder: Path) -> Path:
    """Return the package of a size; make it if it is missing."""
    path = folder / str(size)
    if not path.is_dir():
        staging = folder / f"{size}.part"
        shutil.rmtree(staging, ignore_errors=True)
        subprocess.run(
            [sys.executable, HERE / "generate.py", str(size), staging], check=True, stdout=subprocess.DEVNULL
        )
        staging.rename(path)
    return path


def compare(size: int, path: Path, with_frictionless: bool) -> None:
    """Print a line for each of the three, and the ratios."""
    floor = run([sys.executable, str(HERE / "floor.py"), "."], path)
    ours = run([*SHEGONG, "check"], path)
    theirs = run([f"{BIN}/frictionless", "validate", "datapackage.json"], path) if with_frictionless else None
    print(f"{size:>11,} frictionless  {theirs or '      not run'}")
    print(f"{size:>11,} floor         {floor}")
    ratio = f"{theirs.seconds / ours.seconds:.1f} times faster than frictionless" if theirs else ""
    print(f"{size:>11,} shegong check {ours}   {ratio}; {ours.seconds / floor.seconds:.1f} times the floor", flush=True)


def compare_bad(size: int, path: Path) -> None:
    """Print the cost of a bad file: each kind of mistake in one row, in every thousandth, in all."""
    good = run([*SHEGONG, "check"], path)
    print(f"{size:>11,} good                     {good}")
    rows = pl.read_csv(path / "data/observations.csv", infer_schema=False)
    for kind, spoil in SPOILED.items():
        for name, step in (("one row", rows.height), ("0.1 %", 1_000), ("all rows", 1)):
            bad = run([*SHEGONG, "check"], spoiled(path, rows, spoil, step), (1,))
            print(f"{size:>11,} {kind:<15} {name:<8} {bad}   {bad.seconds / good.seconds:.1f} times good", flush=True)


SPOILED: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "a long row": lambda line: line + ",",
    "a needless quote": lambda line: line.str.replace("^(obs-[0-9]+)", '"$1"'),
    "a date": lambda line: line.str.replace("-12-31", "-12-32", literal=True),
    "a qualifier": lambda line: line.str.replace(",(exact|rounded|at_least|at_most|nearly),", ",about,"),
    "a source": lambda line: line.str.replace(",source-", ",sauce-", literal=True),
}


def spoiled(path: Path, rows: pl.DataFrame, spoil: Callable[[pl.Expr], pl.Expr], step: int) -> Path:
    """Return a copy of a package with the first and every `step`-th line of its observations spoiled."""
    copy = path.parent / "spoiled"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(path, copy, copy_function=os.link)
    head, _, text = rows.write_csv(quote_style="necessary").partition("\n")
    lines = pl.DataFrame({"line": text.splitlines()}).with_row_index("number")
    chosen = pl.when(pl.col("number") % step == 0).then(spoil(pl.col("line"))).otherwise("line")
    target = copy / "data/observations.csv"
    target.unlink()
    target.write_text("\n".join([head, *lines.select(chosen).to_series(), ""]), "utf-8")
    return copy


def compare_build(size: int, path: Path) -> None:
    """Time the build, then the queries of docs/questions.md on the built database."""
    output = path.parent / f"{size}-dist"
    shutil.rmtree(output, ignore_errors=True)
    built = run([*SHEGONG, "build", "--no-check", "--output", str(output)], path)
    print(f"{size:>11,} shegong build {built}")
    with duckdb.connect(str(output / "shegong.duckdb"), read_only=True) as connection:
        times = [*query_times(connection)]
    shown = ", ".join(f"{seconds:.2f} ({cpu:.2f})" for seconds, cpu in times)
    print(f"{size:>11,} queries of docs/questions.md, seconds (CPU): {shown}", flush=True)
    shutil.rmtree(output)


def query_times(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[float, float]]:
    """Yield the seconds of each query of docs/questions.md, of the clock and of all cores: the better of two."""
    for sql in QUERY.findall((HERE.parent / "docs/questions.md").read_text("utf-8")):
        taken = []
        for _ in range(2):
            clock, cpu = time.perf_counter(), time.process_time()
            connection.execute(sql).fetchall()
            taken.append((time.perf_counter() - clock, time.process_time() - cpu))
        yield min(taken)


def main() -> None:
    """Print the tables for the given options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int)
    parser.add_argument("--bad", type=int, metavar="SIZE", help="also what bad files of this size cost")
    parser.add_argument("--build", type=int, nargs="*", default=[], metavar="SIZE", help="also build, and query")
    parser.add_argument("--no-frictionless", action="store_true", help="leave frictionless out")
    parser.add_argument("--folder", type=Path, default=HERE / "packages", help="where the packages are")
    options = parser.parse_args()
    os.environ.pop("SHEGONG_DOCUMENTS", None)  # the generated documents have no text
    options.folder.mkdir(exist_ok=True)
    folder = options.folder.resolve()
    print(f"{'rows':>11} {'':<13} {'seconds':>8} {'CPU':>8} {'MiB':>8}")
    for size in options.sizes or ([] if options.bad or options.build else [10_000, 100_000, 1_000_000]):
        compare(size, package(size, folder), size <= LARGEST_FOR_FRICTIONLESS and not options.no_frictionless)
    if options.bad:
        compare_bad(options.bad, package(options.bad, folder))
    for size in options.build:
        compare_build(size, package(size, folder))


if __name__ == "__main__":
    main()
