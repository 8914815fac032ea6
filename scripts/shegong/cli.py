"""The command `shegong`: parses, calls, prints. Each command imports what it needs when it runs."""

from __future__ import annotations

import atexit
import gc
import io
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from shegong.errors import PackageError
from shegong.escape import escape_controls
from shegong.interrupt import EXIT_CODE, aborted, interruptible, interrupts_as_one

if TYPE_CHECKING:
    from shegong.package.package import Package
    from shegong.report import Report

DOCUMENTS_VARIABLE = "SHEGONG_DOCUMENTS"
DAY = click.DateTime(["%Y-%m-%d"])
EXTRAS = {"docs": "curation", "ingest": "curation", "release": "curation", "site": "site"}
"""The extra of the commands that need more than `build`."""
LINES = 20
"""Lines to print before only counting."""
CONTEXT = {"help_option_names": ["-h", "--help"]}


GROUPS = {
    "Use": ("query", "cite", "verify"),
    "Curate": ("ingest", "review", "compare", "coverage", "accept"),
    "Maintain": ("check", "fmt", "build", "diff", "site", "docs", "release"),
}


class Commands(click.Group):
    """The commands in three groups; an error ends each of them with one clear line, never a traceback."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands group by group."""
        for title, names in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name, self.commands[name].short_help or "") for name in names])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; print an error as one line, with exit code 2; an interrupt with exit code 130."""
        # The imports make many objects that last: looking for garbage among them takes a tenth of the time.
        gc.set_threshold(100_000)
        atexit.register(gc.disable)  # Python looks twice more while it ends, then once
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a terminal may lack a character: print its number
        try:
            "".join([*sys.argv, str(Path.cwd())]).encode("utf-8")
        except UnicodeEncodeError:  # no engine accepts such text
            fail("a path or argument cannot be read in this locale: set PYTHONUTF8=1")
        try:
            with interruptible(), interrupts_as_one():
                return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            click.echo(aborted(), err=True, nl=False)
            sys.exit(EXIT_CODE)
        except PackageError as error:
            fail(str(error))
        except ModuleNotFoundError as error:
            extra = EXTRAS.get(ctx.invoked_subcommand or "", "build")
            fail(f"this command needs {error.name}: pip install 'shegong[{extra}]'")
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)
        except OSError as error:
            fail(f"{error.filename or 'file'}: {error.strerror or error}")


def say(text: str, err: bool = False) -> None:
    """Print with control characters escaped, because cells and names may come from untrusted packages."""
    click.echo(escape_controls(text), err=err)


def fail(message: str) -> NoReturn:
    """Print an error in one line and exit with code 2."""
    say(f"shegong: {' '.join(message.split())}", err=True)
    sys.exit(2)


package_option = click.option(
    "--package", "root", metavar="DIR", help="Folder of the package [default: the current one]"
)
documents_option = click.option(
    "--documents", metavar="DIR", help="Folder of the source documents [default: $SHEGONG_DOCUMENTS]"
)
findings_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="Format of the findings.",
)
show_option = click.option(
    "--show",
    default=10,
    show_default=True,
    metavar="N",
    type=click.IntRange(0),
    help="Print at most N findings per rule, then only count.",
)


def _version(context: click.Context, option: click.Parameter, is_given: bool) -> None:
    """Print the version of the tables that this installation carries, which is that of the program."""
    if is_given:
        import shegong

        say(shegong.version())
        context.exit()


@click.group(cls=Commands, context_settings=CONTEXT)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
def main() -> None:
    """Query, curate and maintain open data on professional social work in China.

    `shegong COMMAND -h` explains a command, with an example.
    """


def command(summary: str, example: str) -> Callable[[Callable[..., None]], click.Command]:
    """Return what makes a function a command, with its line in the list of commands and an example."""
    return main.command(context_settings=CONTEXT, short_help=summary, epilog=f"Example: {example}")


@command("Validate the package.", "shegong check --documents documents --format github")
@package_option
@documents_option
@click.option("--conformance", is_flag=True, help="Also run frictionless and the official v2.0 profile.")
@findings_option
@show_option
def check(root: str | None, documents: str | None, conformance: bool, form: str, show: int) -> None:
    """Validate the package: descriptor, files, cells, rows, relations, evidence, conformance.

    JSON output lists at most 1,000 findings per rule and column, or N of --show if that is more; `totals` counts all.
    Exit code 0: no errors. 1: errors. 2: wrong use, or the package cannot be read.
    """
    from shegong.checks.run import MAX_FINDINGS, check_package

    package, limit = _open(root, quiet=form == "json"), max(show, MAX_FINDINGS)
    _finish(check_package(package, documents_folder(documents), conformance, _progress(), limit), form, show)


@command("Count the numerals that are accounted for.", "shegong coverage --documents documents")
@package_option
@documents_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def coverage(root: str | None, documents: str | None, form: str) -> None:
    """Count the numerals of each document that the tables account for, and list the others.

    Exit code 1 if a numeral of a document is not accounted for.
    """
    from shegong.checks.coverage import cover_documents, coverage_json, coverage_text

    folder = documents_folder(documents)
    if folder is None:
        fail(f"coverage needs the documents: give --documents DIR or set {DOCUMENTS_VARIABLE}")
    covered = cover_documents(_open(root, quiet=form == "json"), folder)
    say(coverage_json(covered) if form == "json" else coverage_text(covered))
    sys.exit(1 if any(document.missing for document in covered) else 0)


@command("Start a work folder for a document or a page.", "shegong ingest examples/curation/invented-page.txt")
@package_option
@click.argument("file", metavar="[FILE]", required=False)
@click.option("--work", metavar="DIR", help="The work folder to make [default: work/ and the name of file or page]")
@click.option("--encoding", metavar="NAME", help="The file's encoding if it is not detected: gb18030, big5, ...")
@click.option("--page", "name", metavar="NAME", help="Id of the source of a page, which has no file here.")
@click.option("--title", default="", metavar="TEXT", help="Title of the page, as printed.")
@click.option("--publisher", default="", metavar="TEXT", help="Publisher of the page, as printed.")
@click.option("--url", default="", metavar="URL", help="Address of the publisher or of an established reposter.")
@click.option("--published", type=DAY, metavar="DAY", help="Day on which it was published.")
@click.option("--read-on", type=DAY, metavar="DAY", help="Day on which you read it [default: today]")
def ingest(
    root: str | None,
    file: str | None,
    work: str | None,
    encoding: str | None,
    name: str | None,
    published: datetime | None,
    read_on: datetime | None,
    **page: str,
) -> None:
    """Make a work folder: for a document (a text, an HTML page, or a PDF with a text layer) or for a page.

    Of a document it contains the text and the proposed rows of each table, as CSV. Of a page it contains the source,
    and the other tables without rows: enter what the page prints. The value, bounds and qualifier of a figure follow
    from its value_text where they are empty. No table changes. Continue with `shegong review`, or fill in the column
    `decision` in an editor or spreadsheet.
    """
    from shegong.curation.ingest import ingest as make_work_folder
    from shegong.curation.ingest import ingest_page, ingest_text
    from shegong.curation.workspace.page_drafts import Page

    if (file is None) == (name is None):
        fail("give the FILE of a document, or --page NAME")
    if file and (published or read_on or any(page.values())):
        fail("--title, --publisher, --url, --published and --read-on are for --page")
    folder = Path(work) if work else None
    if name:
        days = {"published": f"{published:%F}" if published else "", "read_on": f"{read_on or datetime.now():%F}"}
        made = ingest_page(_open(root), Page(name, **page, **days), folder)
        say(f"{made.path}")
    else:
        extracted, made = make_work_folder(_open(root), Path(str(file)), folder, encoding)
        say(ingest_text(extracted, made))
    say(f"continue with `shegong review {made.path}`, or edit its CSV files; then `shegong accept {made.path}`")


@command("Decide on the proposals of a work folder.", "shegong review work/invented-page")
@package_option
@click.argument("work", metavar="WORK")
def review(root: str | None, work: str) -> None:
    """Show the rows of a work folder one at a time; those of a document with the words around them.

    Each answer is saved at once: you can quit at any time and continue later. `u` undoes the last answer.
    """
    from shegong.curation.workspace.open_work import open_work
    from shegong.curation.workspace.progress import progress_line
    from shegong.curation.workspace.review import review as review_rows

    package = _open(root)
    say(progress_line(review_rows(package, open_work(package, Path(work)))))


@command("Merge a finished work folder into the tables.", "shegong accept work/invented-page")
@package_option
@click.option("--allow-warnings", is_flag=True, help="Accept rows that cause warnings.")
@findings_option
@show_option
@click.argument("work", metavar="WORK")
def accept(root: str | None, allow_warnings: bool, form: str, show: int, work: str) -> None:
    """Merge a finished work folder into the tables, all of its rows or none.

    Fills in the value, bounds and qualifier of a figure from its value_text where they are empty. Validates the
    package with the new rows first, and each span against the document. If there is a finding, nothing is written and
    the exit code is 1. Otherwise assigns the ids and writes the tables in canonical form.
    """
    from shegong.curation.workspace.accept import accept as merge
    from shegong.curation.workspace.open_work import open_work
    from shegong.curation.workspace.progress import progress_line
    from shegong.report import render

    package = _open(root, quiet=form == "json")
    read = open_work(package, Path(work))
    accepted = merge(package, read, allow_warnings, _progress())
    if form != "text" or not accepted.rows:
        say(render(accepted.report, form, show))
    if form == "text":
        for table, rows in accepted.rows.items():
            say(f"{package.file(table)}  {rows} more")
        say(progress_line(read))
        if not accepted.rows:
            say("nothing was written")
        elif read.document:
            file = read.path / read.document.cells["file_name"]
            say(f"keep {file} with the other documents: spans refer to it")
    sys.exit(0 if accepted.rows else 1)


@command("Compare two readings of one document or page.", "shegong compare work/invented-page examples/curation/second")
@package_option
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def compare(root: str | None, a: str, b: str, form: str) -> None:
    """Compare two readings of one document or page: A is a work folder, B another, or the folder of a package.

    Prints on how many numerals, rows and coded cells they agree, and lists every difference. Rows of a document are
    paired by their spans; rows of a page by printed number, metric and place, two of which are alike. Exit code 1 if
    there is a difference.
    """
    from shegong.curation.workspace.agreement import annotation_of_package, annotation_of_work
    from shegong.curation.workspace.agreement import compare as compare_annotations
    from shegong.curation.workspace.agreement_text import comparison_json, comparison_text
    from shegong.curation.workspace.open_work import open_work
    from shegong.package.package import DESCRIPTOR, open_package

    package = _open(root, quiet=form == "json")
    first = open_work(package, Path(a))
    is_package = (Path(b) / DESCRIPTOR).is_file()
    second = (
        annotation_of_package(open_package(Path(b)), first)
        if is_package
        else annotation_of_work(package, open_work(package, Path(b)))
    )
    found = compare_annotations(annotation_of_work(package, first), second, first.text)
    say(comparison_json(found) if form == "json" else comparison_text(found))
    sys.exit(1 if found.differences else 0)


@command("Build the DuckDB, Parquet and Excel files.", "shegong build --output dist")
@package_option
@click.option("--check/--no-check", "checked", default=True, show_default=True, help="Check the package first.")
@click.option("--output", metavar="DIR", help="Where to build [default: dist/ in the package]")
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


@command("Build the explorer, a static site.", "shegong site --serve")
@package_option
@click.option("--output", metavar="DIR", help="Where to build [default: dist/site/ in the package]")
@click.option("--serve", "served", is_flag=True, help="Then serve it on this machine, until Ctrl-C.")
@click.option("--port", default=8000, show_default=True, metavar="N", type=click.IntRange(0, 65535))
def site(root: str | None, output: str | None, served: bool, port: int) -> None:
    """Build the explorer: a static site with charts, tables, search and SQL, in English and Chinese.

    Any web host shows the folder as it is. It needs Node to build, and nothing to run.
    """
    from shegong.site.build_site import build_site
    from shegong.site.serve import serve

    package = _open(root)
    folder = Path(output) if output else package.root / "dist/site"
    say(build_site(package, folder, _progress()))
    if served:
        with suppress(KeyboardInterrupt):
            serve(folder, port, lambda address: say(f"serving {address} (Ctrl-C ends it)"))


@command(
    "Run one SELECT on the tables.",
    "shegong query \"SELECT region_en, year, value FROM series WHERE metric_id = 'social_work_agencies'\"",
)
@package_option
@click.argument("sql", required=False)
@click.option("--file", "path", metavar="FILE", help="Read the SQL from a file; - is standard input.")
@click.option("--database", metavar="FILE", help="A built database, opened read-only.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "line", "csv", "json", "markdown"]),
    default="table",
    show_default=True,
    help="With line, each column of a row has a line.",
)
@click.option(
    "--rows",
    default=100,
    show_default=True,
    metavar="N",
    type=click.IntRange(1),
    help="Print at most N rows of a table.",
)
def query(root: str | None, sql: str | None, path: str | None, database: str | None, form: str, rows: int) -> None:
    """Run one SELECT (or EXPLAIN) on the tables, given as SQL, in a file, or on standard input.

    Without a package in the current folder, the tables of this installation are queried. The SQL reaches nothing
    else: no file, no network, no extension. On a terminal a table is as wide as the terminal, and leaves out the
    columns that do not fit; --format line shows them all.
    """
    from shegong.database.load import connect_package
    from shegong.database.query import WIDE, open_database, run_query, show

    text = _sql(sql, path)
    is_data = form == "csv" and not sys.stdout.isatty()
    connection = open_database(Path(database)) if database else connect_package(_open_or_installed(root))
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDE
    shown = show(run_query(connection, text), form, rows, width)
    click.echo(shown, color=True) if is_data else say(shown)  # in data each cell is as it is


@command("Write the tables in canonical form.", "shegong fmt --package .")
@package_option
def fmt(root: str | None) -> None:
    """Write every table in canonical form, and its size and hash into datapackage.json."""
    from shegong.checks.format import format_package
    from shegong.report import Report, step_of

    package = _open(root)
    changed, findings = format_package(package)
    if findings:
        _finish(
            Report(package.name, package.version, [step_of("fmt", findings)], f"{package.name}; nothing was written")
        )
    for file in changed:
        say(f"wrote {file}")
    say("all tables are canonical" if changed else "nothing to do: all tables are canonical")


@command("Write the generated pages.", "shegong docs --check")
@package_option
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit code 1 if a page is out of date.")
def docs(root: str | None, only_check: bool) -> None:
    """Write the generated pages: data dictionary, rules, metadata, and the outputs in the READMEs."""
    from shegong.pages.write_pages import write_pages

    changed = write_pages(_open(root), write=not only_check)
    for file in changed:
        say(f"{'out of date' if only_check else 'wrote'} {file}")
    say("nothing to do: all up to date") if not changed else None
    sys.exit(1 if only_check and changed else 0)


@command("Compare two versions of the package.", "shegong diff HEAD --format markdown")
@package_option
@click.argument("old")
@click.argument("new", default=".")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
def diff(root: str | None, old: str, new: str, form: str) -> None:
    """Compare two versions and print the version bump that the changes require.

    OLD and NEW are folders, release archives, wheels, or git revisions of the package. Without NEW, OLD is compared
    with the package itself.
    """
    from shegong.diff.compare import compare
    from shegong.diff.difference_report import FORMS
    from shegong.diff.snapshot import take_snapshot
    from shegong.package.package import open_any

    folder = Path(root or ".")
    first, second = open_any(old, folder), open_any(str(folder) if new == "." else new, folder)
    say(FORMS[form](compare(take_snapshot(first), take_snapshot(second))))


@command("Make the files of a release.", "shegong release --dry-run")
@package_option
@documents_option
@click.option("--dry-run", is_flag=True, help="Run the gates and write nothing.")
@click.option("--output", metavar="DIR", help="Where to release [default: dist/ in the package]")
@findings_option
@show_option
def release(root: str | None, documents: str | None, dry_run: bool, output: str | None, form: str, show: int) -> None:
    """Make the files of this version's release in dist/shegong-VERSION/, and enter it in releases.json.

    The archive, the wheel and the page of changes also go into releases/, instead of those of the previous version,
    and the hash of the wheel into examples/consumer/requirements.txt.

    Refuses, with exit code 1, while a check fails, a page is out of date, a file is not committed, the version is
    too low or released already with other bytes, a removed id is not deprecated, or the changelog lacks a change.
    Between releases, --dry-run prints what the next one lacks, and the exit code is 0.
    """
    from shegong.package.past_releases import past_releases
    from shegong.release.gates import difference_since_last, release_report
    from shegong.release.make import make_release, release_folder
    from shegong.release.record import kept_files
    from shegong.report import render

    package = _open(root, quiet=form == "json")
    target = Path(output) if output else package.root / "dist"
    difference = difference_since_last(package)
    report = release_report(package, difference, documents_folder(documents), _progress(), dry_run)
    if report.has_errors:
        _finish(report, form, show)
    say(render(report, form, show))
    new, old = map(", ".join, kept_files(package))
    if dry_run:
        if package.version not in [past.version for past in past_releases(package)]:
            say(f"would put {new} into releases/{f', and remove {old}' if old else ''}", err=form == "json")
        return
    names, is_new = make_release(package, difference, target, _progress())
    for name in names:
        say(f"{release_folder(package, target)}/{name}", err=form == "json")
    gone = f", without {old}" if old else ""
    entered = f"entered in releases.json and examples/consumer; releases/ has {new}{gone}: commit all of them"
    say(entered if is_new else "the same bytes as on record: releases.json did not change", err=form == "json")


@command("Verify the checksums of what you received.", "shegong verify dist/shegong.duckdb")
@package_option
@findings_option
@show_option
@click.option("--installed", is_flag=True, help="Use the tables of this installation.")
@click.argument("path", required=False)
def verify(root: str | None, installed: bool, path: str | None, form: str, show: int) -> None:
    """Verify a release folder, its archive, a wheel, an unpacked package, or a database file.

    Without PATH, the package in the current folder is verified. A lone database is compared with that package, or
    with the tables of this installation where there is none. Exit code 1 if a checksum differs.
    """
    from shegong.package.installed import installed_package
    from shegong.package.package import DESCRIPTOR, open_package
    from shegong.release.verify import verify as verify_path

    if root and installed:
        fail("give --package DIR or --installed, not both")
    is_elsewhere = path is not None and not root and not Path(DESCRIPTOR).is_file()
    package = installed_package() if installed or is_elsewhere else open_package(Path(root or "."))
    _finish(verify_path(Path(path or package.name), package), form, show)


@command("Print a citation of the package or of one row.", "shegong cite --row obs-0001 --format bibtex")
@package_option
@click.option("--row", "key", metavar="ID", help="Cite one row, such as obs-0001, with its source.")
@click.option("--format", "form", type=click.Choice(["text", "bibtex", "csl-json"]), default="text", show_default=True)
def cite(root: str | None, key: str | None, form: str) -> None:
    """Print a citation of the package at exactly this version, or of one row with its own source.

    Without a package in the current folder, the tables of this installation are cited.
    """
    from shegong.citation.cite import cite_package, cite_row
    from shegong.database.load import connect_package

    package = _open_or_installed(root)
    say(cite_row(package, connect_package(package), key, form) if key else cite_package(package, form))


def _finish(report: Report, form: str = "text", show: int = LINES) -> NoReturn:
    """Print a report and exit, with code 1 if there are errors."""
    from shegong.report import render

    say(render(report, form, show))
    sys.exit(1 if report.has_errors else 0)


def documents_folder(given: str | None) -> Path | None:
    """Return the folder of the documents, as given or from the environment; None without either.

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


