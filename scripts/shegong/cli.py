"""The command `shegong`: parses, calls, prints. Each command imports what it needs when it runs."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from shegong.errors import PackageError
from shegong.escape import escape_controls

if TYPE_CHECKING:
    from shegong.package.package import Package

gc.set_threshold(100_000, 50, 50)  # a short-lived process: collecting garbage while importing would cost a tenth of it

DOCUMENTS_VARIABLE = "SHEGONG_DOCUMENTS"
LINES = 20
"""Lines about rows to show before only counting."""
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
F = TypeVar("F", bound=Callable[..., Any])


class OneLineErrors(click.Group):
    """A group whose commands end with one clear line, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it could not do is said in a line with exit code 2."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a character gets its number
        try:
            "".join([*sys.argv, str(Path.cwd())]).encode("utf-8")
        except UnicodeEncodeError:  # no engine takes such text
            fail("a path or argument cannot be read in this locale: set PYTHONUTF8=1")
        try:
            return super().invoke(ctx)
        except PackageError as error:
            fail(str(error))
        except ModuleNotFoundError as error:
            fail(f"this command needs {error.name}: pip install 'shegong[curation]'")
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)
        except OSError as error:
            fail(f"{error.filename or 'file'}: {error.strerror or error}")


def say(text: str, err: bool = False) -> None:
    """Print with control characters spelled out: no cell or name of a stranger's reaches the terminal raw."""
    click.echo(escape_controls(text), err=err)


def fail(message: str) -> NoReturn:
    """Say what is wrong in one line and exit with 2."""
    say(f"shegong: {' '.join(message.split())}", err=True)
    sys.exit(2)


package_option = click.option("--package", "root", metavar="DIR", help="Folder of the package; else the current one.")
documents_option = click.option(
    "--documents", metavar="DIR", help="Folder of the source documents; else $SHEGONG_DOCUMENTS."
)
findings_option = click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True
)
show_option = click.option(
    "--show",
    default=10,
    show_default=True,
    metavar="N",
    type=click.IntRange(0),
    help="Findings of one rule to show before only counting.",
)


def _version(context: click.Context, option: click.Parameter, asked: bool) -> None:
    """Print the version of the tables that this installation carries, which is that of the program."""
    if asked:
        import shegong

        say(shegong.version())
        context.exit()


@click.group(cls=OneLineErrors, context_settings=CONTEXT)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def main() -> None:
    """Open data on the growth of professional social work in China: check, build and query it."""


@main.command(context_settings=CONTEXT)
@package_option
@documents_option
@click.option("--conformance", is_flag=True, help="Also run frictionless and the official v2.0 profile.")
@findings_option
@show_option
def check(root: str | None, documents: str | None, conformance: bool, form: str, show: int) -> None:
    """Validate the package: descriptor, files, cells, rows, relations, evidence, conformance.

    JSON lists the first 1,000 findings of each rule and column (or N of --show, if that is more) and counts all.

    Exit code 0: no errors; 1: errors; 2: wrong use, or no package that can be read.
    """
    from shegong.checks.run import MAX_FINDINGS, check_package
    from shegong.report import render

    package, limit = _open(root, quiet=form == "json"), max(show, MAX_FINDINGS)
    report = check_package(package, documents_folder(documents), conformance, _progress(), limit)
    say(render(report, form, show))
    sys.exit(1 if report.has_errors else 0)


@main.command(context_settings=CONTEXT)
@package_option
@documents_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def coverage(root: str | None, documents: str | None, form: str) -> None:
    """Count the numerals of each document that the ledger accounts for, and list the others.

    Exit code 1 if a numeral of a document is not accounted for.
    """
    from shegong.checks.coverage import cover_documents, coverage_json, coverage_text

    folder = documents_folder(documents)
    if folder is None:
        fail(f"coverage needs the documents: give --documents DIR or set {DOCUMENTS_VARIABLE}")
    covered = cover_documents(_open(root, quiet=form == "json"), folder)
    say(coverage_json(covered) if form == "json" else coverage_text(covered))
    sys.exit(1 if any(document.missing for document in covered) else 0)


