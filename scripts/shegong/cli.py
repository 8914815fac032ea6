"""The command `shegong`: parses, calls, prints. Each command imports what it needs when it runs."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from shegong.errors import PackageError
from shegong.escape import escape_controls

if TYPE_CHECKING:
    from shegong.package.package import Package
    from shegong.report import Report

gc.set_threshold(100_000, 50, 50)  # a short-lived process: collecting garbage while importing would cost a tenth of it

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
@click.option("--conformance", is_flag=True, help="Also ask frictionless and the official v2.0 profile.")
@findings_option
@show_option
def check(root: str | None, documents: str | None, conformance: bool, form: str, show: int) -> None:
    """Check the package: descriptor, files, cells, rows, relations, evidence, conformance.

    JSON lists of each rule and column the first 1,000 findings (or N of --show, if that is more) and counts all.

    Exit code 0: no errors; 1: errors; 2: wrong use, or no package that can be read.
    """
    from shegong.checks.evidence import documents_folder
    from shegong.checks.run import HELD, check_package

    package = _open(root, quiet=form == "json")
    most = max(show, HELD)
    _tell(check_package(package, documents_folder(documents), conformance, _progress(), most), form, show)


@main.command(context_settings=CONTEXT)
@package_option
@documents_option
@findings_option
@show_option
def evidence(root: str | None, documents: str | None, form: str, show: int) -> None:
    """Hold every span against its document: hashes, printed tokens, numerals.

    Exit codes as for `check`; the documents must be given.
    """
    from shegong.checks.evidence import documents_folder
    from shegong.checks.run import check_documents

    folder = documents_folder(documents)
    if folder is None:
        fail("evidence needs the documents: give --documents DIR or set SHEGONG_DOCUMENTS")
    _tell(check_documents(_open(root, quiet=form == "json"), folder, _progress()), form, show)


@main.command(context_settings=CONTEXT)
@package_option
@documents_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def coverage(root: str | None, documents: str | None, form: str) -> None:
    """Count, document by document, the numerals accounted for, and list those that are not.

    Exit code 1 if a numeral of a document in the package is missing.
    """
    from shegong.checks.coverage import cover_documents, coverage_json, coverage_text
    from shegong.checks.evidence import documents_folder

    package, folder = _open(root, quiet=form == "json"), documents_folder(documents)
    if folder is None:
        fail("coverage needs the documents: give --documents DIR or set SHEGONG_DOCUMENTS")
    covered = cover_documents(package, folder)
    say(coverage_json(covered) if form == "json" else coverage_text(covered))
    sys.exit(1 if any(document.missing for document in covered) else 0)


@main.command(context_settings=CONTEXT)
@package_option
@click.argument("file", metavar="FILE")
@click.option("--work", metavar="DIR", help="The work folder to make; else work/ and the file's name.")
@click.option("--encoding", metavar="NAME", help="The file's encoding, where it is not recognised: gb18030, big5, ...")
def ingest(root: str | None, file: str, work: str | None, encoding: str | None) -> None:
    """Make a work folder from a document: a text, an HTML page, or a PDF with a text layer.

    The folder contains the text and the rows proposed for each table, as CSV. No table changes. Continue with
    `shegong review`, or fill in the column `decision` in any editor or spreadsheet.

    Example: shegong ingest page.html
    """
    from shegong.curation.ingest import ingest as make_work_folder
    from shegong.curation.ingest import ingest_text

    extracted, made = make_work_folder(_open(root), Path(file), Path(work) if work else None, encoding)
    say(ingest_text(extracted, made))
    say(f"continue with `shegong review {made.path}`, or edit its CSV files; then `shegong accept {made.path}`")


@main.command(context_settings=CONTEXT)
@package_option
@click.argument("work", metavar="WORK")
def review(root: str | None, work: str) -> None:
    """Decide on the proposals in a work folder, one by one, with the words around each.

    Each answer is saved at once: quit at any time and continue later. `u` undoes answers.

    Example: shegong review work/page
    """
    from shegong.curation.workspace.progress import progress_line
    from shegong.curation.workspace.review import review as ask
    from shegong.curation.workspace.spreadsheet import read_work

    package = _open(root)
    say(progress_line(ask(package, read_work(Path(work), package.schemas))))


@main.command(context_settings=CONTEXT)
@package_option
@click.option("--allow-warnings", is_flag=True, help="Accept rows that cause warnings.")
@findings_option
@show_option
@click.argument("work", metavar="WORK")
def accept(root: str | None, allow_warnings: bool, form: str, show: int, work: str) -> None:
    """Merge a finished work folder into the tables, all of its rows or none.

    Validates the package with the new rows first, and each span against the document. If there is a finding, nothing
    is written and the exit code is 1. Else the package assigns the ids, and the tables are written in canonical form.

    Example: shegong accept work/page
    """
    from shegong.curation.workspace.accept import accept as merge
    from shegong.curation.workspace.progress import progress_line
    from shegong.curation.workspace.spreadsheet import read_work
    from shegong.report import render

    package = _open(root, quiet=form == "json")
    read = read_work(Path(work), package.schemas)
    accepted = merge(package, read, allow_warnings, _progress())
    if form != "text" or not accepted.rows:
        say(render(accepted.report, form, show))
    if form == "text":
        for table, rows in accepted.rows.items():
            say(f"{package.file(table)}  {rows} more")
        keep = f"keep {read.path / read.document.cells['file_name']} with the other documents: spans refer to it"
        say(f"{progress_line(read)}\n{keep if accepted.rows else 'nothing was written'}")
    sys.exit(0 if accepted.rows else 1)


@main.command(context_settings=CONTEXT)
@package_option
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def compare(root: str | None, a: str, b: str, form: str) -> None:
    """Compare two annotations of one document: A is a work folder, B another one or a package.

    Prints on how many numerals, rows and coded cells they agree, and every difference. Exit code 1 if they differ.

    Example: shegong compare work/page work/page-second
    """
    from shegong.curation.workspace.agreement import annotation_of_package, annotation_of_work
    from shegong.curation.workspace.agreement import compare as compare_annotations
    from shegong.curation.workspace.agreement_text import comparison_json, comparison_text
    from shegong.curation.workspace.spreadsheet import read_work
    from shegong.package.package import DESCRIPTOR, open_package

    package = _open(root, quiet=form == "json")
    first = read_work(Path(a), package.schemas)
    is_package = (Path(b) / DESCRIPTOR).is_file()
    second = (
        annotation_of_package(open_package(Path(b)), first.document.cells["sha256"])
        if is_package
        else annotation_of_work(package, read_work(Path(b), package.schemas))
    )
    found = compare_annotations(annotation_of_work(package, first), second, first.text)
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
        report = check_package(package, tell=_progress())
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
    from shegong.package.package import open_any

    folder = Path(root or ".")
    versions = [open_any(where, folder) for where in (old, str(folder) if new == "." else new)]
    difference = compare(*(take_snapshot(version) for version in versions))
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
    from shegong.checks.evidence import documents_folder
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
    from shegong.package.installed import installed_package
    from shegong.release.verify import verify as held_against_hashes

    installed = installed_package()
    verdict = held_against_hashes(Path(path or installed.name), installed)
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


def _tell(report: Report, form: str, show: int) -> NoReturn:
    """Show a report in one of its forms; errors are exit code 1."""
    from shegong.report import render

    say(render(report, form, show))
    sys.exit(1 if report.has_errors else 0)


def _open(root: str | None, quiet: bool = False, packaged: bool = False) -> Package:
    """Open the package in `--package`, else in the current folder, else (if `packaged`) the one installed."""
    from shegong.package.installed import installed_package
    from shegong.package.package import DESCRIPTOR, open_package

    folder = Path(root or ".")
    is_here = root is not None or not packaged or (folder / DESCRIPTOR).is_file()
    package = open_package(folder) if is_here else installed_package()
    name, version = (package.descriptor.get(key, "?") for key in ("name", "version"))
    if not quiet or sys.stderr.isatty():
        say(f"package {name} {version} in {Path(package.name).resolve()}", err=quiet)
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
