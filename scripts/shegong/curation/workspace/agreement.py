"""Agreement: compare two annotations of one document, by the spans of their rows, or of one page, by their cells."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from shegong.chinese import NUMERAL
from shegong.curation.workspace.work_folder import YES, Cells, WorkFolder
from shegong.errors import PackageError
from shegong.ledger import TARGET_COLUMNS
from shegong.package.package import Package

ANCHOR_ROLES = {
    "sources": "",
    "organizations": "name",
    "programmes": "name",
    "observations": "value",
    "milestones": "date",
}
"""For each table the role of the mentions that identify a row in both annotations; a source has its own range."""
PAGE_ANCHORS = {
    "sources": ("source_id", "title_zh"),
    "organizations": ("name_zh",),
    "programmes": ("name_zh",),
    "observations": ("value_text", "metric_id", "region_id"),
    "milestones": ("date_end", "category", "region_id"),
}
"""The cells that identify a row of a page, which has no spans: in both annotations all but one of them are alike."""
LABELS = {"organizations": ("name_zh",), "programmes": ("name_zh",), "sources": ("char_start", "url", "title_zh")}
"""Columns used to label rows whose keys differ between annotations: the first that is filled."""
FREE_TEXT = frozenset({"title_zh", "title_en", "name_zh", "name_en", "description_en", "description_zh", "note"})
"""Free-text columns; they are not compared."""

Span = tuple[int, int]
Anchor = tuple[tuple[str, str], ...]
"""Columns and their cells, which together identify a row."""


@dataclass(frozen=True)
class AnnotatedRow:
    """A row of an annotation: its key, where it is, the spans or cells that identify it, and its coded cells."""

    key: str
    place: str
    spans: frozenset[Span]
    anchors: frozenset[Anchor]
    cells: Cells

    def is_same(self, other: AnnotatedRow) -> bool:
        """Return whether spans of both overlap, or enough of their cells are alike."""
        overlap = any(i < n and m < j for i, j in self.spans for m, n in other.spans)
        return overlap or not self.anchors.isdisjoint(other.anchors)


@dataclass(frozen=True)
class Annotation:
    """One annotation of a document or a page.

    Attributes:
        name: Its folder.
        sha256: SHA-256 of the document; empty for a page.
        tables: The accepted rows, by table, as text.
        places: Where a row is, by table and key.
        labels: For keys that differ between annotations what they mean: names, and starts of sources.
        undecided: Number of rows without a decision; they are left out.
    """

    name: str
    sha256: str
    tables: dict[str, list[Cells]]
    places: dict[tuple[str, str], str]
    labels: dict[str, dict[str, str]]
    undecided: int = 0

    def rows(self, table: str) -> list[AnnotatedRow]:
        """Return the rows of a table, ready to be paired."""
        key, role = TARGET_COLUMNS[table], ANCHOR_ROLES[table]
        spans: dict[str, set[Span]] = defaultdict(set)
        for mention in self.tables["mentions"]:
            if mention["role"] == role:
                spans[mention[key]].add((int(mention["char_start"]), int(mention["char_end"])))
        return [
            AnnotatedRow(
                row[key],
                self.places.get((table, row[key]), ""),
                _spans(row, spans[row[key]]),
                frozenset() if self.sha256 else _anchors(table, row),
                self._coded(key, row),
            )
            for row in self.tables[table]
        ]

    def _coded(self, key: str, row: Cells) -> Cells:
        kept = {name: cell for name, cell in row.items() if name not in FREE_TEXT and name not in (key, "document_id")}
        return {name: self.labels.get(name, {}).get(cell, cell) for name, cell in kept.items()}


@dataclass(frozen=True)
class Difference:
    """One difference between two annotations; a side that lacks the row is empty."""

    table: str
    place_a: str
    place_b: str
    column: str
    a: str
    b: str


@dataclass(frozen=True)
class Agreement:
    """The agreement on one table: rows in both or in one, and the coded cells of those in both."""

    table: str
    both: int
    only_a: int
    only_b: int
    cells: int
    same_cells: int


@dataclass(frozen=True)
class Comparison:
    """Two annotations side by side.

    Attributes:
        a: Name of the first.
        b: Name of the second.
        undecided: Number of rows of either without a decision; they are left out.
        numerals: Numerals of the document.
        same_numerals: Numerals that both annotations account for in the same way.
        kappa: Cohen's kappa over the numerals: agreement beyond chance, 1 if perfect.
        tables: Agreement on the rows, table by table.
        differences: Every difference, in the order of the document.
    """

    a: str
    b: str
    undecided: tuple[int, int]
    numerals: int
    same_numerals: int
    kappa: float
    tables: tuple[Agreement, ...]
    differences: tuple[Difference, ...]


def annotation_of_work(package: Package, work: WorkFolder) -> Annotation:
    """Return the annotation in a work folder: its accepted rows, and the rows of the package that it names."""
    accepted = [draft for draft in work.drafts if work.decision(draft) == YES]
    tables = {name: [draft.cells for draft in accepted if draft.table == name] for name in work.schemas}
    known = {name: package.rows(name) for name in LABELS}
    labels = _labels({name: known[name] + tables[name] for name in LABELS})
    for name in ("organizations", "programmes"):
        tables[name] = _named(name, tables[name] + known[name], tables)
    places = {draft.name: work.place(draft) for draft in accepted}
    undecided = sum(not work.decision(draft) for draft in work.drafts)
    return Annotation(str(work.path), work.sha256, tables, places, labels, undecided)


def annotation_of_package(package: Package, work: WorkFolder) -> Annotation:
    """Return the annotation of the document or page of a work folder in the tables of a package.

    Raises:
        PackageError: The package does not contain it.
    """
    rows = {name: package.rows(name) for name in package.schemas}
    tables = {name: list(_rows_of(work, rows, name)) for name in ("mentions", "sources")}
    if not tables["sources"]:
        what = f"document {work.sha256}" if work.document else f"page of {work.path}"
        raise PackageError(f"{package.root}: the package does not contain the {what}")
    sources = {row["source_id"] for row in tables["sources"]}
    tables |= {t: [row for row in rows[t] if row["source_id"] in sources] for t in ("observations", "milestones")}
    tables |= {name: _named(name, rows[name], tables) for name in ("organizations", "programmes")}
    keys = ((name, next(iter(row.values()))) for name, found in tables.items() for row in found)
    places = {(name, key): f"{package.file(name)}:{key}" for name, key in keys}
    return Annotation(str(package.root), work.sha256, tables, places, _labels(rows))


def _rows_of(work: WorkFolder, rows: dict[str, list[Cells]], table: str) -> Iterator[Cells]:
    """Yield the rows of a table that are of the document of a work folder, or the sources of its page."""
    documents = {row["document_id"] for row in rows["documents"] if row["sha256"] == work.sha256}
    for row in rows[table]:
        is_page = not work.document and table == "sources" and work.find(table, row["source_id"])
        if is_page or row["document_id"] in documents:
            yield row


def _named(table: str, rows: list[Cells], tables: dict[str, list[Cells]]) -> list[Cells]:
    """Return the rows of a table that mentions name; without mentions, those that other rows refer to."""
    key = TARGET_COLUMNS[table]
    named = {mention[key] for mention in tables["mentions"] if mention["role"] == "name"}
    if not tables["mentions"]:
        referring = [row for name in ("sources", "observations", "milestones") for row in tables[name]]
        columns = (key, "publisher_id") if table == "organizations" else (key,)
        named = {row.get(column, "") for row in referring for column in columns}
    return [row for row in rows if row[key] in named]


def _labels(rows: dict[str, list[Cells]]) -> dict[str, dict[str, str]]:
    keys = {table: TARGET_COLUMNS[table] for table in LABELS}
    labels = {keys[t]: {row[keys[t]]: _label(t, row) for row in rows[t]} for t in LABELS}
    return {**labels, "publisher_id": labels["organization_id"]}


def _label(table: str, row: Cells) -> str:
    return next((row[column] for column in LABELS[table] if row[column]), "")


def compare(a: Annotation, b: Annotation, text: str) -> Comparison:
    """Compare two annotations of a document or a page.

    Args:
        a: One annotation.
        b: The other.
        text: The document as received; empty for a page.

    Raises:
        PackageError: They annotate different documents.
    """
    if a.sha256 != b.sha256:
        raise PackageError(f"{a.name} and {b.name} annotate different documents")
    of_a, of_b = _accounting(a), _accounting(b)
    numerals = [(match[0], match.start(), of_a[match.start()], of_b[match.start()]) for match in NUMERAL.finditer(text)]
    differing = [
        Difference("numerals", f"character {at} {numeral!r}", "", "role", role_a, role_b)
        for numeral, at, role_a, role_b in numerals
        if role_a != role_b
    ]
    compared = [_compare_table(table, a.rows(table), b.rows(table)) for table in ANCHOR_ROLES]
    return Comparison(
        a.name,
        b.name,
        (a.undecided, b.undecided),
        len(numerals),
        len(numerals) - len(differing),
        kappa([(role_a, role_b) for _, _, role_a, role_b in numerals]),
        tuple(agreement for agreement, _ in compared),
        (*differing, *(difference for _, found in compared for difference in found)),
    )


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Return Cohen's kappa of two codings of the same items (Cohen 1960); 1 if both used a single, common code."""
    if not pairs:
        return 1.0
    observed = sum(a == b for a, b in pairs) / len(pairs)
    of_a, of_b = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    chance = sum(of_a[code] * of_b[code] for code in of_a) / len(pairs) ** 2
    return 1.0 if chance == 1 else (observed - chance) / (1 - chance)