@main.command(context_settings=CONTEXT)
@package_option
@click.argument("file", metavar="FILE")
@click.option("--work", metavar="DIR", help="The work folder to make; else work/ and the file's name.")
@click.option("--encoding", metavar="NAME", help="The file's encoding, where it is not recognised: gb18030, big5, ...")
def ingest(root: str | None, file: str, work: str | None, encoding: str | None) -> None:
    """Take a document in: a text, an HTML page, or a PDF with a text layer.

    Makes a work folder with the text and the rows proposed for each table, as CSV. Nothing is decided, and no table
    changes: go on with `shegong review`, or fill in the column `decision` in any editor or spreadsheet.
    """
    from shegong.curation.ingest import ingest as take_in
    from shegong.curation.report import intake_text

    intake, made = take_in(_open(root), Path(file), Path(work) if work else None, encoding)
    say(intake_text(intake, made))
    say(f"go on with `shegong review {made.path}`, or edit its CSV files; then `shegong accept {made.path}`")


@main.command(context_settings=CONTEXT)
@package_option
@click.argument("work", metavar="WORK")
def review(root: str | None, work: str) -> None:
    """Go through a work folder on the terminal, one proposal at a time, with the words around it.

    Each answer is saved at once: quit whenever you like, and go on later. `u` takes answers back.
    """
    from shegong.curation.report import progress, progress_text
    from shegong.curation.review import review as ask
    from shegong.curation.workfolder import read_work

    package = _open(root)
    say(progress_text([progress(ask(package, read_work(Path(work), package.schemas)))]))


@main.command(context_settings=CONTEXT)
@package_option
@click.option("--allow-warnings", is_flag=True, help="Let rows in about which a check only warns.")
@click.argument("work", metavar="WORK")
def accept(root: str | None, allow_warnings: bool, work: str) -> None:
    """Merge a finished work folder into the tables, all of its rows or none.

    Ids are assigned, the tables written in canonical form and stamped. Every check is made first, also of each span
    against the document; on any finding nothing is written, and the exit code is 1.
    """
    from shegong.curation.accept import accept as merge
    from shegong.curation.workfolder import read_work

    package = _open(root)
    read = read_work(Path(work), package.schemas)
    accepted = merge(package, read, allow_warnings, _progress())
    for line in accepted.in_the_way[:LINES]:
        say(line)
    if accepted.in_the_way:
        more = f" ({len(accepted.in_the_way) - LINES} more lines)" if len(accepted.in_the_way) > LINES else ""
        say(f"nothing was written{more}")
        sys.exit(1)
    for table, rows in accepted.rows.items():
        say(f"{package.file(table)}  {rows} more")
    text = read.path / read.document.cells["file_name"]
    say(f"keep {text} with the other documents: evidence is checked against it")


@main.command(context_settings=CONTEXT)
@package_option
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def compare(root: str | None, a: str, b: str, form: str) -> None:
    """Hold two readings of one document side by side: A is a work folder, B another, or a folder of a package.

    Says on how many numerals, rows and coded cells they agree, and lists every difference. Exit code 1 if there is one.
    """
    from shegong.curation.compare import compare as side_by_side
    from shegong.curation.compare import reading_of_package, reading_of_work
    from shegong.curation.report import comparison_json, comparison_text
    from shegong.curation.workfolder import read_work
    from shegong.package.package import DESCRIPTOR, open_package

    package = _open(root, quiet=form == "json")
    first = read_work(Path(a), package.schemas)
    is_package = (Path(b) / DESCRIPTOR).is_file()
    second = (
        reading_of_package(open_package(Path(b)), first.document.cells["sha256"])
        if is_package
        else reading_of_work(package, read_work(Path(b), package.schemas))
    )
    found = side_by_side(reading_of_work(package, first), second, first.text)
    say(comparison_json(found) if form == "json" else comparison_text(found))
    sys.exit(1 if found.differences else 0)


@main.command(context_settings=CONTEXT)
@package_option
@click.option("--check/--no-check", "checked", default=True, show_default=True, help="Check the package first.")
@click.option("--output", metavar="DIR", help="Where to build; else dist/ in the package.")
def build(root: str | None, checked: bool, output: str | None) -> None:
    """Build the DuckDB database, the Parquet files and the Excel workbook."""
    from shegong.checks.run import check_package
    from shegong.outputs.build import build_package
    from shegong.report import render, totals_line

    package = _open(root)
    if checked:
        report = check_package(package, on_step=_progress())
        if report.has_errors:
            say(render(report, "text"))
            fail("not built: the package has errors")
        say(totals_line(report))
    for line in build_package(package, Path(output) if output else package.root / "dist", _progress()):
        say(line)


