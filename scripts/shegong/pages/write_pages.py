"""The generated pages: what `shegong docs` writes."""

from __future__ import annotations

from collections.abc import Callable

from shegong.database.load import connect_package
from shegong.package.package import Package
from shegong.package.past_releases import past_releases
from shegong.package.write import replace_file
from shegong.pages.citation_cff import citation_cff
from shegong.pages.consumer import REQUIREMENTS, consumer_requirements
from shegong.pages.croissant import croissant
from shegong.pages.datacite import datacite
from shegong.pages.dictionary import dictionary
from shegong.pages.readme import PAGES, readme
from shegong.pages.rules_page import rules
from shegong.pages.zenodo import zenodo

METADATA: dict[str, Callable[[Package], str]] = {
    "CITATION.cff": citation_cff,
    "metadata/croissant.json": croissant,
    "metadata/datacite.json": datacite,
    ".zenodo.json": zenodo,
}
NOT_IN_GIT = ("metadata/croissant.json",)
"""Large pages that only a release needs."""


def write_pages(package: Package, write: bool) -> list[str]:
    """Write the generated pages, or compare them.

    Args:
        package: The package, in a folder.
        write: Whether to write them, or only to compare those that are in git.

    Returns:
        The pages that were out of date.
    """
    new = {name: page.encode("utf-8") for name, page in _pages(package).items() if write or name not in NOT_IN_GIT}
    changed = [name for name, page in new.items() if not package.files.has(name) or package.read(name) != page]
    for name in changed if write else ():
        (package.root / name).parent.mkdir(parents=True, exist_ok=True)
        replace_file(package.root / name, new[name])
    return changed


def _pages(package: Package) -> dict[str, str]:
    generated = {"docs/rules.md": rules, **METADATA}
    # Only the pages need Altair; a release imports this module for its metadata.
    from shegong.pages.charts.national import national_charts

    pages = {name: page(package) for name, page in generated.items()}
    with connect_package(package) as connection:
        pages["docs/dictionary.md"] = dictionary(package, connection)
        pages |= {name: readme(package, name, connection) for name in PAGES if package.files.has(name)}
        pages |= national_charts(package, connection)
    if package.files.has(REQUIREMENTS):
        pages[REQUIREMENTS] = consumer_requirements(package, past_releases(package))
    return pages
