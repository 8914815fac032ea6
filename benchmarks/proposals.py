"""Measure the proposals for documents against the curated ledger.

    python benchmarks/proposals.py [DOCUMENTS] [--package DIR] [--only ID]... [--misses]

DOCUMENTS is the folder of the documents, else the one that SHEGONG_DOCUMENTS names. A document that is not in it is
left out. The package with the ledger is that of this checkout, or DIR.

The proposer sees the text as received and what the package contains without that document: the metrics, the units with
their measure words, the official division names, and the regions, organizations and programmes that other documents
support too. It does not see the document's observations, milestones, mentions, sources and date of publication. Only
this script reads the ledger, after the proposals are made.
"""

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from shegong.chinese import NUMERAL  # noqa: E402
from shegong.curation.propose.proposals import Candidate, Period  # noqa: E402
from shegong.curation.propose.proposer import propose  # noqa: E402
from shegong.curation.propose.vocabulary import Vocabulary, read_vocabulary  # noqa: E402
from shegong.package.package import Package, open_package  # noqa: E402

Row = dict[str, str]
MEASURES = (
    "numerals in a candidate",
    "values proposed as values",
    "quantity right",
    "metric first",
    "metric among three",
    "grade right",
    "status right",
    "place first",
    "place among three",
    "period right",
    "dates proposed as dates",
    "milestone's date right",
    "milestone's category right",
    "exclusions proposed",
    "exclusion code right",
    "proposed exclusions that are none",
    "facts wrongly excluded",
)


@dataclass(frozen=True)
class Answers:
    """The curated rows of one document."""

    mentions: tuple[Row, ...]
    observations: dict[str, Row]
    milestones: dict[str, Row]
    integer_metrics: frozenset[str]

    def at(self, start: int, end: int, *roles: str) -> list[Row]:
        """Return the mentions of some roles that contain a span."""
        return [
            row
            for row in self.mentions
            if row["role"] in roles and int(row["char_start"]) <= start and end <= int(row["char_end"])
        ]


def answers_of(package: Package, document: str) -> Answers:
    """Read the curated ledger of a document."""
    mentions = tuple(row for row in package.rows("mentions") if row["document_id"] == document)
    observations = {row["observation_id"]: row for row in package.rows("observations")}
    milestones = {row["milestone_id"]: row for row in package.rows("milestones")}
    integers = frozenset(row["metric_id"] for row in package.rows("metrics") if row["is_integer"] == "true")
    return Answers(mentions, observations, milestones, integers)


def right_quantity(candidate: Candidate, row: Row, answers: Answers) -> bool:
    """Return whether value, bounds and qualifier are those of an observation."""
    if candidate.role != "value" or candidate.quantity is None:
        return False
    quantity = (
        candidate.quantity.round_bounds_inward() if row["metric_id"] in answers.integer_metrics else candidate.quantity
    )
    found = [quantity.value, quantity.lower, quantity.upper]
    cells = [row[name] for name in ("value", "value_lower", "value_upper")]
    same = all(
        str(cell) == "" if x is None else cell != "" and float(x) == float(cell)
        for x, cell in zip(found, cells, strict=True)
    )
    return same and quantity.qualifier == row["qualifier"]


def right_period(period: Period | None, row: Row) -> bool:
    """Return whether a period is that of an observation; of a published one only the basis counts."""
    if period is None or period.basis != row["period_basis"]:
        return False
    if period.basis == "published":
        return True
    dates = [day.isoformat() if day else "" for day in (period.start, period.end)]
    return dates == [row["period_start"], row["period_end"]]


@dataclass(frozen=True)
class Verdict:
    """One comparison: a measure, what was compared, and whether the proposal is right."""

    measure: str
    what: str
    is_right: bool


def compare(text: str, candidates: tuple[Candidate, ...], answers: Answers) -> Iterator[Verdict]:
    """Compare all candidates with the ledger."""
    for match in NUMERAL.finditer(text):
        holding = [c for c in candidates if c.start <= match.start() and match.end() <= c.end]
        yield Verdict(MEASURES[0], match[0], len(holding) == 1)
    for row in answers.mentions:
        candidate = candidate_of(candidates, row)
        if candidate and row["role"] == "value":
            yield from compare_value(candidate, row, answers)
        elif candidate and row["role"] == "date":
            yield Verdict("dates proposed as dates", f"{row['text']}: {candidate.role}", candidate.role == "date")
        elif candidate and row["role"] == "excluded":
            what = f"{row['text']} {row['exclusion']}: {candidate.role} {candidate.exclusion}"
            yield Verdict("exclusions proposed", what, candidate.role == "excluded")
            yield Verdict("exclusion code right", what, candidate.exclusion == row["exclusion"])
    yield from compare_milestones(candidates, answers)
    yield from wrongly_excluded(text, candidates, answers)


