"""All that the project does to prove itself, in one run and one table: `python -m tests.prove`, or `make prove`.

Mutants of the data, of what is forbidden and of meaning; properties, faults, hostile input, fuzzing and kills; lines and
branches of the program that the tests run; mutants of the code. Each part can be run alone, as `python -m tests.PART`.

    python -m tests.prove [PART ...] [--seconds 60] [--moments 100] [--sample 300]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import ROOT
from tests.proof import read_lines, sums, table


def main() -> int:
    """Run the parts one after the other and print the table; exit code 1 where one says that something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help="mutation, robustness, covered, code_mutants; or all")
    parser.add_argument("--seconds", default="60", help="of fuzzing for each reader")
    parser.add_argument("--moments", default="100", help="at which each command is killed")
    parser.add_argument("--sample", default="300", help="mutants of each module of the code; 0: all")
    asked = parser.parse_args()
    parts = {
        "mutation": [],
        "robustness": ["--seconds", asked.seconds, "--moments", asked.moments],
        "covered": [],
        "code_mutants": ["--sample", asked.sample],
    }
    if unknown := {*asked.parts} - {*parts}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    chosen = {part: options for part, options in parts.items() if part in (asked.parts or parts)}
    with tempfile.TemporaryDirectory(prefix="proof-") as folder:
        codes = [_run(part, options, Path(folder) / part) for part, options in chosen.items()]
        lines = [line for part in chosen for line in read_lines(Path(folder) / part)]
    print("", table([*lines, *sums(lines)]), sep="\n")
    return 1 if any(codes) or not all(line.is_enough for line in lines) else 0


def _run(part: str, options: list[str], lines: Path) -> int:
    """Run a part, whose own tables go to standard error; its exit code."""
    began = time.monotonic()
    command = [sys.executable, "-m", f"tests.{part}", *options, "--lines", str(lines)]
    code = subprocess.run(command, cwd=ROOT, stdout=sys.stderr).returncode
    print(f"{part}: exit code {code} after {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
