"""Review: a terminal screen that shows one drafted row at a time and saves each answer at once."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import click

from shegong.curation.propose.vocabulary import Vocabulary, read_vocabulary
from shegong.curation.workspace import decisions, journal
from shegong.curation.workspace.decisions import DERIVED, NotAllowed
from shegong.curation.workspace.progress import progress_line
from shegong.curation.workspace.spreadsheet import WHOLE_NUMBER, write_work
from shegong.curation.workspace.work_folder import Cells, DraftRow, WorkFolder
from shegong.errors import PackageError
from shegong.ledger import TARGET_COLUMNS, roles_of
from shegong.package.package import Package
from shegong.package.schema import Field

KEYS = "a accept   e edit   x exclude   r attach …   n new row   1-3 metric   s skip   u undo   q quit   ? help"
HELP = """
a  accept the row; you fill in required cells that are empty first
e  edit a cell: give its number or name, then the new value (an id, or a part of an id or a name)
x  reject the row; if a numeral remains, you give the reason of its exclusion
r  attach the span to another row: an existing or a new one
n  add a row that no span supports: what a page prints, or the publisher of a source
1  2  3  choose the first, second or third of the proposed metrics
s  skip the row for now
u  undo the last decision, also one of an earlier day
q  quit; all decisions are saved, and `shegong review` continues where you stopped
At every question, Enter alone cancels: nothing changes.
"""
NEW_ROWS = {"o": "observations", "m": "milestones", "b": "organizations", "p": "programmes"}
MAIN_ROLES = ("value", "date", "name", "detail", "excluded")
"""Roles of the span that a row is made of, which may be attached to another row instead."""
MAX_SPANS_SHOWN = 4
MAX_CHOICES_SHOWN = 8
DESCRIPTION_COLUMNS = 100


class Cancelled(Exception):
    """The curator pressed Enter at a question."""


@dataclass
class Review:
    """One sitting at a work folder.

    Attributes:
        work: The work folder as it is now.
        vocabulary: The vocabulary of the package.
        tables: Rows of the package, by table, for the names of ids.
        skipped: Rows that are skipped in this sitting.
    """

    work: WorkFolder
    vocabulary: Vocabulary
    tables: dict[str, list[Cells]]
    skipped: set[tuple[str, str]] = field(default_factory=set)

    def save(self, new: WorkFolder) -> None:
        """Save a decision: append what it changes to the journal, then write the changed tables."""
        journal.append_decision(self.work, new)
        write_work(new, before=self.work)
        self.work = new

    def undo(self) -> None:
        """Undo the last decision."""
        new = journal.undo(self.work)
        write_work(new, before=self.work)
        self.work = new

    def names(self, table: str) -> dict[str, str]:
        """Return id and name of each row of a table, of the package and of the work folder."""
        rows = [*self.tables.get(table, []), *(draft.cells for draft in self.work.of(table))]
        return {next(iter(row.values())): row.get("name_zh") or row.get("title_zh") or "" for row in rows}


def review(package: Package, work: WorkFolder) -> WorkFolder:
    """Ask about every open row until none is left or the curator quits; save each answer.

    Args:
        package: The package that the rows are for.
        work: The work folder.

    Returns:
        The work folder as decided.
    """
    tables = {name: package.rows(name) for name in work.schemas if name not in ("mentions", "documents")}
    sitting = Review(work, read_vocabulary(package), tables)
    while True:
        question = next((d for d in decisions.open_rows(sitting.work) if d.name not in sitting.skipped), None)
        _show(sitting, question) if question else _show_end(sitting)
        key = _key()
        if key in ("q", "\x04", ""):
            return sitting.work
        if question or key in ("u", "n"):
            _answer(sitting, question, key)


def _key() -> str:
    try:
        return click.getchar()
    except OSError:
        raise PackageError("review needs a terminal. Without one, edit the CSV files of the work folder") from None


def _answer(sitting: Review, question: DraftRow | None, key: str) -> None:
    """Run the action of a key; if it is not possible, show why and ask again."""
    with suppress(Cancelled):
        _try(sitting, question, key)


def _try(sitting: Review, question: DraftRow | None, key: str) -> None:
    try:
        if key == "u":
            sitting.undo()
        elif key == "n":
            _add(sitting)
        elif question:
            _act(sitting, question, key)
    except NotAllowed as error:
        click.secho(f"\n{error}", fg="red")
        click.pause()


def _act(sitting: Review, question: DraftRow, key: str) -> None:
    actions: dict[str, Callable[[Review, DraftRow], None]] = {
        "a": _accept,
        "e": _edit,
        "x": _exclude,
        "r": _attach,
        "s": lambda sitting, question: sitting.skipped.add(question.name),
    }
    if key in "123":
        _choose_metric(sitting, question, int(key))
    elif key in actions:
        actions[key](sitting, question)
    else:
        click.echo(HELP)
        click.pause()


def _show_end(sitting: Review) -> None:
    left = len(sitting.skipped & {draft.name for draft in decisions.open_rows(sitting.work)})
    click.clear()
    click.echo(f"{sitting.work.path}   {f'{left} rows skipped' if left else 'every row is decided'}")
    click.secho(f"{progress_line(sitting.work)}\n\nn new row   u undo   q quit", dim=True)


def _show(sitting: Review, question: DraftRow) -> None:
    work = sitting.work
    spans = [question] if question.table == "mentions" else decisions.mentions_of(work, question) or [question]
    required = {f.name for f in decisions.missing(work, question)}
    click.clear()
    click.secho(f"{work.path}   {progress_line(work)}", dim=True)
    click.secho(f"\n{question.table} {question.key}", bold=True)
    for mention in spans[:MAX_SPANS_SHOWN]:
        click.echo(_highlighted(mention))
    click.echo()
    for number, (name, cell) in enumerate(question.cells.items(), 1):
        if cell or name in required:
            click.echo(f"{number:>3}  {name:<16} {_named(sitting, question, name, cell)}")
    optional = [
        f"{n} {name}" for n, (name, cell) in enumerate(question.cells.items(), 1) if not cell and name not in required
    ]
    if optional:
        click.secho("\n".join(textwrap.wrap(f"empty: {', '.join(optional)}", DESCRIPTION_COLUMNS)), dim=True)
    if question.proposal:
        click.secho(f"\n{_numbered(question.proposal)}", fg="cyan")
    click.secho(f"\n{KEYS}", dim=True)


def _highlighted(mention: DraftRow) -> str:
    before, mark, rest = mention.context.partition("【")
    inside, _, after = rest.partition("】")
    role = f"{mention.cells['role']}: " if mention.table == "mentions" else ""
    return f"  {role}{before}{click.style(f'【{inside}】', reverse=True)}{after}" if mark else ""


def _named(sitting: Review, question: DraftRow, column: str, cell: str) -> str:
    foreign = {f.field: f.table for f in sitting.work.schemas[question.table].foreign_keys}
    name = sitting.names(foreign[column]).get(cell, "") if column in foreign and cell else ""
    return f"{cell}  {name}".rstrip() or click.style("(to be filled in)", fg="yellow")


def _numbered(proposal: str) -> str:
    head, colon, rest = proposal.partition("metrics: ")
    if not colon:
        return proposal
    metrics, semicolon, after = rest.partition(";")
    numbered = "   ".join(f"{n} {metric}" for n, metric in enumerate(metrics.split(" | "), 1))
    return f"{head}metrics: {numbered}{semicolon}{after}"


def _accept(sitting: Review, question: DraftRow) -> None:
    for empty in decisions.missing(sitting.work, question):
        _ask_cell(sitting, _current(sitting, question), empty)
    current = _current(sitting, question)
    if misfit := decisions.unit_misfit(sitting.vocabulary, current):
        click.secho(f"\n{misfit}", fg="yellow")
        if _ask("accept all the same: yes (Enter: no)").lower() not in ("y", "yes"):
            raise Cancelled
    sitting.save(decisions.accept_row(sitting.work, current))


def _ask(question: str) -> str:
    """Return the answer to a question.

    Raises:
        Cancelled: The answer is empty.
    """
    answer = str(click.prompt(f"\n{question}", default="", show_default=False)).strip()
    if not answer:
        raise Cancelled
    return answer


def _edit(sitting: Review, question: DraftRow) -> None:
    column = _column(list(question.cells), _ask("number or name of the cell"))
    if column in DERIVED and question.table == "observations":
        raise NotAllowed(f"{column} follows from value_text: edit that")
    _ask_cell(sitting, question, sitting.work.schemas[question.table].field(column))


def _column(columns: list[str], answer: str) -> str:
    """Return the column of a number, a name, or the beginning or a part of one name."""
    if WHOLE_NUMBER.fullmatch(answer):
        if 1 <= int(answer) <= len(columns):
            return columns[int(answer) - 1]
        raise NotAllowed(f"{answer!r} is not the number of a cell: expected 1 to {len(columns)}")
    return _one_of(dict.fromkeys(columns, ""), answer)


def _ask_cell(sitting: Review, question: DraftRow, column: Field) -> None:
    """Ask for a cell until it fits its column."""
    there = question.cells[column.name]
    while True:
        _explain(column)
        value = _ask(f"{column.name} [{there}]" if there else column.name)
        value = "" if value == "-" else value
        try:
            chosen = _chosen(sitting, question, column, value)
            sitting.save(decisions.set_cell(sitting.work, sitting.vocabulary, question, column.name, chosen))
        except NotAllowed as error:
            click.secho(str(error), fg="red")
        else:
            return


def _explain(column: Field) -> None:
    click.secho("\n" + "\n".join(textwrap.wrap(column.description, DESCRIPTION_COLUMNS)), dim=True)
    for category in column.categories:
        click.echo(f"  {category.value:<22} {category.label_zh}  {category.definition}")
    if not column.required:
        click.secho("- empties the cell", dim=True)


def _chosen(sitting: Review, question: DraftRow, column: Field, value: str) -> str:
    """Return the id or code of which the answer is a part, or a part of its name."""
    foreign = {f.field: f.table for f in sitting.work.schemas[question.table].foreign_keys}
    if not value or (column.name not in foreign and not column.codes):
        return value
    names = {c.value: c.label_zh for c in column.categories} or sitting.names(foreign[column.name])
    if column.name == "region_id":
        official = sitting.vocabulary.gazetteer.names
        names |= {code: name for code, name in official.items() if value in (code, name)}
    return _one_of(names, value)


def _one_of(names: dict[str, str], value: str) -> str:
    if value in names:
        return value
    found = [id for id, name in names.items() if value in id or value in name]
    exact = [id for id, name in names.items() if value == name] or [id for id in names if id.startswith(value)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    near = found[:MAX_CHOICES_SHOWN] or difflib.get_close_matches(value, names, 5, 0.4)
    shown = ", ".join(f"{id} {names[id]}".rstrip() for id in near)
    matches = "matches several" if found else "matches none"
    raise NotAllowed(f"{value!r} {matches}" + (f": {shown}" if shown else ""))


def _exclude(sitting: Review, question: DraftRow) -> None:
    reason = ""
    if decisions.needs_reason(sitting.work, question):
        column = sitting.work.schemas["mentions"].field("exclusion")
        _explain(column)
        entered = _ask("why is it not a fact")
        reason = _one_of({c.value: c.label_zh for c in column.categories}, entered)
    sitting.save(decisions.exclude_row(sitting.work, question, reason))


def _attach(sitting: Review, question: DraftRow) -> None:
    spans = [question, *decisions.mentions_of(sitting.work, question)]
    mention = next((span for span in spans if span.cells.get("role") in MAIN_ROLES), question)
    if mention.table != "mentions":
        raise NotAllowed("no span of the document supports this row")
    _list_rows(sitting)
    answer = _ask("row (its key; o, m, b, p: a new observation, milestone, body, programme)")
    table, key = (NEW_ROWS[answer], "") if answer in NEW_ROWS else (_table_of(sitting, answer), answer)
    roles = roles_of(table)
    role = roles[0] if len(roles) == 1 else _one_of(dict.fromkeys(roles, ""), _ask(f"role ({', '.join(roles)})"))
    new = decisions.attach(sitting.work, mention, role, table, key)
    if question.table != "mentions" and not decisions.mentions_of(new, question):
        new = decisions.exclude_row(new, question, "")
    sitting.save(new)


def _add(sitting: Review) -> None:
    answer = _ask("of which table (o, m, b, p: an observation, milestone, body, programme)")
    if answer not in NEW_ROWS:
        raise NotAllowed(f"{answer!r} is not one of {', '.join(NEW_ROWS)}")
    sitting.save(decisions.add_row(sitting.work, NEW_ROWS[answer]))


def _list_rows(sitting: Review) -> None:
    click.echo()
    for draft in sitting.work.drafts:
        if draft.table in TARGET_COLUMNS and draft.table != "regions":
            name = draft.cells.get("name_zh") or draft.cells.get("title_zh") or draft.cells.get("value_text", "")
            click.echo(f"  {draft.table:<14} {draft.key:<12} {name}  {draft.cells.get('metric_id', '')}".rstrip())


def _table_of(sitting: Review, key: str) -> str:
    table = next((table for table in TARGET_COLUMNS if key in sitting.names(table)), None)
    if table is None:
        raise NotAllowed(f"neither the work folder nor the package has a row {key!r}")
    return table


def _choose_metric(sitting: Review, question: DraftRow, number: int) -> None:
    metrics = question.proposal.partition("metrics: ")[2].partition(";")[0].split(" | ")
    if question.table != "observations" or number > len(metrics) or not metrics[0]:
        raise NotAllowed("no such metric is proposed here")
    sitting.save(decisions.set_cell(sitting.work, sitting.vocabulary, question, "metric_id", metrics[number - 1]))


def _current(sitting: Review, question: DraftRow) -> DraftRow:
    """Return the row as it is now."""
    found = sitting.work.find(question.table, question.key)
    assert found, "an answer keeps the row it is about"
    return found
