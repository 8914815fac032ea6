"""How good the proposals are, measured on the documents against the curated ledger.

    python benchmarks/proposals.py [DOCUMENTS]

DOCUMENTS is the folder of the documents, else the one that SHEGONG_DOCUMENTS names.

The proposer is given the text as received and what the package knows without that document: the metrics (vocabulary),
the units with their measure words, the official division names, and the regions, organizations and programmes that
rest on other documents too. It does not see the document's observations, milestones, mentions or sources, nor its date
of publication. The ledger is read here alone, after the proposals are made.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from shegong.chinese import NUMERAL  # noqa: E402
from shegong.curation.propose.proposals import Candidate, Period  # noqa: E402
from shegong.curation.propose.proposer import knowledge_of, propose  # noqa: E402
from shegong.package.canonical import read_text  # noqa: E402
from shegong.package.package import Package, open_package  # noqa: E402

Row = dict[str, str]
MEASURES = (
    "numerals in a candidate",
    "values proposed as values",
    "quantity right",
    "metric first",
    "metric among three",
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
    """What the curators made of one document."""

    mentions: tuple[Row, ...]
    observations: dict[str, Row]
    milestones: dict[str, Row]
    integer_metrics: frozenset[str]

    def at(self, start: int, end: int, *roles: str) -> list[Row]:
        """The mentions of some roles that hold a span."""
        return [
            row
            for row in self.mentions
            if row["role"] in roles and int(row["char_start"]) <= start and end <= int(row["char_end"])
        ]


def rows(package: Package, table: str) -> list[Row]:
    """A table, empty cells as empty text."""
    frame = read_text(package.path(table).read_bytes())
    return [{name: cell or "" for name, cell in row.items()} for row in frame.iter_rows(named=True)]


def answers_of(package: Package, document: str) -> Answers:
    """The curated ledger of a document."""
    mentions = tuple(row for row in rows(package, "mentions") if row["document_id"] == document)
    observations = {row["observation_id"]: row for row in rows(package, "observations")}
    milestones = {row["milestone_id"]: row for row in rows(package, "milestones")}
    integers = frozenset(row["metric_id"] for row in rows(package, "metrics") if row["is_integer"] == "true")
    return Answers(mentions, observations, milestones, integers)


def right_quantity(candidate: Candidate, row: Row, answers: Answers) -> bool:
    """Whether value, bounds and qualifier are those of an observation."""
    if candidate.role != "value" or candidate.quantity is None:
        return False
    quantity = candidate.quantity.inwards() if row["metric_id"] in answers.integer_metrics else candidate.quantity
    found = [quantity.value, quantity.lower, quantity.upper]
    cells = [row[name] for name in ("value", "value_lower", "value_upper")]
    same = all(
        str(cell) == "" if x is None else cell != "" and float(x) == float(cell)
        for x, cell in zip(found, cells, strict=True)
    )
    return same and quantity.qualifier == row["qualifier"]


def right_period(period: Period | None, row: Row) -> bool:
    """Whether a period is that of an observation; of one as published the basis says all."""
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
        candidate = held_by(candidates, row)
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
    """Compare what is proposed for a value with the observation that rests on it."""
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
    yield Verdict(
        "place first", f"{what} {candidate.regions} {row['region_id']}", row["region_id"] in candidate.regions[:1]
    )
    yield Verdict(
        "place among three", f"{what} {candidate.regions} {row['region_id']}", row["region_id"] in candidate.regions
    )
    told = f"{what} {row['period_start']}..{row['period_end']} {row['period_basis']}"
    yield Verdict("period right", f"{told}: {candidate.period}", right_period(candidate.period, row))


def compare_milestones(candidates: tuple[Candidate, ...], answers: Answers) -> Iterator[Verdict]:
    """Say of each milestone whether one of the dates that are printed for it has its days, and one its category."""
    dated: dict[str, list[Candidate]] = {}
    for mention in answers.mentions:
        found = held_by(candidates, mention) if mention["role"] == "date" else None
        if found and mention["milestone_id"]:
            dated.setdefault(mention["milestone_id"], []).append(found)
    for key, dates in dated.items():
        row = answers.milestones[key]
        proposed = [(c.text, c.period, c.category) for c in dates]
        told = f"{row['date_start']} {row['category']} {row['title_en']}: {proposed}"
        days = [(c.period.start, c.period.end) for c in dates if c.period]
        printed = [(str(start), str(end)) for start, end in days]
        yield Verdict("milestone's date right", told, (row["date_start"], row["date_end"]) in printed)
        yield Verdict("milestone's category right", told, row["category"] in {c.category for c in dates})


def held_by(candidates: tuple[Candidate, ...], mention: Row) -> Candidate | None:
    """The candidate of a mention's last numeral, if it has one."""
    numerals = list(NUMERAL.finditer(mention["text"]))
    if not numerals:
        return None
    at = int(mention["char_start"]) + numerals[-1].start()
    return next(c for c in candidates if c.start <= at < c.end)


def wrongly_excluded(text: str, candidates: tuple[Candidate, ...], answers: Answers) -> Iterator[Verdict]:
    """Say of each proposed exclusion whether the curators use its numerals, and whether for a fact."""
    for candidate in candidates:
        if candidate.role != "excluded":
            continue
        spans = [m.span() for m in NUMERAL.finditer(text, candidate.start, candidate.end)]
        used = [row for span in spans for row in answers.at(*span, "value", "date", "detail", "name", "place")]
        what = f"{candidate.text!r} at {candidate.start} {candidate.exclusion}: {sorted({r['role'] for r in used})}"
        yield Verdict("proposed exclusions that are none", what, not used)
        yield Verdict("facts wrongly excluded", what, not any(row["role"] in ("value", "date") for row in used))


def document_verdicts(package: Package, folder: Path) -> dict[str, list[Verdict]]:
    """Propose and compare for each document that is at hand."""
    found = {}
    for row in rows(package, "documents"):
        text = (folder / row["file_name"]).read_bytes().decode()
        proposals = propose(text, knowledge_of(package, without=row["document_id"]))
        found[row["document_id"]] = list(compare(text, proposals.candidates, answers_of(package, row["document_id"])))
    return found


def share(verdicts: list[Verdict], measure: str) -> tuple[int, int]:
    """How many are right, and of how many."""
    of_measure = [verdict.is_right for verdict in verdicts if verdict.measure == measure]
    return sum(of_measure), len(of_measure)


def table(found: dict[str, list[Verdict]]) -> str:
    """One row for each measure, one column for each document."""
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


def main() -> None:
    """Print the table; with --misses also each miss."""
    words = [word for word in sys.argv[1:] if word != "--misses"]
    folder = Path(words[0] if words else os.environ["SHEGONG_DOCUMENTS"])
    found = document_verdicts(open_package(ROOT), folder)
    print(table(found))
    if "--misses" in sys.argv:
        for document, verdicts in found.items():
            for verdict in verdicts:
                if not verdict.is_right:
                    print(f"{document}: {verdict.measure}: {verdict.what}")


if __name__ == "__main__":
    main()
