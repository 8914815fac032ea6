"""Text that several pages share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shegong.package.checksums import json_bytes

GENERATED = "<!-- Written by `shegong docs`; edit the schemas or the rules instead. -->"
Json = dict[str, Any]


def markdown_page(lines: Iterable[str]) -> str:
    """Return lines as a page that ends with one line break."""
    return "\n".join([GENERATED, "", *lines]).rstrip("\n") + "\n"


def markdown_row(*cells: str) -> str:
    """Return cells as a row of a Markdown table."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def markdown_head(*names: str) -> list[str]:
    """Return the two lines that begin a Markdown table."""
    return [markdown_row(*names), "|---" * len(names) + "|"]


def json_page(content: Json) -> str:
    """Return a JSON object as the text of a file."""
    return json_bytes(content).decode("utf-8")


def present(**values: str) -> dict[str, str]:
    """Return the values that are not empty."""
    return {name: value for name, value in values.items() if value}