def _accounting(annotation: Annotation) -> defaultdict[int, str]:
    """Return how each character is accounted for: roles other than title, and the reason of an exclusion."""
    roles: defaultdict[int, set[str]] = defaultdict(set)
    for mention in annotation.tables["mentions"]:
        if mention["role"] != "title":
            role = f"{mention['role']} {mention['exclusion']}".rstrip()
            for at in range(int(mention["char_start"]), int(mention["char_end"])):
                roles[at].add(role)
    return defaultdict(str, {at: ", ".join(sorted(found)) for at, found in roles.items()})


def _spans(row: Cells, anchors: set[Span]) -> frozenset[Span]:
    """Return the spans that identify a row; a source is identified by its own range."""
    is_source = "char_start" in row and row["char_start"]
    return frozenset({(int(row["char_start"]), int(row["char_end"]))}) if is_source else frozenset(anchors)


def _anchors(table: str, row: Cells) -> frozenset[Anchor]:
    """Return each choice of all but one of the cells that identify a row of a page, without empty ones."""
    columns = PAGE_ANCHORS[table]
    choices = combinations(((column, row[column]) for column in columns), max(len(columns) - 1, 1))
    return frozenset(choice for choice in choices if all(cell for _, cell in choice))


def _compare_table(table: str, a: list[AnnotatedRow], b: list[AnnotatedRow]) -> tuple[Agreement, list[Difference]]:
    pairs = list(_pairs(a, b))
    in_pairs = {id(row) for pair in pairs for row in pair}
    only_a, only_b = ([row for row in side if id(row) not in in_pairs] for side in (a, b))
    differing = [(x, y, name) for x, y in pairs for name in x.cells if x.cells[name] != y.cells[name]]
    cells = sum(len(x.cells) for x, _ in pairs)
    differences = [
        *(Difference(table, x.place, y.place, name, x.cells[name], y.cells[name]) for x, y, name in differing),
        *(Difference(table, row.place, "", "", _shown(row), "") for row in only_a),
        *(Difference(table, "", row.place, "", "", _shown(row)) for row in only_b),
    ]
    return Agreement(table, len(pairs), len(only_a), len(only_b), cells, cells - len(differing)), differences


def _pairs(a: list[AnnotatedRow], b: list[AnnotatedRow]) -> Iterator[tuple[AnnotatedRow, AnnotatedRow]]:
    """Yield the rows that are the same in both, those with most cells alike first; each row once."""
    same = [(x, y) for x in a for y in b if x.is_same(y)]
    same.sort(key=lambda pair: -sum(pair[0].cells[name] == pair[1].cells[name] for name in pair[0].cells))
    taken: set[int] = set()
    for x, y in same:
        if taken.isdisjoint((id(x), id(y))):
            taken |= {id(x), id(y)}
            yield x, y


def _shown(row: AnnotatedRow) -> str:
    return " ".join(cell for cell in row.cells.values() if cell)
