"""Proposals: what was found in a document and what it may be. They propose, and never decide.

All spans are half-open, in code points of the text as received.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shegong.quantity import Quantity


@dataclass(frozen=True)
class Period:
    """When a figure holds or an event was.

    Attributes:
        start: First day; None where open or unknown.
        end: Last day; None where unknown.
        basis: `stated`, `inferred`, `published` (the source's own dates, left empty here) or `unknown`.
        precision: `day`, `month`, `year` or `interval`: how exactly the words say it; empty where they do not.
    """

    start: date | None
    end: date | None
    basis: str
    precision: str = ""


@dataclass(frozen=True)
class Candidate:
    """A printed run that holds a numeral; each numeral of a document stands in exactly one.

    Attributes:
        start: First character.
        end: One past the last character.
        text: The text as received between them: for a value the shortest run with number, unit and qualifying words.
        role: What it most likely is: `value`, `date`, `detail`, `name`, `title` or `excluded`.
        quantity: What a value says, drawn inwards for nothing: bounds as printed; None for what is no value.
        metrics: Ids of the likeliest metrics of a value, best first, at most three.
        regions: Ids of the likeliest places, best first, at most three.
        period: When a value holds, or what a date says.
        category: For a date by an event's words, the likely category of a milestone; else empty.
        exclusion: The likely reason for an excluded numeral; else empty.
    """

    start: int
    end: int
    text: str
    role: str
    quantity: Quantity | None = None
    metrics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    period: Period | None = None
    category: str = ""
    exclusion: str = ""


@dataclass(frozen=True)
class Place:
    """Words that name a place or say its level (全县), and the place that they most likely mean."""

    start: int
    end: int
    text: str
    region_id: str


@dataclass(frozen=True)
class Name:
    """A name of a body or a programme.

    Attributes:
        start: First character.
        end: One past the last character.
        text: The text as received between them.
        name_zh: The name in simplified script.
        table: `organizations` or `programmes`.
        type: The likely code of its type, or empty.
        known_id: The id of the row of that name which the package has already, or empty.
        region_id: The likely seat or place, or empty.
    """

    start: int
    end: int
    text: str
    name_zh: str
    table: str
    type: str
    known_id: str = ""
    region_id: str = ""


@dataclass(frozen=True)
class Item:
    """A citable item of the document: an article, a notice, a list.

    Attributes:
        start: First character.
        end: One past the last character.
        title_start: First character of its title; equal to `title_end` where none was found.
        title_end: One past the last character of its title.
        title_zh: The title in simplified script.
        publisher: Who published it as far as the text says, or empty.
        published: When, as far as the text says; None where it does not.
    """

    start: int
    end: int
    title_start: int
    title_end: int
    title_zh: str
    publisher: str = ""
    published: Period | None = None


@dataclass(frozen=True)
class Proposals:
    """All that was found in one document, each kind in the order of the text.

    Attributes:
        items: The citable items; they do not overlap.
        candidates: Every numeral of the document.
        places: Every place that is named.
        names: Bodies and programmes.
        boilerplate: Spans that look like page furniture or like other pages' headlines.
    """

    items: tuple[Item, ...]
    candidates: tuple[Candidate, ...]
    places: tuple[Place, ...]
    names: tuple[Name, ...]
    boilerplate: tuple[tuple[int, int], ...]
