"""A language of the site: its texts, the names of rows, the labels of codes, figures as it writes them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from shegong.package.package import Package
from shegong.package.schema import Category, Field, TableSchema
from shegong.site import figure_text
from shegong.site.texts import TEXTS

Cells = dict[str, Any]
CODES = ("en", "zh")
TAGS = {"en": "en", "zh": "zh-Hans"}
"""Language tags of HTML."""
BOTH = re.compile(r"(.*?\.) ([^ ]*[\u3400-\u9fff].*)", re.S)
"""A comment of the database: English, then Chinese."""


@dataclass(frozen=True)
class Language:
    """A language: its code, its texts, and the labels and definitions of the package's codes."""

    code: str
    texts: dict[str, str]
    labels: dict[tuple[str, str, str], str]
    definitions: dict[tuple[str, str, str], str]

    @property
    def other(self) -> str:
        """The code of the other language."""
        return "zh" if self.code == "en" else "en"

    @property
    def other_tag(self) -> str:
        """The language tag of the other language."""
        return TAGS[self.other]

    @property
    def tag(self) -> str:
        """The language tag of HTML."""
        return TAGS[self.code]

    def text(self, key: str, **values: Any) -> str:
        """Return a text with its names filled in; a value is escaped unless it is markup."""
        if any(isinstance(value, Markup) for value in values.values()):
            return Markup(self.texts[key]).format(**values)
        return self.texts[key].format(**values)

    def name(self, row: Cells, prefix: str) -> str:
        """Return the name, title or scope of a row in this language, else in the other; empty text without either."""
        return str(row[f"{prefix}_{self.code}"] or row[f"{prefix}_{self.other}"] or "")

    def label(self, table: str, column: str, code: str) -> str:
        """Return the label of a code."""
        return self.labels.get((table, column, code), code)

    def definition(self, table: str, column: str, code: str) -> str:
        """Return the definition of a code."""
        return self.definitions.get((table, column, code), "")

    def number(self, value: float) -> str:
        """Write a number."""
        return figure_text.number(value, self.code)

    def approximate(self, value: float) -> str:
        """Write a computed number with three significant digits."""
        return figure_text.approximate(value, self.code)

    def figure(self, row: Cells) -> str:
        """Write a figure with the mark of its qualifier, without its unit."""
        return figure_text.figure(row, self.code)

    def part(self, both: str) -> str:
        """Return the part in this language of a comment of the database: English, then Chinese."""
        found = BOTH.fullmatch(both)
        return found[CODES.index(self.code) + 1] if found else both

    def day(self, date: datetime.date) -> str:
        """Write a day."""
        return figure_text.day(date, self.code)

    def size(self, bytes: int) -> str:
        """Write the size of a file."""
        return f"{bytes / 1024**2:,.1f} MiB" if bytes >= 1024**2 else f"{bytes / 1024:,.0f} KiB"

    def described(self, described: TableSchema | Field) -> str:
        """Return the description of a table or column."""
        return described.description if self.code == "en" else described.description_zh

    def labelled(self, category: Category) -> str:
        """Return the label of a category."""
        return category.label if self.code == "en" else category.label_zh

    def defined(self, category: Category) -> str:
        """Return the definition of a category."""
        return category.definition if self.code == "en" else category.definition_zh

    @property
    def gap(self) -> str:
        """What separates two sentences."""
        return " " if self.code == "en" else ""

    def join(self, names: Iterable[str]) -> str:
        """Join names to a list."""
        return (", " if self.code == "en" else "、").join(names)

    def year(self, row: Cells) -> str:
        """Write the year of a figure."""
        return self.text("year_of", year=row["year"]) if row["year"] else self.texts["year_unknown"]

    def share(self, row: Cells) -> str:
        """Write a computed figure with three significant digits and the mark of its qualifier."""
        return figure_text.figure(row, self.code, figure_text.approximate)

    def figure_with_unit(self, row: Cells) -> str:
        """Write a figure with its mark and unit."""
        return figure_text.with_unit(self.figure(row), row["unit"], self.unit(row["unit"]), self.code)

    def unit(self, code: str) -> str:
        """Return the unit as it is written beside a number or over a column."""
        label = self.label("metrics", "unit", code)
        return label if self.code == "zh" else figure_text.UNITS_EN.get(code, label)

    def bounds(self, row: Cells) -> str:
        """Write the bounds of a figure in words."""
        lower, upper = row["value_lower"], row["value_upper"]
        if lower is None and upper is None:
            return self.texts["no_bounds"]
        if upper is None:
            return self.text("bounds_from", lower=self.number(lower))
        if lower is None:
            return self.text("bounds_to", upper=self.number(upper))
        if lower == upper:
            return self.texts["one_value"]
        return self.text("bounds_range", lower=self.number(lower), upper=self.number(upper))

    def period(self, row: Cells) -> str:
        """Write the period of a figure."""
        is_span = row["kind"] in figure_text.SPANS
        return figure_text.period(row["period_start"], row["period_end"], is_span, self.code)

    def date(self, row: Cells) -> str:
        """Write the date of a milestone."""
        if row["status"] == "recurring":
            return self.label("milestones", "status", "recurring")
        return figure_text.period(row["date_start"], row["date_end"], False, self.code)

    def published(self, row: Cells) -> str:
        """Write when a source was published."""
        if row["published_from"] is None and row["published_to"] is None:
            return self.texts["date_unknown"]
        return figure_text.period(row["published_from"], row["published_to"], False, self.code)


def language_of(package: Package, code: str) -> Language:
    """Return a language of the site, with the code lists of a package."""
    index = CODES.index(code)
    texts = {key: both[index] for key, both in TEXTS.items()}
    language = Language(code, texts, {}, {})
    for schema in package.schemas.values():
        for field in schema.fields:
            for category in field.categories:
                key = (schema.name, field.name, category.value)
                language.labels[key] = language.labelled(category)
                language.definitions[key] = language.defined(category)
    return language
