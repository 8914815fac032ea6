"""Build: one package becomes a DuckDB database, Parquet files and an Excel workbook.

Everything is made in a staging folder beside the outputs and put in place at the end,
so that a build that is interrupted leaves the previous one whole.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from xlsxwriter.exceptions import XlsxWriterException

from shegong.database.load import bound
from shegong.errors import PackageError, first_line
from shegong.outputs.database import build_database
from shegong.outputs.parquet import build_parquet
from shegong.outputs.workbook import build_workbook
from shegong.package.lock import exclusive_lock
from shegong.package.package import Package

LARGE = 1_000_000
"""With more rows in one table the database has no declared keys, its counts are tables, and no workbook is made."""
STAGING = ".staging-"
BLOCK = 1024**2


def build_package(package: Package, output: Path, tell: Callable[[str], None] = lambda step: None) -> list[str]:
    """Build everything into a folder.

    Args:
        package: A package that has been checked.
        output: The folder; outputs of an earlier build in it are replaced, other files stay.
        tell: Called with the name of each step that begins.

    Returns:
        A line for each output: where it is, how large, or why it was left out.

    Raises:
        PackageError: Something cannot be read or written; the previous outputs are whole.
    """
    with staging_folder(output) as staging:
        lines = make_outputs(package, staging, tell)
        _put_in_place(staging, output)
    tell("")
    return [*_sizes(output), *lines]


def make_outputs(package: Package, folder: Path, tell: Callable[[str], None]) -> list[str]:
    """Make the database, the Parquet files and the workbook in an empty folder; say what was left out, and why."""
    is_large = _most_rows(package) > LARGE
    database = folder / "shegong.duckdb"
    tell("database")
    build_database(package, database, is_large)
    with (
        duckdb.connect(str(database), read_only=True) as connection,
        tempfile.TemporaryDirectory(prefix=".spilled-", dir=folder) as spilled,
    ):
        bound(connection, Path(spilled))
        tell("parquet")
        build_parquet(connection, package, folder / "parquet")
        if is_large:
            left_out = "no keys in the database (its view coverage is a table) and no workbook"
            return [f"{left_out}: a table has more than {LARGE:,} rows"]
        tell("workbook")
        build_workbook(connection, package, folder / "shegong.xlsx")
    return []


def _most_rows(package: Package) -> int:
    """Rows of the largest table: in a canonical file each is a line."""
    return max(_lines(package.path(name)) for name in package.schemas) - 1


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(BLOCK), b""))


@contextmanager
def staging_folder(output: Path) -> Iterator[Path]:
    """A folder beside the outputs that is gone at the end, unless it was moved to its place.

    Raises:
        PackageError: Something in it cannot be made or written.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(output, "another build"):
            for left_over in output.glob(f"{STAGING}*"):
                shutil.rmtree(left_over, ignore_errors=True)
            staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=output))
            staging.chmod(0o755)
            try:
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except (duckdb.Error, XlsxWriterException) as error:
        raise PackageError(f"{output}: not built: {first_line(error)}") from None
    except OSError as error:
        raise PackageError(f"{error.filename or output}: not built: {error.strerror or error}") from None


def _put_in_place(staging: Path, output: Path) -> None:
    """Move the finished outputs to their names; Ctrl-C waits until all are there."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for path in sorted(p for p in staging.rglob("*") if p.is_file()):
            target = output / path.relative_to(staging)
            target.parent.mkdir(exist_ok=True)
            os.replace(path, target)
    finally:
        signal.signal(signal.SIGINT, before)


def _sizes(output: Path) -> list[str]:
    parquet = sorted((output / "parquet").glob("*.parquet"))
    single = [output / "shegong.duckdb", output / "shegong.xlsx"]
    lines = [f"{path}  {_kib(path)}" for path in single if path.exists()]
    return [*lines, f"{output / 'parquet'}  {len(parquet)} files, {_kib(*parquet)}"]


def _kib(*paths: Path) -> str:
    return f"{sum(path.stat().st_size for path in paths) / 1024:,.0f} KiB"
