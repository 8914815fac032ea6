"""Write a set of files as a zip with the same bytes on every machine: sorted, not compressed, with fixed times."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

EPOCH = (1980, 1, 1, 0, 0, 0)
SUMS = "SHA256SUMS"


def canonical_zip(members: Mapping[str, bytes]) -> bytes:
    """Return the bytes of the archive. Nothing is compressed, because libraries compress differently."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, EPOCH)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, members[name])
    return out.getvalue()


def sums(members: Mapping[str, bytes]) -> bytes:
    """Return a `SHA256SUMS` file, as `sha256sum --check` reads it."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(members.items())]
    return "".join(lines).encode("utf-8")


def parse_sums(content: bytes) -> dict[str, str]:
    """Return the digests of a `SHA256SUMS` file by name; a malformed line gets an empty digest."""
    found = {}
    for line in content.decode("utf-8", "replace").splitlines():
        digest, separator, name = line.partition("  ")
        found[name or line] = digest if separator else ""
    return found