@main.command(context_settings=CONTEXT)
@package_option
@click.argument("sql", required=False)
@click.option("--file", "path", metavar="FILE", help="Read the SQL from a file; - is standard input.")
@click.option("--database", metavar="FILE", help="A built database, opened read-only.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "markdown"]), default="table", show_default=True
)
@click.option(
    "--rows", default=100, show_default=True, metavar="N", type=click.IntRange(1), help="Rows of a table to show."
)
def query(root: str | None, sql: str | None, path: str | None, database: str | None, form: str, rows: int) -> None:
    """Ask the tables one SELECT (or EXPLAIN), in SQL, from a file or standard input.

    Nothing outside the tables can be reached from the SQL: no file, no network, no extension.
    """
    from shegong.database import query as asked
    from shegong.database.load import connect_package

    text = _sql(sql, path)
    connection = (
        asked.open_database(Path(database)) if database else connect_package(_open(root, quiet=True, packaged=True))
    )
    relation = asked.run_query(connection, text)
    shown = asked.show(relation, form, rows)
    is_data = form == "csv" and not sys.stdout.isatty()
    click.echo(shown, color=True) if is_data else say(shown)  # data is each cell as it is


@main.command(context_settings=CONTEXT)
@package_option
def fmt(root: str | None) -> None:
    """Write every table in canonical form and stamp its bytes and hash in datapackage.json."""
    from shegong.checks.descriptor import NON_BLOCKING, check_descriptor
    from shegong.package.format import format_package
    from shegong.package.lock import exclusive_lock

    package = _open(root)
    with exclusive_lock(package.root, "another change of the tables"):
        _stop_on([f for f in check_descriptor(package) if f.rule not in NON_BLOCKING])
        changed, findings = format_package(package)
    _stop_on(findings)
    for file in changed:
        say(f"wrote {file}")
    say("all canonical and stamped" if changed else "nothing to do: all canonical and stamped")


@main.command(context_settings=CONTEXT)
@package_option
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a page is out of date.")
def docs(root: str | None, only_check: bool) -> None:
    """Write the generated pages: data dictionary, rules, metadata, and the outputs in the READMEs."""
    from shegong.pages.write_pages import write_pages

    changed = write_pages(_open(root), write=not only_check)
    for file in changed:
        say(f"{'out of date' if only_check else 'wrote'} {file}")
    say("nothing to do: all up to date") if not changed else None
    sys.exit(1 if only_check and changed else 0)


@main.command(context_settings=CONTEXT)
@package_option
@click.argument("old")
@click.argument("new", default=".")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
def diff(root: str | None, old: str, new: str, form: str) -> None:
    """Say what changed from OLD to NEW, and by how much the version must rise for it.

    OLD and NEW are folders, release archives or git revisions of the package; NEW is the package itself unless given.
    """
    from shegong.diff import report as shown
    from shegong.diff.compare import compare
    from shegong.diff.snapshot import take_snapshot
    from shegong.package.files import open_files

    folder = Path(root or ".")
    versions = [open_files(where, folder) for where in (old, str(folder) if new == "." else new)]
    difference = compare(*(take_snapshot(files) for files in versions))
    say({"text": shown.as_text, "markdown": shown.as_markdown, "json": shown.as_json}[form](difference))


@main.command(context_settings=CONTEXT)
@package_option
@documents_option
@click.option("--dry-run", is_flag=True, help="Write nothing; say what stands in the way, and what would be made.")
@click.option("--output", metavar="DIR", help="Where to release; else dist/ in the package.")
def release(root: str | None, documents: str | None, dry_run: bool, output: str | None) -> None:
    """Make the files of this version's release in dist/shegong-VERSION/, and enter it in releases.json.

    Refuses (exit code 1) while a check fails, a page is stale, the tree is dirty, the version is lower than the
    changes since the last release ask, a removed id is not deprecated, or the changelog does not tell of a change.
    """
    from shegong.diff.report import verdict
    from shegong.release.gates import difference_since_last, obstacles
    from shegong.release.make import make_release, release_folder

    package, tell = _open(root), _progress()
    target = Path(output) if output else package.root / "dist"
    difference = difference_since_last(package)
    say(verdict(difference) if difference else "first release: there is none on record to compare with")
    in_the_way = obstacles(package, difference, documents_folder(documents), tell)
    for line in in_the_way:
        say(f"in the way: {line}")
    if in_the_way or dry_run:
        say(f"{'not released' if in_the_way else 'would release'} {release_folder(package, target)}")
        sys.exit(1 if in_the_way else 0)
    for name in make_release(package, difference, target, tell):
        say(f"{release_folder(package, target)}/{name}")
    say("entered in releases.json and releases/: commit them")


