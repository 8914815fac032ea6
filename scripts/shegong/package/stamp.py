"""Stamps: the bytes and hash of each table in `datapackage.json`, and the canonical form of the files."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from shegong.finding import Finding, PackageError
from shegong.package.canonical import BLOCK, read_table, sort_rows, write_table
from shegong.package.descriptor import DESCRIPTOR, Package
from shegong.package.transaction import change_files


def stamp_of(path: Path) -> tuple[int, str]:
    """Size in bytes and `sha256:` hash of a file."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        # Not `hashlib.file_digest`: its small reads each wait for whoever imports meanwhile.
        while block := file.read(BLOCK):
            digest.update(block)
    return path.stat().st_size, f"sha256:{digest.hexdigest()}"


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
        change_files(package.root, {file: new[file] for file in changed})
    return changed, []


def stamped(descriptor: dict[str, Any], tables: dict[str, bytes]) -> dict[str, Any]:
    """The descriptor with bytes and hash of each table, given the tables' bytes by path."""
    resources = [{**item, **_stamp_of_bytes(tables[item["path"]])} for item in descriptor["resources"]]
    return {**descriptor, "resources": resources}


def json_bytes(content: dict[str, Any]) -> bytes:
    """The canonical form of a JSON file of the package."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` in the place of a file at one stroke: it is the old one or the new one, never a part.

    Raises:
        PackageError: It cannot be written; the old file is untouched.
    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(path.stat().st_mode if path.exists() else 0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise PackageError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


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


def _stamp_of_bytes(content: bytes) -> dict[str, int | str]:
    return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
