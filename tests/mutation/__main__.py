"""`python -m tests.mutation`: make every mutant and print what was killed; exit 1 where one survives.

With `--write` what was measured is kept in `docs/rules.json`; without it, it is held against what is kept there.
`--examples` only brings the examples of the rules in there up to date, which each change of the data asks for.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.mutation.model import RULES
from tests.mutation.prove import prove, survivors, times_first
from tests.mutation.record import examples, read_record, record_of, shown, write_record
from tests.mutation.table import lines_of
from tests.proof import sums, table, write_lines


def main() -> int:
    """Run all, print the tables, say what is wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="keep what was measured in docs/rules.json")
    options.add_argument(
        "--alone", action="store_true", help="do not ask frictionless, the official profile and DuckDB"
    )
    options.add_argument("--examples", action="store_true", help="only bring the rules' examples up to date")
    options.add_argument("--lines", type=Path, help="where to keep the lines of the one table of `tests.prove`")
    given = options.parse_args()
    return _renew_examples() if given.examples else _prove(given.write, given.alone, given.lines)


def _renew_examples() -> int:
    record = read_record()
    for rule, example in examples().items():
        record["rules"][rule] |= shown(example)
    write_record(record)
    return 0


def _prove(write: bool, alone: bool, lines: Path | None) -> int:
    began = time.monotonic()
    results = prove(not alone, lambda done: print(f"\r{done}", end="", file=sys.stderr, flush=True))
    print("\r    \r", end="", file=sys.stderr)
    record = record_of(results)
    told = list(lines_of(record))
    write_lines(lines, told)
    print(table([*told, *sums(told)]))
    wrong = [f"survivor: {result.name} (should break {result.rule})" for result in survivors(results)]
    wrong += [f"never the first finding: {rule}" for rule in RULES if not times_first(results)[rule]]
    wrong += [f"nobody says why: {item['class']}" for item in record["meaning"] if _is_unsaid(item)]
    if write:
        write_record(record)
    elif not alone and read_record() != record:
        wrong.append("docs/rules.json is not what was measured: run `make rules`")
    print(*wrong, f"{len(results):,} mutants in {time.monotonic() - began:.0f} s", sep="\n")
    return 1 if wrong else 0


def _is_unsaid(item: dict[str, object]) -> bool:
    return item["seen_with_documents"] != item["made"] and not item["why"]


if __name__ == "__main__":
    sys.exit(main())
