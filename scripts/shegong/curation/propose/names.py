"""Find the names of organizations and programmes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from shegong.chinese import MAX_MENTION_LETTERS, letters
from shegong.curation.extract.normalize import NormalizedText
from shegong.curation.propose.found_names import ORGANIZATIONS, PROGRAMMES, FoundName, Seats
from shegong.curation.propose.organizations import find_organizations, organization_type
from shegong.curation.propose.programmes import EXAMINATION, find_programmes, programme_type
from shegong.curation.propose.proposals import Name, Place
from shegong.curation.propose.vocabulary import Vocabulary


def find_names(
    normalized: NormalizedText,
    places: Sequence[Place],
    vocabulary: Vocabulary,
) -> tuple[Name, ...]:
    """Find the names of organizations and programmes.

    Args:
        normalized: The document.
        places: What `find_places` found in it.
        vocabulary: The vocabulary of the package.

    Returns:
        Every occurrence, in the order of the text; none overlaps another.
    """
    seats = Seats(normalized, places, vocabulary.gazetteer)
    known = {
        **{_as_normalized(name): (PROGRAMMES, id, name) for name, id in vocabulary.programmes.items()},
        **{_as_normalized(name): (ORGANIZATIONS, id, name) for name, id in vocabulary.organizations.items()},
    }
    found = [
        *_find_known(normalized.text, known),
        *find_organizations(normalized.text, seats),
        *find_programmes(normalized.text),
    ]
    kept = (name for name in _without_overlaps(found) if letters(normalized.text[name.start : name.end]))
    return tuple(_name(normalized, name, seats, known) for name in kept)


def _as_normalized(name: str) -> str:
    """Return a name as it is in a normalized text."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name))


def _find_known(text: str, known: Mapping[str, tuple[str, str, str]]) -> Iterator[FoundName]:
    if not known:
        return
    longest_first = sorted(known, key=len, reverse=True)
    for match in re.finditer("|".join(re.escape(name) for name in longest_first), text):
        table, _, name = known[match[0]]
        kind = organization_type(match[0]) if table == ORGANIZATIONS else programme_type(match[0])
        yield FoundName(match.start(), match.end(), name, table, kind)


def _without_overlaps(found: Iterable[FoundName]) -> list[FoundName]:
    """Keep of overlapping names the first, of these the longest; a known name wins."""
    apart: list[FoundName] = []
    for name in sorted(found, key=lambda name: (name.start, -name.end)):
        if not apart or name.start >= apart[-1].end:
            apart.append(name)
    return apart


def _name(
    normalized: NormalizedText, found: FoundName, seats: Seats, known: Mapping[str, tuple[str, str, str]]
) -> Name:
    first, last = _identifying(normalized.text, found.start, found.end)
    start, end = normalized.span(first, last)
    table, known_id, name = known.get(_as_normalized(found.name), (found.table, "", _printed(normalized, found)))
    if found.type == "examination" and not known_id:  # one examination under several names
        table, known_id, name = next(
            (row for form, row in known.items() if EXAMINATION.fullmatch(form)), (table, "", name)
        )
    region = found.region_id or ("" if table == ORGANIZATIONS else seats.near(found.start))
    return Name(start, end, normalized.received[start:end], name, table, found.type, known_id, region)


def _printed(normalized: NormalizedText, found: FoundName) -> str:
    """Return a name as printed; one completed by the name of its place keeps only its own part as printed."""
    text = normalized.text[found.start : found.end]
    shared = next((at for at in range(len(text)) if found.name.endswith(text[at:])), len(text))
    printed = normalized.printed(found.start + shared, found.end)
    return found.name[: len(found.name) - (len(text) - shared)] + printed


def _identifying(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the last part of a name that is short enough for the ledger; it shows the kind."""
    while len(letters(text[start:end])) >= MAX_MENTION_LETTERS:
        start += 1
    while start < end and not text[start].isalnum():
        start += 1
    return start, end