def compare_value(candidate: Candidate, mention: Row, answers: Answers) -> Iterator[Verdict]:
    """Compare what is proposed for a value with the observation that it supports."""
    row = answers.observations[mention["observation_id"]]
    what = f"{mention['text']} at {mention['char_start']}: {candidate.role} {candidate.text!r}"
    yield Verdict("values proposed as values", what, candidate.role == "value")
    yield Verdict("quantity right", f"{what} {candidate.quantity}", right_quantity(candidate, row, answers))
    yield Verdict(
        "metric first", f"{what} {candidate.metrics} {row['metric_id']}", row["metric_id"] in candidate.metrics[:1]
    )
    yield Verdict(
        "metric among three", f"{what} {candidate.metrics} {row['metric_id']}", row["metric_id"] in candidate.metrics
    )
    for column in ("grade", "status"):
        found = getattr(candidate, column)
        yield Verdict(f"{column} right", f"{what} {found} {row[column]}", found == row[column])
    yield Verdict(
        "place first", f"{what} {candidate.regions} {row['region_id']}", row["region_id"] in candidate.regions[:1]
    )
    yield Verdict(
        "place among three", f"{what} {candidate.regions} {row['region_id']}", row["region_id"] in candidate.regions
    )
    dated = f"{what} {row['period_start']}..{row['period_end']} {row['period_basis']}"
    yield Verdict("period right", f"{dated}: {candidate.period}", right_period(candidate.period, row))


def compare_milestones(candidates: tuple[Candidate, ...], answers: Answers) -> Iterator[Verdict]:
    """Judge for each milestone whether one of the dates that are printed for it has its days, and one its category."""
    dated: dict[str, list[Candidate]] = {}
    for mention in answers.mentions:
        found = candidate_of(candidates, mention) if mention["role"] == "date" else None
        if found and mention["milestone_id"]:
            dated.setdefault(mention["milestone_id"], []).append(found)
    for key, dates in dated.items():
        row = answers.milestones[key]
        proposed = [(c.text, c.period, c.category) for c in dates]
        shown = f"{row['date_start']} {row['category']} {row['title_en']}: {proposed}"
        days = [(c.period.start, c.period.end) for c in dates if c.period]
        printed = [(str(start), str(end)) for start, end in days]
        yield Verdict("milestone's date right", shown, (row["date_start"], row["date_end"]) in printed)
        yield Verdict("milestone's category right", shown, row["category"] in {c.category for c in dates})


def candidate_of(candidates: tuple[Candidate, ...], mention: Row) -> Candidate | None:
    """Return the candidate of a mention's last numeral, if it has one."""
    numerals = list(NUMERAL.finditer(mention["text"]))
    if not numerals:
        return None
    at = int(mention["char_start"]) + numerals[-1].start()
    return next(c for c in candidates if c.start <= at < c.end)


def wrongly_excluded(text: str, candidates: tuple[Candidate, ...], answers: Answers) -> Iterator[Verdict]:
    """Judge for each proposed exclusion whether the curators use its numerals, and whether for a fact."""
    for candidate in candidates:
        if candidate.role != "excluded":
            continue
        spans = [m.span() for m in NUMERAL.finditer(text, candidate.start, candidate.end)]
        used = [row for span in spans for row in answers.at(*span, "value", "date", "detail", "name", "place")]
        what = f"{candidate.text!r} at {candidate.start} {candidate.exclusion}: {sorted({r['role'] for r in used})}"
        yield Verdict("proposed exclusions that are none", what, not used)
        yield Verdict("facts wrongly excluded", what, not any(row["role"] in ("value", "date") for row in used))


