"""Vocabulary: the terms that the package contains, before any document is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from shegong.curation.propose.gazetteer import Gazetteer, load_gazetteer
from shegong.package.package import Package


@dataclass(frozen=True)
class Metric:
    """A row of `data/metrics.csv`, with the cells that proposals need."""

    metric_id: str
    name_zh: str
    definition_zh: str
    unit: str
    kind: str
    minimum: float
    maximum: float
    is_integer: bool
    is_graded: bool


@dataclass(frozen=True)
class Vocabulary:
    """What proposals and drafted rows refer to.

    Attributes:
        metrics: The metrics.
        classifiers: The measure words of each unit.
        gazetteer: The official names of divisions.
        regions: The Chinese name of each region of the package, by id.
        organizations: The id of each organization of the package, by Chinese name.
        programmes: The id of each programme of the package, by Chinese name.
    """

    metrics: tuple[Metric, ...]
    classifiers: Mapping[str, tuple[str, ...]]
    gazetteer: Gazetteer
    regions: Mapping[str, str]
    organizations: Mapping[str, str]
    programmes: Mapping[str, str]

    @cached_property
    def by_id(self) -> dict[str, Metric]:
        """The metrics by their ids."""
        return {metric.metric_id: metric for metric in self.metrics}

    @cached_property
    def local_regions(self) -> dict[str, str]:
        """The id of each region that the gazetteer lacks, by Chinese name: villages, functional areas."""
        return {name: region for region, name in self.regions.items() if region not in self.gazetteer.names}

    def region_name(self, region_id: str) -> str:
        """Return the Chinese name of a region of the package or the gazetteer, or nothing."""
        return self.regions.get(region_id) or self.gazetteer.names.get(region_id, "")


def read_vocabulary(package: Package) -> Vocabulary:
    """Read the vocabulary of a package.

    Raises:
        PackageError: A table cannot be read.
    """
    return Vocabulary(
        metrics=tuple(_metric(row) for row in package.rows("metrics")),
        classifiers={unit.value: unit.classifiers for unit in package.schemas["metrics"].field("unit").categories},
        gazetteer=load_gazetteer(),
        regions={row["region_id"]: row["name_zh"] for row in package.rows("regions")},
        organizations={row["name_zh"]: row["organization_id"] for row in package.rows("organizations")},
        programmes={row["name_zh"]: row["programme_id"] for row in package.rows("programmes")},
    )


def _metric(row: Mapping[str, str]) -> Metric:
    return Metric(
        row["metric_id"],
        row["name_zh"],
        row["definition_zh"],
        row["unit"],
        row["kind"],
        float(row["value_min"] or "-inf"),
        float(row["value_max"] or "inf"),
        row["is_integer"] == "true",
        row["is_graded"] == "true",
    )
