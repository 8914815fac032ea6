"""Review: a terminal screen that asks about one drafted row at a time; each answer is saved at once."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

import click

from shegong.curation.ingest import known_of
from shegong.curation.propose.proposer import knowledge_of
from shegong.curation.tables import table_rows
from shegong.curation.workspace import decisions
from shegong.curation.workspace.decisions import DERIVED, NotAllowed
from shegong.curation.workspace.draft_builder import TARGET, Known
from shegong.curation.workspace.work_folder import OPEN, WHOLE_NUMBER, Cells, Draft, WorkFolder, write_work
from shegong.errors import PackageError
from shegong.package.package import Package
from shegong.package.schema import Field

KEYS = "a accept   e edit   x exclude   r rests on …   1-3 metric   s skip   u undo   q quit   ? help"
HELP = """
a  the row goes in as it stands; what must be filled in is asked for first
e  change a cell: give its number, then the new value (an id, or a part of an id or a name)
x  the row does not go in; for a numeral that is left over, the reason is asked for
r  the span rests on another row: one that is there, or a new one
1  2  3  take the first, second or third of the metrics that are proposed
s  leave it for later
u  take the last decision back, also one of an earlier day
q  quit; all decisions are saved, and `shegong review` goes on where you stopped
"""
NEW_ROWS = {"o": "observations", "m": "milestones", "b": "organizations", "p": "programmes"}
MAIN_ROLES = ("value", "date", "name", "detail", "excluded")
"""Roles of the span that a row is made of, which another row may rest on instead."""
ROLES = {
    "observations": ("value", "date", "place", "detail"),
    "milestones": ("date", "place", "detail"),
    "organizations": ("name", "detail"),
    "programmes": ("name", "detail"),
    "sources": ("title", "date", "detail"),
    "regions": ("name", "detail"),
}


@dataclass
class Review:
    """One sitting at a work folder.

    Attributes:
        work: The work folder as it is now.
        known: What the package has that rows refer to.
        tables: Rows of the package, by table, for the names of ids.
        skipped: Rows that are left for later in this sitting.
    """

    work: WorkFolder
    known: Known
    tables: dict[str, list[Cells]]
    skipped: set[tuple[str, str]] = field(default_factory=set)

    def save(self, new: WorkFolder) -> None:
        """Keep a decision: note what it changes, then write the files."""
        decisions.save_journal(self.work, new)
        write_work(new)
        self.work = new

    def names(self, table: str) -> dict[str, str]:
        """Id and name of each row of a table, those of the package and those drafted."""
        rows = [*self.tables.get(table, []), *(draft.cells for draft in self.work.of(table))]
        return {next(iter(row.values())): row.get("name_zh") or row.get("title_zh") or "" for row in rows}


def review(package: Package, work: WorkFolder) -> WorkFolder:
    """Ask about every open row until none is left or the curator quits; all answers are saved.

    Args:
        package: The package that the rows are for.
        work: The work folder.

    Returns:
        The work folder as decided.
    """
    tables = {name: table_rows(package, name) for name in work.schemas if name not in ("mentions", "documents")}
    sitting = Review(work, known_of(package, knowledge_of(package)), tables)
    while True:
        question = next((d for d in decisions.open_rows(sitting.work) if d.name not in sitting.skipped), None)
        _show(sitting, question) if question else _show_end(sitting)
        key = _key()
        if key in ("q", "\x04", ""):
            return sitting.work
        if question or key == "u":
            _answer(sitting, question, key)


def _key() -> str:
    try:
        return click.getchar()
    except OSError:
        raise PackageError("review needs a terminal; without one, fill in the CSV files of the work folder") from None


def _answer(sitting: Review, question: Draft | None, key: str) -> None:
    """Do what a key asks for; what cannot be done is said, and asked again."""
    try:
        if question is None or key == "u":
            _undo(sitting)
        else:
            _act(sitting, question, key)
    except NotAllowed as error:
        click.secho(f"\n{error}", fg="red")
        click.pause()


def _act(sitting: Review, question: Draft, key: str) -> None:
    actions: dict[str, Callable[[Review, Draft], None]] = {
        "a": _accept,
        "e": _edit,
        "x": _exclude,
        "r": _rest_on,
        "s": lambda sitting, question: sitting.skipped.add(question.name),
    }
    if key in "123":
        _take_metric(sitting, question, int(key))
    elif key in actions:
        actions[key](sitting, question)
    else:
        click.echo(HELP)
        click.pause()


def _show_end(sitting: Review) -> None:
    left = len(sitting.skipped & {draft.name for draft in decisions.open_rows(sitting.work)})
    click.clear()
    click.echo(f"{sitting.work.path}   {f'{left} left for later' if left else 'every row is decided'}")
    click.secho("\nu undo   q quit", dim=True)


def _show(sitting: Review, question: Draft) -> None:
    work = sitting.work
    own = [draft for draft in work.drafts if draft.table != "mentions" or not work.target(draft)]
    done = sum(work.decision(draft) != OPEN for draft in own)
    click.clear()
    click.secho(f"{work.path}   {done} of {len(own)} rows decided", dim=True)
    click.secho(f"\n{question.table} {question.key}", bold=True)
    for mention in _spans(work, question):
        click.echo(_highlighted(mention))
    click.echo()
    for number, (name, cell) in enumerate(question.cells.items(), 1):
        if cell or name in {f.name for f in decisions.missing(work, question)}:
            click.echo(f"{number:>3}  {name:<16} {_named(sitting, question, name, cell)}")
    if question.proposal:
        click.secho(f"\n{_numbered(question.proposal)}", fg="cyan")
    click.secho(f"\n{KEYS}", dim=True)


def _spans(work: WorkFolder, question: Draft) -> list[Draft]:
    return [question] if question.table == "mentions" else decisions.mentions_of(work, question)[:4] or [question]


def _highlighted(mention: Draft) -> str:
    before, mark, rest = mention.context.partition("【")
    inside, _, after = rest.partition("】")
    role = f"{mention.cells['role']}: " if mention.table == "mentions" else ""
    return f"  {role}{before}{click.style(f'【{inside}】', reverse=True)}{after}" if mark else ""


def _named(sitting: Review, question: Draft, column: str, cell: str) -> str:
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


def _accept(sitting: Review, question: Draft) -> None:
    for empty in decisions.missing(sitting.work, question):
        _ask_cell(sitting, _again(sitting, question), empty)
    sitting.save(decisions.accept_row(sitting.work, _again(sitting, question)))


def _edit(sitting: Review, question: Draft) -> None:
    columns = list(question.cells)
    number = click.prompt("\nnumber of the cell (empty: none)", default="", show_default=False)
    if not number:
        return
    if not WHOLE_NUMBER.fullmatch(number) or not 1 <= int(number) <= len(columns):
        raise NotAllowed(f"{number!r} is no number of a cell: 1 to {len(columns)}")
    column = columns[int(number) - 1]
    if column in DERIVED and question.table == "observations":
        raise NotAllowed(f"{column} follows from value_text: change that")
    _ask_cell(sitting, question, sitting.work.schemas[question.table].field(column))


def _ask_cell(sitting: Review, question: Draft, asked: Field) -> None:
    """Ask for a cell until it is of its column's form; nothing entered keeps what is there."""
    there = question.cells[asked.name]
    while True:
        _explain(asked)
        value = click.prompt(asked.name, default=there, show_default=bool(there)).strip()
        value = "" if value == "-" else value
        try:
            chosen = _chosen(sitting, question, asked, value)
            sitting.save(decisions.set_cell(sitting.work, sitting.known, question, asked.name, chosen))
        except NotAllowed as error:
            click.secho(str(error), fg="red")
        else:
            return


