"""Write the tables in canonical form, and their sizes and hashes into the descriptor."""

from __future__ import annotations

from shegong.checks.descriptor import NON_BLOCKING, check_descriptor
from shegong.findings import Finding
from shegong.package.canonical import read_table, sort_rows, write_table
from shegong.package.checksums import json_bytes, stamped
from shegong.package.lock import exclusive_lock
from shegong.package.package import DESCRIPTOR, Package
from shegong.package.write import replace_files


def format_package(package: Package) -> tuple[list[str], list[Finding]]:
    """Write every table in canonical form, all or none.

    Returns:
        The files that changed, and the findings because of which nothing was written.
    """
    with exclusive_lock(package.root, "another change of the tables"):
        blockers = [finding for finding in check_descriptor(package) if finding.rule not in NON_BLOCKING]
        new, findings = ({}, blockers) if blockers else _canonical_tables(package)
        return ([], findings) if findings else (_replace(package, new), [])


def _canonical_tables(package: Package) -> tuple[dict[str, bytes], list[Finding]]:
    new: dict[str, bytes] = {}
    findings: list[Finding] = []
    for name, schema in package.schemas.items():
        table = read_table(schema, package.file(name), package.table_bytes(name))
        if table.frame is None:
            findings += table.findings
        else:
            new[table.file] = write_table(sort_rows(schema, table.frame))
    return new, findings


def _replace(package: Package, tables: dict[str, bytes]) -> list[str]:
    new = {**tables, DESCRIPTOR: json_bytes(stamped(package.descriptor, tables))}
    changed = [file for file, content in new.items() if package.read(file) != content]
    if changed:
        replace_files(package.root, {file: new[file] for file in changed})
    return changed
