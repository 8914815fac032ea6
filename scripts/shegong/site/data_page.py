"""The data page and the data dictionary."""

from __future__ import annotations

from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markupsafe import Markup

from shegong.citation.cite import FORMS, cite_package
from shegong.database.comments import all_comments
from shegong.database.load import VIEWS
from shegong.package.strict_json import parse_json
from shegong.site.language import Language
from shegong.site.page import Page
from shegong.site.site_data import SiteData, read_rows

CHANGELOG, RELEASES = "CHANGELOG.md", "releases.json"


class Download(NamedTuple):
    """A file to download: where it is from the root of the site, its size, and the key of the text on it.

    A DuckDB file has no size here, because it differs from build to build.
    """

    path: str
    bytes: int | None
    text: str


def data_page(data: SiteData, language: Language, downloads: list[Download]) -> Page:
    """Return the data page."""
    package = data.package
    names = (*package.schemas, *VIEWS)
    counts = {name: data.connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in names}
    context = {
        "downloads": downloads,
        "schemas": package.schemas,
        "counts": counts,
        "views": {name: all_comments(package, VIEWS)[name] for name in VIEWS},
        "citations": {form: cite_package(package, form) for form in FORMS},
        "releases": _releases(data),
        "changelog": _changelog(data),
        "licences": package.descriptor["licenses"],
        "qualifiers": package.schemas["observations"].field("qualifier").categories,
    }
    title = language.texts["data_title"]
    description = language.text("data_intro", version=package.version, date=package.descriptor["created"][:10])
    return Page("data.html", "data.html", title, description, context)


def dictionary_page(data: SiteData, language: Language) -> Page:
    """Return the data dictionary."""
    title, intro = language.texts["dictionary_title"], language.texts["dictionary_intro"]
    views = {}
    for view in VIEWS:
        columns = read_rows(data.connection, f"SELECT column_name, column_type FROM (DESCRIBE {view})")
        views[view] = {row["column_name"]: row["column_type"].lower() for row in columns}
    comments = all_comments(data.package, VIEWS)
    context = {"schemas": data.package.schemas, "views": views, "comments": comments}
    return Page("dictionary.html", "dictionary.html", title, intro, context)


def _releases(data: SiteData) -> list[dict[str, Any]]:
    if not data.package.files.has(RELEASES):
        return []
    return list(reversed(parse_json(data.package.read(RELEASES), RELEASES)["releases"]))


def _changelog(data: SiteData) -> Markup:
    """Return the changelog as HTML without its title; HTML inside it is escaped."""
    if not data.package.files.has(CHANGELOG):
        return Markup()
    _, _, entries = data.package.read(CHANGELOG).decode("utf-8").partition("\n## ")
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(f"## {entries}"))