def vocabulary_without(package: Package, document: str) -> Vocabulary:
    """Hold out a document: the vocabulary without the regions and names that only this document supports."""
    full, hidden = read_vocabulary(package), supported_only_by(package, document)
    return replace(
        full,
        regions={id: name for id, name in full.regions.items() if id not in hidden},
        organizations={name: id for name, id in full.organizations.items() if id not in hidden},
        programmes={name: id for name, id in full.programmes.items() if id not in hidden},
    )


def supported_only_by(package: Package, document: str) -> frozenset[str]:
    """Return the ids of regions, organizations and programmes that a document supports, and no other."""
    document_of = {row["source_id"]: row["document_id"] for row in package.rows("sources")}
    supporting: dict[str, set[str]] = defaultdict(set)
    for table in ("mentions", "observations", "milestones"):
        for row in package.rows(table):
            where = row.get("document_id") or document_of[row["source_id"]]
            for key in ("region_id", "organization_id", "programme_id"):
                supporting[row[key]].add(where)
    for table, key in (("organizations", "organization_id"), ("programmes", "programme_id")):
        for row in package.rows(table):  # the seat of an organization, the place of a programme
            supporting[row["region_id"]] |= supporting[row[key]]
    parents = {row["region_id"]: row["parent_id"] for row in package.rows("regions")}
    for region in parents:  # what supports a place supports those above it
        above = parents[region]
        while above:
            supporting[above].update(supporting[region])
            above = parents[above]
    return frozenset(id for id, documents in supporting.items() if id and documents == {document})


def document_verdicts(package: Package, folder: Path) -> dict[str, list[Verdict]]:
    """Propose and compare for each document of the package that is in a folder."""
    found = {}
    for row in package.rows("documents"):
        if not (folder / row["file_name"]).is_file():
            continue
        text = (folder / row["file_name"]).read_bytes().decode()
        proposals = propose(text, vocabulary_without(package, row["document_id"]))
        found[row["document_id"]] = list(compare(text, proposals.candidates, answers_of(package, row["document_id"])))
    return found


def share(verdicts: list[Verdict], measure: str) -> tuple[int, int]:
    """Count how many are right, and of how many."""
    of_measure = [verdict.is_right for verdict in verdicts if verdict.measure == measure]
    return sum(of_measure), len(of_measure)


def table(found: dict[str, list[Verdict]]) -> str:
    """Render one row for each measure, one column for each document."""
    total = [verdict for verdicts in found.values() for verdict in verdicts]
    columns = [*found.values(), total]
    lines = ["| measure | " + " | ".join([*found, "all", "share"]) + " |", "|---" * (len(columns) + 2) + "|"]
    for measure in MEASURES:
        counts = [share(verdicts, measure) for verdicts in columns]
        if measure in MEASURES[-2:]:  # fewer are better
            cells = [str(of - right) for right, of in counts]
            part = counts[-1][1] - counts[-1][0], counts[-1][1]
        else:
            cells = [f"{right}/{of}" for right, of in counts]
            part = counts[-1]
        lines.append(f"| {measure} | " + " | ".join([*cells, f"{part[0] / max(part[1], 1):.1%}"]) + " |")
    return "\n".join(lines)


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description="Measure the proposals for documents against the curated ledger.")
    parser.add_argument("documents", type=Path, nargs="?", default=os.environ.get("SHEGONG_DOCUMENTS"))
    parser.add_argument("--package", type=Path, default=ROOT, metavar="DIR", help="folder of the package")
    parser.add_argument("--only", action="append", metavar="ID", help="a document; may be given more than once")
    parser.add_argument("--misses", action="store_true", help="print each miss too")
    parsed = parser.parse_args()
    if parsed.documents is None:
        parser.error("no folder of documents. Give one, or set SHEGONG_DOCUMENTS")
    return parsed


def main() -> None:
    """Print the table, then each miss if requested."""
    given = arguments()
    found = document_verdicts(open_package(given.package), Path(given.documents))
    chosen = {document: verdicts for document, verdicts in found.items() if not given.only or document in given.only}
    if not chosen:
        sys.exit(f"{given.documents}: has no document of {given.package}")
    print(table(chosen))
    if given.misses:
        for document, verdicts in chosen.items():
            for verdict in verdicts:
                if not verdict.is_right:
                    print(f"{document}: {verdict.measure}: {verdict.what}")


if __name__ == "__main__":
    main()
