"""The tables that this installation carries."""

from __future__ import annotations

from pathlib import Path

from shegong.package.package import Package, open_any, open_package


def installed_package() -> Package:
    """Open the tables that this installation carries: in the wheel, or in the checkout it runs from."""
    program, site, checkout = Path(__file__).parents[1:4]
    if site.is_file():  # Python imports from the wheel itself, a zip
        return open_any(str(site), site.parent)
    tables = program / "tables"
    return open_package(tables if tables.is_dir() else checkout)
