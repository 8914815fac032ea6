"""Build the rows that a page begins with: its source, and its publisher if the package lacks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shegong.chinese import simplified
from shegong.curation.propose.organizations import publisher_type
from shegong.curation.workspace.work_folder import DraftRow, draft_key, row_of
from shegong.package.package import Package


@dataclass(frozen=True)
class Page:
    """What a curator states about a page; whatever is not known is empty.

    Attributes:
        name: The id of its source.
        title: The title as printed.
        publisher: The publisher as printed.
        url: The address.
        published: The day of publication.
        read_on: The day of reading.
    """

    name: str
    title: str = ""
    publisher: str = ""
    url: str = ""
    published: str = ""
    read_on: str = ""


def build_page(package: Package, page: Page) -> Iterator[DraftRow]:
    """Build the rows of a page: a source without a span, and a publisher that is new."""
    name, schema = simplified(page.publisher), package.schemas["organizations"]
    publisher_id = next((row["organization_id"] for row in package.rows("organizations") if row["name_zh"] == name), "")
    if name and not publisher_id:
        publisher_id = draft_key(schema, 1)
        cells = {"organization_id": publisher_id, "name_zh": name, "type": publisher_type(name)}
        yield DraftRow("organizations", row_of(schema, **cells), proposal="publisher of a source")
    cells = {
        "source_id": page.name,
        "kind": "page",
        "title_zh": simplified(page.title),
        "publisher_id": publisher_id,
        "url": page.url,
        "published_from": page.published,
        "published_to": page.published,
        "published_basis": "stated" if page.published else "unknown",
        "read_on": page.read_on,
    }
    yield DraftRow("sources", row_of(package.schemas["sources"], **cells))
