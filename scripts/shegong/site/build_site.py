"""Build the static site: pages in both languages, data, downloads, scripts and styles."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from shegong.outputs.build import locked_output
from shegong.package.package import Package
from shegong.package.write import replace_folder
from shegong.site import figure_text
from shegong.site.browser_assets import build_assets
from shegong.site.data_page import Download, data_page, dictionary_page
from shegong.site.figure_pages import Citations, figure_pages, row_citations
from shegong.site.home_page import home_page
from shegong.site.language import CODES, Language, language_of
from shegong.site.metric_pages import metric_pages
from shegong.site.page import Page
from shegong.site.place_pages import place_pages
from shegong.site.render import environment, render_page
from shegong.site.site_data import SiteData, read_site_data
from shegong.site.site_files import write_data, write_downloads, write_search
from shegong.site.source_pages import source_pages
from shegong.site.sql_page import sql_page
from shegong.site.timeline_page import timeline_page

Progress = Callable[[str], None]


def build_site(package: Package, output: Path, on_step: Progress = lambda step: None) -> str:
    """Build the site into a folder, which it replaces.

    Args:
        package: A package in a folder, whose checkout contains the sources of the scripts.
        output: The folder of the site.
        on_step: Called with the name of each step that begins.

    Returns:
        A line: where the site is, its pages and its size.

    Raises:
        PackageError: Something is missing, or cannot be read or written; the previous site is whole.
    """
    on_step("tables")
    data = read_site_data(package)
    with locked_output(output.parent), replace_folder(output) as folder:
        on_step("scripts")
        build_assets(package.root, folder / "assets")
        write_data(data, folder / "data")
        downloads = write_downloads(data, folder / "downloads", on_step)
        on_step("pages")
        write_pages(data, downloads, folder)
    on_step("")
    files = [path for path in output.rglob("*") if path.is_file()]
    pages = sum(path.suffix == ".html" for path in files)
    return f"{output}  {pages:,} pages, {sum(path.stat().st_size for path in files) / 1024**2:,.1f} MiB"


def write_pages(data: SiteData, downloads: list[Download], folder: Path) -> None:
    """Write the entrance, and the pages and the search index of each language."""
    templates, citations = environment(), row_citations(data)
    languages = [language_of(data.package, code) for code in CODES]
    for language in languages:
        write_search(data, language, folder / "data")
        site = package_facts(data, language)
        for page in pages_of(data, language, downloads, citations):
            path = folder / language.code / page.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(render_page(templates, page, language, site), "utf-8")
    entrance = templates.get_template("entrance.html").render(languages=languages)
    (folder / "index.html").write_text(entrance, "utf-8")


def pages_of(data: SiteData, language: Language, downloads: list[Download], citations: Citations) -> Iterator[Page]:
    """Yield every page of a language."""
    yield home_page(data, language)
    yield from place_pages(data, language)
    yield from metric_pages(data, language)
    yield from figure_pages(data, language, citations)
    yield from source_pages(data, language)
    yield timeline_page(data, language)
    yield sql_page(data.package, language)
    yield data_page(data, language, downloads)
    yield dictionary_page(data, language)


def package_facts(data: SiteData, language: Language) -> dict[str, Any]:
    """Return what every page shows of the package."""
    descriptor = data.package.descriptor
    return {
        "version": data.package.version,
        "date": figure_text.day(datetime.date.fromisoformat(descriptor["created"][:10]), language.code),
        "licence": " · ".join(licence["title"] for licence in descriptor["licenses"]),
        "issues": descriptor.get("issues", ""),
    }
