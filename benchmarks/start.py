"""Time the everyday commands on this package beside frictionless, as whole processes.

    python benchmarks/start.py [RUNS]

Prints the median and the range of each, and its ratio to `frictionless validate datapackage.json`.
Runs alternate, so that a busy machine slows all alike.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
COMMANDS = {
    "frictionless validate": [f"{BIN}/frictionless", "validate", "datapackage.json"],
    "shegong check": [f"{BIN}/shegong", "check"],
    "shegong query": [f"{BIN}/shegong", "query", "SELECT count(*) FROM observations"],
    "shegong --help": [f"{BIN}/shegong", "--help"],
    "import shegong": [sys.executable, "-c", "import shegong"],
}


def seconds(command: list[str]) -> float:
    """Return the wall time of one run in seconds."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Run all commands in turn and print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for turn in range(runs + 1):
        for name, command in COMMANDS.items():
            took = seconds(command)
            if turn:  # the first turn warms the disk
                times[name].append(took)
    base = statistics.median(times["frictionless validate"])
    print(f"{'command':<24} {'median':>8} {'min':>8} {'max':>8} {'ratio':>7}   (seconds, {runs} runs)")
    for name, found in times.items():
        median = statistics.median(found)
        print(f"{name:<24} {median:>8.2f} {min(found):>8.2f} {max(found):>8.2f} {median / base:>7.2f}")


if __name__ == "__main__":
    main()