def _open(root: str | None, quiet: bool = False) -> Package:
    """Open the package in `--package`, else in the current folder, and print which one it is.

    With `quiet`, the standard output is for data: the line goes to a terminal only.
    """
    from shegong.package.package import open_package

    package = open_package(Path(root or "."))
    if not quiet or sys.stderr.isatty():
        say(f"package {package.descriptor.get('name', '?')} {package.version} in {package.root.resolve()}", err=quiet)
    return package


def _open_or_installed(root: str | None) -> Package:
    """Open the package in `--package`, else in the current folder, else the tables of this installation."""
    from shegong.package.installed import installed_package
    from shegong.package.package import DESCRIPTOR

    if root or Path(DESCRIPTOR).is_file():
        return _open(root, quiet=True)
    package = installed_package()
    say(f"no package in the current folder: using the installed tables, version {package.version}", err=True)
    return package


def _sql(sql: str | None, path: str | None) -> str:
    if (sql is None) == (path is None):
        if sql is None and not sys.stdin.isatty():
            return _sql_text("-")
        fail("give the SQL as argument, with --file FILE, or on standard input")
    return sql if sql is not None else _sql_text(str(path))


def _sql_text(path: str) -> str:
    """Read a query from a file, or from standard input if the path is `-`."""
    content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        name = "standard input" if path == "-" else path
        fail(f"{name}: byte 0x{content[error.start]:02X} at {error.start} is not UTF-8: save the query as UTF-8")


def _progress() -> Callable[[str], None]:
    """Return what names the running step on a terminal, and removes it again."""
    if not sys.stderr.isatty():
        return lambda step: None
    return lambda step: click.echo(f"\r\033[K{step} …\r" if step else "\r\033[K", err=True, nl=False)
