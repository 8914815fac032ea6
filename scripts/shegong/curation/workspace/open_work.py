"""Open a work folder: read its files, and fill in what follows from other cells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shegong.curation.workspace.draft_cells import quantity_cells
from shegong.curation.workspace.spreadsheet import read_work
from shegong.curation.workspace.work_folder import Cells, DraftRow, WorkFolder
from shegong.package.package import Package
from shegong.quantities.quantity import NotAQuantity, parse_quantity


def open_work(package: Package, path: Path) -> WorkFolder:
    """Read a work folder; fill in the empty value, bounds and qualifier of its figures.

    Args:
        package: The package that the rows are for.
        path: The folder.

    Raises:
        PackageError: It is not a work folder, or the metrics of the package cannot be read.
    """
    work = read_work(path, package.schemas)
    rows = [*package.rows("metrics"), *(draft.cells for draft in work.of("metrics"))]
    return work.replaced(_filled(work.of("observations"), {row["metric_id"]: row for row in rows}))


def _filled(observations: list[DraftRow], metrics: dict[str, Cells]) -> Iterator[DraftRow]:
    """Yield the figures without a value or qualifier whose token can be parsed."""
    for draft in observations:
        metric = metrics.get(draft.cells["metric_id"])
        if metric and not (draft.cells["value"] and draft.cells["qualifier"]):
            kind, unit, is_integer = (metric[name] for name in ("kind", "unit", "is_integer"))
            try:
                quantity = parse_quantity(draft.cells["value_text"], kind=kind, unit=unit, status=draft.cells["status"])
            except NotAQuantity:
                continue  # `check` reports the token
            derived = quantity_cells(quantity, is_integer == "true")
            yield draft.with_cells(**{name: cell for name, cell in derived.items() if not draft.cells[name]})
