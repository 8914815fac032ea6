"""Write the tables in canonical form and stamp the descriptor."""

from __future__ import annotations

from shegong.findings import Finding
from shegong.package.canonical import read_table, sort_rows, write_table
from shegong.package.checksums import json_bytes, stamped
from shegong.package.package import DESCRIPTOR, Package
from shegong.package.write import replace_files


def format_package(package: Package) -> tuple[list[str], list[Finding]]:
    """Write every table in canonical form and stamp the descriptor.

    Nothing is written where a table's rows cannot be trusted.

    Returns:
        The files that changed, and the findings that stand in the way.
    """
    new, findings = _canonical_tables(package)
    if findings:
        return [], findings
    new[DESCRIPTOR] = json_bytes(stamped(package.descriptor, new))
    changed = [file for file, content in new.items() if (package.root / file).read_bytes() != content]
    if changed:
        replace_files(package.root, {file: new[file] for file in changed})
    return changed, []


def _canonical_tables(package: Package) -> tuple[dict[str, bytes], list[Finding]]:
    new: dict[str, bytes] = {}
    findings: list[Finding] = []
    for name, schema in package.schemas.items():
        table = read_table(schema, package.file(name), package.path(name).read_bytes())
        if table.frame is None:
            findings += table.findings
        else:
            new[table.file] = write_table(sort_rows(schema, table.frame))
    return new, findings
