"""Table Schemas: the only statement of columns, types, constraints, keys and code lists.

Standard library only: consumers load the tables through these too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from shegong.errors import PackageError

NAME = re.compile("[a-z][a-z0-9_]*")
PROSE = (
    *("title", "title_zh", "description", "description_zh", "example"),
    *("value", "label", "label_zh", "definition", "definition_zh"),
)
TYPES = ("string", "integer", "number", "date", "boolean")


@dataclass(frozen=True)
class Category:
    """A code of a code list. `classifiers` are the Chinese measure words of a unit."""

    value: str
    label: str
    label_zh: str
    definition: str
    definition_zh: str
    classifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """A column: its type (`string`, `integer`, `number`, `date`, `boolean`) and what its cells may be.

    `verbatim` marks a column that repeats characters of a document, spaces and script included. `enum` repeats the
    codes of the categories, for tools that do not know categories.
    """

    name: str
    type: str
    title: str
    title_zh: str
    description: str
    description_zh: str
    example: str
    required: bool
    format: str = "default"
    verbatim: bool = False
    pattern: str | None = None
    minimum: float | str | None = None
    maximum: float | str | None = None
    min_length: int | None = None
    max_length: int | None = None
    enum: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The values of the code list, in its order."""
        return tuple(category.value for category in self.categories)


@dataclass(frozen=True)
class ForeignKey:
    """A column whose values are keys of `table` (`table` may be the column's own)."""

    field: str
    table: str
    reference: str


@dataclass(frozen=True)
class TableSchema:
    """A table: its columns in order and its keys."""

    name: str
    title: str
    title_zh: str
    description: str
    description_zh: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    unique_keys: tuple[tuple[str, ...], ...]
    foreign_keys: tuple[ForeignKey, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """Return the column called `name`.

        Raises:
            KeyError: The table has no such column.
        """
        return {field.name: field for field in self.fields}[name]


def parse_schema(name: str, source: dict[str, Any]) -> TableSchema:
    """Read a Table Schema, also one that the strict profile has not validated.

    Raises:
        PackageError: It lacks what the tables need, or a name in it is not safe in SQL.
    """
    try:
        schema = _schema(name, source)
        _require_names(schema)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise PackageError(f"{name}: is not a Table Schema of this package: {error} (run `shegong check`)") from None
    return schema


def _require_names(schema: TableSchema) -> None:
    """Require names of lower-case letters, digits and underscores: untrusted ones too are interpolated into SQL."""
    keys = (schema.primary_key, *schema.unique_keys, *((k.field, k.table, k.reference) for k in schema.foreign_keys))
    for word in (schema.name, *schema.columns, *(word for key in keys for word in key)):
        if not NAME.fullmatch(word):
            raise PackageError(f"{schema.name!r}: {word!r} is not the name of a table or column (run `shegong check`)")
    _require_text(schema, *schema.fields, *(category for field in schema.fields for category in field.categories))
    for field in schema.fields:
        if field.type not in TYPES:
            raise PackageError(f"{schema.name}: {field.type!r} of {field.name!r} is not a type (run `shegong check`)")


def _require_text(*described: TableSchema | Field | Category) -> None:
    for part in described:
        for key, value in vars(part).items():
            if key in PROSE and not isinstance(value, str):
                raise TypeError(f"{key} is not text")


def _schema(name: str, source: dict[str, Any]) -> TableSchema:
    return TableSchema(
        name=name,
        title=source["title"],
        title_zh=source["title_zh"],
        description=source["description"],
        description_zh=source["description_zh"],
        fields=tuple(_field(item) for item in source["fields"]),
        primary_key=tuple(source["primaryKey"]),
        unique_keys=tuple(tuple(key) for key in source.get("uniqueKeys", [])),
        foreign_keys=tuple(_foreign_key(name, item) for item in source.get("foreignKeys", [])),
    )


def _field(item: dict[str, Any]) -> Field:
    constraints = item["constraints"]
    return Field(
        **{key: item[key] for key in ("name", "type", "title", "title_zh", "description", "description_zh", "example")},
        format=item.get("format", "default"),
        verbatim=item.get("verbatim", False),
        required=constraints["required"],
        pattern=constraints.get("pattern"),
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
        min_length=constraints.get("minLength"),
        max_length=constraints.get("maxLength"),
        enum=tuple(constraints.get("enum", [])),
        categories=tuple(
            Category(**{**category, "classifiers": tuple(category.get("classifiers", []))})
            for category in item.get("categories", [])
        ),
    )


def _foreign_key(table: str, item: dict[str, Any]) -> ForeignKey:
    reference = item["reference"]
    return ForeignKey(item["fields"][0], reference.get("resource", table), reference["fields"][0])
