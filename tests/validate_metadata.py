"""Ask each community's own validator about the metadata, in an environment of `validators.lock`.

    python tests/validate_metadata.py FOLDER

FOLDER holds metadata/, data/ and citations/ with NAME.bib and NAME.json, and the title that NAME.bib must print in
NAME.txt, if any. Exit code 1 if a validator complains. Zenodo publishes no validator.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def croissant(path: Path) -> Iterator[str]:
    """Whether mlcroissant accepts the description, and reads every cell of every table through it."""
    import mlcroissant
    from absl import logging

    logging.set_verbosity(logging.ERROR)
    metadata = mlcroissant.Dataset(path).metadata
    yield from metadata.ctx.issues.warnings
    files = {file.id: path.parent / file.content_url for file in metadata.file_objects}
    for record_set in metadata.record_sets:
        # A data set that has read a table which refers to this one yields the names of its columns instead.
        records = list(mlcroissant.Dataset(path).records(record_set.id))
        if not record_set.data:
            yield from unlike_rows(record_set, records, files[record_set.fields[0].source.file_object])
        elif records != record_set.data:
            yield f"{record_set.id} has {len(records)} codes, not {len(record_set.data)}"


def unlike_rows(record_set: Any, records: list[dict[str, Any]], path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for record, row in zip(records, rows, strict=True):
        if (found := {column: printed(record[f"{record_set.id}/{column}"]) for column in row}) != row:
            yield f"{path.name}: {found}, not {row}"


def printed(value: Any) -> str:
    """Write a value as a cell of a table."""
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else f"{value:.15g}"


def datacite(path: Path) -> Iterator[str]:
    """The JSON schema of DataCite 4.5, as the package `datacite` carries it."""
    from datacite import schema45
    from jsonschema import Draft201909Validator

    if not isinstance(schema45.validator, Draft201909Validator):
        yield "the validator does not know the draft of the schema, and would skip a part of it"
    for error in schema45.validator.iter_errors(json.loads(path.read_text("utf-8"))):
        yield f"{'/'.join(str(part) for part in error.absolute_path)}: {error.message}"


def bibtex(path: Path) -> Iterator[str]:
    """Whether pybtex parses a citation, strictly, and prints its title."""
    import pybtex.database
    from pybtex.richtext import Text

    entries = pybtex.database.parse_file(path).entries.values()
    title, *_ = [str(Text.from_latex(entry.fields["title"])) for entry in entries]
    expected = path.with_suffix(".txt")
    if expected.exists() and title != expected.read_text("utf-8"):
        yield f"prints {title!r}, not {expected.read_text('utf-8')!r}"


def csl(path: Path) -> Iterator[str]:
    """Whether citeproc sets a citation in a style, with its title."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    items = json.loads(path.read_text("utf-8"))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"].lower())]))
    printed = [str(line) for line in bibliography.bibliography()]
    # A style changes quotes and the case of what it prints: a few letters of the title are enough.
    if len(printed) != len(items) or not all(any(item["title"][:4] in line for line in printed) for item in items):
        yield f"a title is not printed: {printed}"


CHECKS: dict[str, Callable[[Path], Iterator[str]]] = {
    "metadata/croissant.json": croissant,
    "metadata/datacite.json": datacite,
    "citations/*.bib": bibtex,
    "citations/*.json": csl,
}


def complaints(path: Path, check: Callable[[Path], Iterator[str]]) -> Iterator[str]:
    try:
        yield from check(path)
    except Exception as error:  # each validator has its own
        yield f"{type(error).__name__}: {error.__cause__ or error}"


def main(folder: Path) -> int:
    chosen = [(path, check) for pattern, check in CHECKS.items() for path in sorted(folder.glob(pattern))]
    found = [f"{path.name}: {' '.join(line.split())}" for path, check in chosen for line in complaints(path, check)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
