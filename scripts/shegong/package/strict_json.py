"""Read JSON strictly: UTF-8, one object, no duplicate keys, no NaN, bounded depth."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from shegong.errors import PackageError

MAX_LEVELS = 50
"""A schema has seven levels."""


def load_json(path: Path) -> dict[str, Any]:
    """Read a JSON object. Duplicate keys are an error.

    Raises:
        PackageError: The file cannot be read or is not such an object; the message has file and line.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PackageError(f"{path}: cannot be read: {error.strerror}") from None
    return parse_json(content, str(path))


def parse_json(content: bytes, name: str) -> dict[str, Any]:
    """Parse a JSON object. Duplicate keys are an error.

    Raises:
        PackageError: It is not such an object; the message has the name and line.
    """
    try:
        parsed = json.loads(content.decode("utf-8"), object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
        json.dumps(parsed, ensure_ascii=False).encode("utf-8")  # half a character, \\ud800, is no text
    except json.JSONDecodeError as error:
        raise PackageError(f"{name}:{error.lineno}:{error.colno}: is not JSON: {error.msg}") from None
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise PackageError(f"{name}: is not usable JSON: {error}") from None
    if not isinstance(parsed, dict):
        raise PackageError(f"{name}:1: is not a JSON object")
    _require_shallow(parsed, name)
    return parsed


def _require_shallow(parsed: dict[str, Any], name: str) -> None:
    """Refuse deep nesting, because our code and libraries recurse through values."""
    level: list[Any] = [parsed]
    for _ in range(MAX_LEVELS):
        level = [item for value in level for item in (value.values() if isinstance(value, dict) else value)]
        level = [item for item in level if isinstance(item, dict | list)]
    if level:
        raise PackageError(f"{name}: is nested deeper than {MAX_LEVELS} levels, more than any file of a package")


def _no_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity: they are not JSON, but Python's reader accepts them."""
    raise ValueError(f"{name} is not a JSON number")


def _no_key_twice(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"key {key!r} is used twice")
        result[key] = value
    return result