@main.command(context_settings=CONTEXT)
@click.argument("path", required=False)
def verify(path: str | None) -> None:
    """Verify what was received: a release folder, its archive, an unpacked package, or a database file.

    Without PATH, the tables of this installation. Exit code 1 if a byte is not what its hash says.
    """
    from shegong.package.installed import packaged_root
    from shegong.release.verify import verify as held_against_hashes

    root = packaged_root()
    verdict = held_against_hashes(Path(path) if path else root, root)
    for line in verdict.wrong:
        say(f"wrong: {line}")
    if verdict.removed:
        say(f"{verdict.removed} ids of earlier versions were removed; the table deprecations says what became of them")
    state = f"{len(verdict.wrong)} wrong" if verdict.wrong else "all as they should be"
    say(f"shegong {verdict.version}: {verdict.checked} files and tables verified, {state}")
    sys.exit(1 if verdict.wrong else 0)


@main.command(context_settings=CONTEXT)
@package_option
@click.option("--row", "key", metavar="ID", help="One row, such as obs-0001, with its own source.")
@click.option(
    "--format", "form", type=click.Choice(["text", "bibtex", "csl-json", "apa"]), default="text", show_default=True
)
def cite(root: str | None, key: str | None, form: str) -> None:
    """Cite the package at exactly this version, or one figure of it with its own source."""
    from shegong.citation.cite import cite_package, cite_row
    from shegong.database.load import connect_package

    package = _open(root, quiet=True, packaged=True)
    say(cite_row(package, connect_package(package), key, form) if key else cite_package(package, form))


def documents_folder(given: str | None) -> Path | None:
    """Return the folder of the documents, as given or as the environment says; None where neither does.

    Raises:
        PackageError: The folder does not exist.
    """
    name = given or os.environ.get(DOCUMENTS_VARIABLE)
    if not name:
        return None
    if not Path(name).is_dir():
        source = "--documents" if given else DOCUMENTS_VARIABLE
        raise PackageError(f"{name}: this folder of documents does not exist (from {source})")
    return Path(name)


def _open(root: str | None, quiet: bool = False, packaged: bool = False) -> Package:
    """Open the package in `--package`, else in the current folder, else (if `packaged`) the one installed."""
    from shegong.package.installed import packaged_root
    from shegong.package.package import DESCRIPTOR, open_package

    folder = Path(root or ".")
    if packaged and root is None and not (folder / DESCRIPTOR).is_file():
        folder = packaged_root()
    package = open_package(folder)
    name, version = (package.descriptor.get(key, "?") for key in ("name", "version"))
    if not quiet or sys.stderr.isatty():
        say(f"package {name} {version} in {folder.resolve()}", err=quiet)
    return package


def _sql(sql: str | None, path: str | None) -> str:
    if (sql is None) == (path is None):
        if sql is None and not sys.stdin.isatty():
            return sys.stdin.read()
        fail("give the SQL as argument, with --file FILE, or on standard input")
    if path == "-":
        return sys.stdin.read()
    return sql if sql is not None else Path(str(path)).read_text("utf-8")


def _progress() -> Callable[[str], None]:
    """Name the running step on a terminal, where it can be taken away again."""
    if not sys.stderr.isatty():
        return lambda step: None
    return lambda step: click.echo(f"\r\033[K{step} …\r" if step else "\r\033[K", err=True, nl=False)


def _stop_on(findings: list[Any]) -> None:
    if not findings:
        return
    for finding in findings[:20]:
        say(f"{finding.place}  {finding.rule.severity}: {finding.message} [{finding.rule.id}: {finding.rule.hint}]")
    say("nothing was written" + (f" ({len(findings)} findings)" if len(findings) > 20 else ""))
    sys.exit(1)
