"""What the proposer knows before it reads a document: the vocabulary of the package and the names that it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from shegong.curation.propose.gazetteer import Gazetteer, load_gazetteer
from shegong.curation.tables import table_rows
from shegong.package.package import Package

Row = dict[str, str]


@dataclass(frozen=True)
class Metric:
    """What may be measured, as `data/metrics.csv` defines it."""

    metric_id: str
    name_zh: str
    definition_zh: str
    unit: str
    kind: str
    minimum: float
    maximum: float
    is_integer: bool


@dataclass(frozen=True)
class Region:
    """A place that the package knows."""

    region_id: str
    name_zh: str
    level: str
    parent_id: str


@dataclass(frozen=True)
class KnownName:
    """A body or a programme that the package has; `table` is `organizations` or `programmes`."""

    id: str
    name_zh: str
    table: str
    type: str
    region_id: str


@dataclass(frozen=True)
class Knowledge:
    """What is known of the field; nothing of what any document says.

    Attributes:
        metrics: The vocabulary of what is measured.
        classifiers: For each unit its measure words.
        gazetteer: The official division names.
        regions: Places of the package.
        organizations: Bodies of the package.
        programmes: Programmes of the package.
    """

    metrics: tuple[Metric, ...]
    classifiers: Mapping[str, tuple[str, ...]]
    gazetteer: Gazetteer
    regions: tuple[Region, ...]
    organizations: tuple[KnownName, ...]
    programmes: tuple[KnownName, ...]


def knowledge_of(package: Package, without: str | None = None) -> Knowledge:
    """What the package knows.

    Args:
        package: The package.
        without: A document whose own regions, bodies and programmes, those that rest on it alone, are left out.
    """
    tables = ("metrics", "regions", "organizations", "programmes", "mentions", "observations", "milestones", "sources")
    rows = {name: table_rows(package, name) for name in tables}
    hidden = _resting_on(rows, without) if without else frozenset()
    return Knowledge(
        metrics=tuple(_metric(row) for row in rows["metrics"]),
        classifiers=_classifiers(package),
        gazetteer=load_gazetteer(),
        regions=tuple(
            Region(row["region_id"], row["name_zh"], row["level"], row["parent_id"])
            for row in rows["regions"]
            if row["region_id"] not in hidden
        ),
        organizations=_names(rows, "organizations", "organization_id", hidden),
        programmes=_names(rows, "programmes", "programme_id", hidden),
    )


def _metric(row: Row) -> Metric:
    return Metric(
        row["metric_id"],
        row["name_zh"],
        row["definition_zh"],
        row["unit"],
        row["kind"],
        float(row["value_min"] or "-inf"),
        float(row["value_max"] or "inf"),
        row["is_integer"] == "true",
    )


def _classifiers(package: Package) -> dict[str, tuple[str, ...]]:
    return {unit.value: unit.classifiers for unit in package.schemas["metrics"].field("unit").categories}


def _names(rows: Mapping[str, list[Row]], table: str, key: str, hidden: frozenset[str]) -> tuple[KnownName, ...]:
    return tuple(
        KnownName(row[key], row["name_zh"], table, row["type"], row["region_id"])
        for row in rows[table]
        if row[key] not in hidden
    )


def _resting_on(rows: Mapping[str, list[Row]], document: str) -> frozenset[str]:
    """Ids of the regions, bodies and programmes that rest on a document and on no other."""
    document_of = {row["source_id"]: row["document_id"] for row in rows["sources"]}
    resting: dict[str, set[str]] = defaultdict(set)
    for table in ("mentions", "observations", "milestones"):
        for row in rows[table]:
            where = row.get("document_id") or document_of[row["source_id"]]
            for key in ("region_id", "organization_id", "programme_id"):
                resting[row[key]].add(where)
    for table, key in (("organizations", "organization_id"), ("programmes", "programme_id")):
        for row in rows[table]:  # a body's seat, a programme's place
            resting[row["region_id"]] |= resting[row[key]]
    parents = {row["region_id"]: row["parent_id"] for row in rows["regions"]}
    for region in parents:
        _rest_parents(region, parents, resting)
    return frozenset(id for id, where in resting.items() if id and where == {document})


def _rest_parents(region: str, parents: Mapping[str, str], resting: Mapping[str, set[str]]) -> None:
    """What rests on a place rests on those above it."""
    above = parents[region]
    while above:
        resting[above].update(resting[region])
        above = parents[above]
