"""Time the everyday commands on this package beside frictionless, as whole processes.

    python benchmarks/start.py [RUNS]

Prints the medians of each, in CPU seconds and by the clock, and the ratios to `frictionless validate datapackage.json`.
Runs alternate, so that a busy machine slows all alike.
"""

import os
import statistics
import subprocess
import sys
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


def seconds(command: list[str]) -> tuple[float, float]:
    """Return the CPU seconds of one run and its wall time."""
    before = os.times()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    after = os.times()
    user, system = after.children_user - before.children_user, after.children_system - before.children_system
    return user + system, after.elapsed - before.elapsed


def main() -> None:
    """Run all commands in turn and print the table."""
    os.environ.pop("SHEGONG_DOCUMENTS", None)  # frictionless compares no documents
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for turn in range(runs + 1):
        for name, command in COMMANDS.items():
            took = seconds(command)
            if turn:  # the first turn warms the disk
                times[name].append(took)
    medians = {
        name: [statistics.median(column) for column in zip(*found, strict=True)] for name, found in times.items()
    }
    base_cpu, base_wall = medians["frictionless validate"]
    print(f"{'command':<24} {'CPU':>8} {'ratio':>7} {'clock':>8} {'ratio':>7}   (seconds, {runs} runs)")
    for name, (cpu, wall) in medians.items():
        print(f"{name:<24} {cpu:>8.2f} {cpu / base_cpu:>7.2f} {wall:>8.2f} {wall / base_wall:>7.2f}")


if __name__ == "__main__":
    main()