def _explain(asked: Field) -> None:
    click.secho("\n" + "\n".join(textwrap.wrap(asked.description, 100)), dim=True)
    for category in asked.categories:
        click.echo(f"  {category.value:<22} {category.label_zh}  {category.definition}")
    if not asked.required:
        click.secho("- empties the cell", dim=True)


def _chosen(sitting: Review, question: Draft, asked: Field, value: str) -> str:
    """The id or code that was meant by a part of it, or of its name."""
    foreign = {f.field: f.table for f in sitting.work.schemas[question.table].foreign_keys}
    if not value or (asked.name not in foreign and not asked.codes):
        return value
    names = {c.value: c.label_zh for c in asked.categories} or sitting.names(foreign[asked.name])
    if asked.name == "region_id":
        names |= _official(sitting, value)
    return _one_of(names, value)


def _official(sitting: Review, value: str) -> dict[str, str]:
    official = sitting.known.gazetteer.names
    return {code: name for code, name in official.items() if value in (code, name)}


def _one_of(names: dict[str, str], value: str) -> str:
    if value in names:
        return value
    found = [id for id, name in names.items() if value in id or value in name]
    exact = [id for id, name in names.items() if value == name]
    if len(exact or found) == 1:
        return (exact or found)[0]
    near = found[:8] or difflib.get_close_matches(value, names, 5, 0.4)
    shown = ", ".join(f"{id} {names[id]}".rstrip() for id in near)
    raise NotAllowed(f"{value!r} is {'several' if found else 'none'} of them" + (f": {shown}" if shown else ""))


