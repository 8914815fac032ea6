"""Build a DuckDB database, Parquet files and an Excel workbook from a package."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from xlsxwriter.exceptions import XlsxWriterException

from shegong.database.load import limit_memory
from shegong.errors import PackageError, first_line
from shegong.outputs.database import build_database
from shegong.outputs.parquet import build_parquet
from shegong.outputs.workbook import build_workbook
from shegong.package.lock import exclusive_lock
from shegong.package.package import Package
from shegong.package.write import staged_files

LARGE_ROWS = 1_000_000
"""With more rows in one table the database has no declared keys, its counts are tables, and no workbook is made."""
UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)
Progress = Callable[[str], None]


def build_package(package: Package, output: Path, on_step: Progress = lambda step: None) -> list[str]:
    """Build everything into a folder.

    Args:
        package: A package that has been checked.
        output: The folder; outputs of an earlier build in it are replaced, other files stay.
        on_step: Called with the name of each step that begins.

    Returns:
        A line for each output: where it is, how large, or why it was left out.

    Raises:
        PackageError: Something cannot be read or written; the previous outputs are whole.
    """
    with locked_output(output), staged_files(output) as staging:
        notes = make_outputs(package, staging, on_step)
    on_step("")
    return [*_sizes(output), *notes]


@contextmanager
def locked_output(output: Path) -> Iterator[None]:
    """Lock the folder of outputs for one build, and report its errors.

    Raises:
        PackageError: Another build is running, or something cannot be made or written.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(output, "another build"):
            yield
    except (duckdb.Error, XlsxWriterException) as error:
        raise PackageError(f"{output}: not built: {first_line(error)}") from None
    except OSError as error:
        hint = ": give --output DIR to build elsewhere" if error.errno in UNWRITABLE else ""
        raise PackageError(f"{error.filename or output}: not built: {error.strerror or error}{hint}") from None


def make_outputs(package: Package, folder: Path, on_step: Progress) -> list[str]:
    """Make the database, the Parquet files and the workbook in an empty folder; return what was left out, and why.

    DuckDB cuts the path of a database at a question mark: the outputs of such a folder are made elsewhere and copied.
    """
    if "?" in str(folder.absolute()):
        with tempfile.TemporaryDirectory(prefix="shegong-build-") as plain:
            notes = _make(package, Path(plain), on_step)
            shutil.copytree(plain, folder, dirs_exist_ok=True)
            return notes
    return _make(package, folder, on_step)


def _make(package: Package, folder: Path, on_step: Progress) -> list[str]:
    is_large = max(_line_count(package.path(name)) for name in package.schemas) > LARGE_ROWS
    database = folder / "shegong.duckdb"
    on_step("database")
    build_database(package, database, is_large)
    with (
        duckdb.connect(str(database), read_only=True) as connection,
        tempfile.TemporaryDirectory(prefix=".spilled-", dir=folder) as spilled,
    ):
        limit_memory(connection, Path(spilled))
        on_step("parquet")
        build_parquet(connection, package, folder / "parquet")
        if is_large:
            left_out = "no keys in the database (its view coverage is a table) and no workbook"
            return [f"{left_out}: a table has more than {LARGE_ROWS:,} rows"]
        on_step("workbook")
        return build_workbook(connection, package, folder / "shegong.xlsx")


def _line_count(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _sizes(output: Path) -> list[str]:
    parquet = sorted((output / "parquet").glob("*.parquet"))
    single = [output / "shegong.duckdb", output / "shegong.xlsx"]
    lines = [f"{path}  {_kib(path)}" for path in single if path.exists()]
    return [*lines, f"{output / 'parquet'}  {len(parquet)} files, {_kib(*parquet)}"]


def _kib(*paths: Path) -> str:
    return f"{sum(path.stat().st_size for path in paths) / 1024:,.0f} KiB"
