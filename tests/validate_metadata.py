"""Ask each community's own validator about the metadata, in an environment of `validators.lock` or `cffconvert.lock`.

    python tests/validate_metadata.py FOLDER cff
    python tests/validate_metadata.py FOLDER croissant datacite zenodo bibtex csl

FOLDER holds CITATION.cff, metadata/, .zenodo.json and data/; citations, if any, lie in citations/ as NAME.bib and
NAME.json, with the title that NAME.bib must print in NAME.txt. Exit code 1 if a validator complains.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def cff(folder: Path) -> Iterator[str]:
    """The official schema of the Citation File Format, as cffconvert carries it."""
    from cffconvert import Citation

    try:
        Citation((folder / "CITATION.cff").read_text("utf-8")).validate()
    except Exception as error:  # each version of the format has its own
        yield f"CITATION.cff: {first_line(error)}"


def croissant(folder: Path) -> Iterator[str]:
    """Whether mlcroissant accepts the description, and reads every cell of every table through it."""
    import mlcroissant
    from absl import logging

    logging.set_verbosity(logging.ERROR)
    try:
        dataset = mlcroissant.Dataset(folder / "metadata/croissant.json")
    except Exception as error:
        yield f"croissant.json: {error}"
        return
    yield from (f"croissant.json: {issue}" for issue in [*dataset.metadata.ctx.issues.warnings])
    if dataset.metadata.url is None:
        print("croissant: the mandatory url is absent: the descriptor has no homepage")
    files = {file.id: folder / "metadata" / file.content_url for file in dataset.metadata.file_objects}
    yield from unlike_hashes(dataset, files)
    for record_set in dataset.metadata.record_sets:
        try:
            # A data set that has read a table which refers to this one yields the names of its columns instead.
            records = list(mlcroissant.Dataset(folder / "metadata/croissant.json").records(record_set.id))
        except Exception as error:
            yield f"croissant.json: {record_set.id} does not load: {error.__cause__ or error}"
            continue
        if record_set.data:
            yield from unlike_codes(record_set, records)
        else:
            yield from unlike_rows(record_set, records, files[record_set.fields[0].source.file_object])


def unlike_hashes(dataset: Any, files: dict[str, Path]) -> Iterator[str]:
    for file in dataset.metadata.file_objects:
        content = files[file.id].read_bytes()
        if (file.sha256, file.content_size) != (hashlib.sha256(content).hexdigest(), f"{len(content)} B"):
            yield f"croissant.json: size or hash of {file.id} is not the file's"


def unlike_codes(record_set: Any, records: list[dict[str, Any]]) -> Iterator[str]:
    if records != record_set.data or not records:
        yield f"croissant.json: {record_set.id} has {len(records)} codes, not {len(record_set.data)}"
    print(f"croissant: {record_set.id}: {len(records)} codes")


def unlike_rows(record_set: Any, records: list[dict[str, Any]], path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    print(f"croissant: {record_set.id}: {len(records)} records of {len(rows)} rows")
    if len(records) != len(rows):
        yield f"croissant.json: {record_set.id} gives {len(records)} records, and the file has {len(rows)} rows"
    for number, (record, row) in enumerate(zip(records, rows, strict=False), 2):
        for column, cell in row.items():
            if not is_same(record[f"{record_set.id}/{column}"], cell):
                yield f"{path.name}:{number}:{column}: {record[f'{record_set.id}/{column}']!r}, not {cell!r}"


def is_same(value: Any, cell: str) -> bool:
    if value is None:
        return cell == ""
    if isinstance(value, bytes):
        return value.decode("utf-8") == cell
    if isinstance(value, bool):
        return str(value).lower() == cell
    return value.strftime("%Y-%m-%d") == cell if hasattr(value, "strftime") else float(value) == float(cell)


def datacite(folder: Path) -> Iterator[str]:
    """The JSON schema of DataCite 4.5, as the package `datacite` carries it."""
    from datacite import schema45
    from jsonschema import Draft201909Validator

    content = json.loads((folder / "metadata/datacite.json").read_text("utf-8"))
    if not isinstance(schema45.validator, Draft201909Validator):
        yield "datacite: the validator does not know the draft of the schema, and would skip a part of it"
    for error in schema45.validator.iter_errors(content):
        yield f"datacite.json: {'/'.join(str(part) for part in error.absolute_path)}: {error.message}"
    if "doi" not in content:
        print("datacite: the mandatory identifier, a DOI, is absent: it is minted at deposition")


def zenodo(folder: Path) -> Iterator[str]:
    """Only that it is a JSON object: Zenodo publishes no validator."""
    print("zenodo: no validator of Zenodo's own installs; .zenodo.json is only read")
    if not isinstance(json.loads((folder / ".zenodo.json").read_text("utf-8")), dict):
        yield ".zenodo.json: no JSON object"


def bibtex(folder: Path) -> Iterator[str]:
    """Whether pybtex parses each citation, strictly, and prints its title."""
    import pybtex.database
    from pybtex.richtext import Text

    for path in sorted((folder / "citations").glob("*.bib")):
        try:
            entries = pybtex.database.parse_file(path).entries
            titles = [str(Text.from_latex(entry.fields["title"])) for entry in entries.values()]
        except Exception as error:
            yield f"{path.name}: {first_line(error)}"
            continue
        expected = path.with_suffix(".txt")
        if expected.exists() and titles[0] != expected.read_text("utf-8"):
            yield f"{path.name}: prints {titles[0]!r}, not {expected.read_text('utf-8')!r}"
        print(f"bibtex: {path.name}: {', '.join(entries)}")


def csl(folder: Path) -> Iterator[str]:
    """Whether citeproc sets each citation in a style, with its title."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    for path in sorted((folder / "citations").glob("*.json")):
        items = json.loads(path.read_text("utf-8"))
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        try:
            bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
            for item in items:
                bibliography.register(Citation([CitationItem(item["id"].lower())]))
            printed = [str(line) for line in bibliography.bibliography()]
        except Exception as error:
            yield f"{path.name}: {first_line(error)}"
            continue
        print(f"csl: {path.name}: {' / '.join(printed)}")
        if len(printed) != len(items) or not all(any(words(item) in line for line in printed) for item in items):
            yield f"{path.name}: a title is not printed: {printed}"


def words(item: dict[str, Any]) -> str:
    # A style changes quotes and the case of what it prints: a few letters of the title are enough.
    return item["title"][:4]


def first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"


CHECKS: dict[str, Callable[[Path], Iterator[str]]] = {
    check.__name__: check for check in (cff, croissant, datacite, zenodo, bibtex, csl)
}


def main(arguments: list[str]) -> int:
    if len(arguments) < 2 or not set(arguments[1:]) <= set(CHECKS):
        print(f"usage: validate_metadata.py FOLDER {{{','.join(CHECKS)}}}...", file=sys.stderr)
        return 2
    complaints = [line for name in arguments[1:] for line in CHECKS[name](Path(arguments[0]))]
    for line in complaints:
        print(f"complaint: {line}")
    print(f"{', '.join(arguments[1:])}: {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