def _exclude(sitting: Review, question: Draft) -> None:
    reason = ""
    if decisions.needs_reason(sitting.work, question):
        asked = sitting.work.schemas["mentions"].field("exclusion")
        _explain(asked)
        proposed = question.cells.get("exclusion", "")
        entered = click.prompt("why is it no fact", default=proposed or None)
        reason = _one_of({c.value: c.label_zh for c in asked.categories}, entered.strip())
    sitting.save(decisions.exclude_row(sitting.work, question, reason))


def _rest_on(sitting: Review, question: Draft) -> None:
    spans = [question, *decisions.mentions_of(sitting.work, question)]
    mention = next((span for span in spans if span.cells.get("role") in MAIN_ROLES), question)
    if mention.table != "mentions":
        raise NotAllowed("no span of the document is asked about here")
    _list_rows(sitting)
    answer = click.prompt("\nrow (its key; o, m, b, p: a new observation, milestone, body, programme)").strip()
    table, key = (NEW_ROWS[answer], "") if answer in NEW_ROWS else (_table_of(sitting, answer), answer)
    role = click.prompt("role", type=click.Choice(ROLES[table]), default=ROLES[table][0])
    new = decisions.rest_on(sitting.work, mention, role, table, key)
    if question.table != "mentions" and not decisions.mentions_of(new, question):
        new = decisions.exclude_row(new, question, "")
    sitting.save(new)


def _list_rows(sitting: Review) -> None:
    click.echo()
    for draft in sitting.work.drafts:
        if draft.table in TARGET:
            told = draft.cells.get("name_zh") or draft.cells.get("title_zh") or draft.cells.get("value_text", "")
            click.echo(f"  {draft.table:<14} {draft.key:<12} {told}  {draft.cells.get('metric_id', '')}".rstrip())


def _table_of(sitting: Review, key: str) -> str:
    found = [table for table in ROLES if key in sitting.names(table)]
    if not found:
        raise NotAllowed(f"there is no row {key!r}, neither here nor in the package")
    return found[0]


def _take_metric(sitting: Review, question: Draft, number: int) -> None:
    metrics = question.proposal.partition("metrics: ")[2].partition(";")[0].split(" | ")
    if question.table != "observations" or number > len(metrics) or not metrics[0]:
        raise NotAllowed("no such metric is proposed here")
    sitting.save(decisions.set_cell(sitting.work, sitting.known, question, "metric_id", metrics[number - 1]))


def _undo(sitting: Review) -> None:
    sitting.work = decisions.undo(sitting.work)
    write_work(sitting.work)


def _again(sitting: Review, question: Draft) -> Draft:
    """The row as it is now."""
    found = sitting.work.find(question.table, question.key)
    assert found, "an answer keeps the row it is about"
    return found
