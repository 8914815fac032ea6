"""Pin a version of shegong, verify it, query it and cite it.

python -m pip install --requirement requirements.txt
python report.py
"""

import subprocess
import sys

import shegong

PINNED = "0.2.0"


def main() -> None:
    """Print a small table, after the citation of the version that it uses."""
    if shegong.version() != PINNED:
        sys.exit(f"found shegong {shegong.version()}, expected {PINNED}: pip install --requirement requirements.txt")
    for command in (["verify", "--installed"], ["cite"]):
        subprocess.run([sys.executable, "-m", "shegong", *command], check=True)
    con = shegong.connect()  # before DuckDB 1.5, a relation does not keep its connection open
    rows = con.sql(
        "SELECT l.region_en, l.year, l.value, o.value_text"
        " FROM latest_observations AS l JOIN observations AS o USING (observation_id)"
        " WHERE l.metric_id = 'social_work_agencies' ORDER BY l.value DESC"
    )
    for place, year, value, printed in rows.fetchall():
        print(f"{place:<16} {year} {value:>4.0f} as printed: {printed}")


if __name__ == "__main__":
    main()
