"""The proposals for a document: what was found and what it may be. A curator decides.

All spans are half-open, in code points of the text as received.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shegong.quantities.quantity import Quantity


@dataclass(frozen=True)
class Period:
    """The period of a figure, or the date of an event.

    Attributes:
        start: First day; None if open or unknown.
        end: Last day; None if unknown.
        basis: `stated`, `inferred`, `published` (the source's own dates, left empty here) or `unknown`.
        precision: `day`, `month`, `year` or `interval`; empty if the words do not state one.
    """

    start: date | None
    end: date | None
    basis: str
    precision: str = ""


@dataclass(frozen=True)
class Candidate:
    """A printed token with a numeral; each numeral of a document is in exactly one candidate.

    Attributes:
        start: First character.
        end: One past the last character.
        text: The text as received; for a value the number with its unit and qualifying words.
        role: The likely role: `value`, `date`, `detail`, `name`, `title` or `excluded`.
        quantity: The parsed quantity with bounds as printed; None if the role is not `value`.
        metrics: Ids of the likeliest metrics of a value, best first, at most three.
        regions: Ids of the likeliest places, best first, at most three.
        grade: The likely grade of a value's metric, `all` if it has none.
        scope_en: How a value probably differs from the whole, in English; empty for the whole.
        scope_zh: The same in Chinese.
        period: The period of a value, or of a date.
        status: `target` for a value that the text plans or expects, else `reported`.
        category: The likely category of a milestone on this date, or empty.
        exclusion: The likely reason for an excluded numeral, or empty.
    """

    start: int
    end: int
    text: str
    role: str
    quantity: Quantity | None = None
    metrics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    grade: str = "all"
    scope_en: str = ""
    scope_zh: str = ""
    period: Period | None = None
    status: str = "reported"
    category: str = ""
    exclusion: str = ""


@dataclass(frozen=True)
class Place:
    """Words that name a place or its level (全县), and the place that they most likely mean."""

    start: int
    end: int
    text: str
    region_id: str


@dataclass(frozen=True)
class Name:
    """A name of an organization or a programme.

    Attributes:
        start: First character.
        end: One past the last character.
        text: The text as received.
        name_zh: The name in simplified script.
        table: `organizations` or `programmes`.
        type: The likely code of its type, or empty.
        known_id: The id of the row of that name in the package, or empty.
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
        title_start: First character of its title; equal to `title_end` if there is none.
        title_end: One past the last character of its title.
        title_zh: The title in simplified script.
        publisher: The publisher that the text states, or empty.
        published: The day of publication that the text states, or None.
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
    """All proposals for one document, each kind in the order of the text.

    Attributes:
        items: The citable items, at least one; they do not overlap.
        candidates: Every numeral of the document.
        places: Every place that is named.
        names: Organizations and programmes.
        boilerplate: Spans that look like page furniture or like other pages' headlines.
    """

    items: tuple[Item, ...]
    candidates: tuple[Candidate, ...]
    places: tuple[Place, ...]
    names: tuple[Name, ...]
    boilerplate: tuple[tuple[int, int], ...]
