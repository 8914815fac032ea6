"""The rules of `verify` and `release`."""

from __future__ import annotations

from shegong.findings import Rule

HASH = Rule(
    "verify-hash",
    "Every file has the SHA-256 that is published for it.",
    "verify",
    "get the file from the release again",
)
LISTED = Rule(
    "verify-listed",
    "Every file is listed in SHA256SUMS, in the RECORD of a wheel, or in releases.json if it is in releases/.",
    "verify",
    "remove the file",
)
ARCHIVE = Rule(
    "verify-archive",
    "An archive is, byte for byte, the one that its files make.",
    "verify",
    "get the archive from the release again",
)
TABLE_CHANGED = Rule(
    "verify-table",
    "Every table of a database is, written as CSV, the table of the package.",
    "verify",
    "get the database from the release again, or run `shegong build`",
)
SUCCESSOR = Rule(
    "verify-successor",
    "What replaces a removed id is in its table, or is removed itself.",
    "verify",
    "correct `replaced_by` in the table deprecations",
)
VERIFY_RULES = (HASH, LISTED, ARCHIVE, TABLE_CHANGED, SUCCESSOR)

PAGE = Rule("release-page", "Every generated page is up to date.", "release", "run `shegong docs`, then commit")
COMMITTED = Rule("release-committed", "Every file is committed.", "release", "commit the file, or remove it")
VERSION = Rule(
    "release-version",
    "The version is as high as the changes since the last release require.",
    "release",
    "raise `version` in datapackage.json; `shegong diff` lists the changes",
)
REMOVED = Rule(
    "release-removed",
    "Every id that was removed since the last release is in the table deprecations.",
    "release",
    "add each id to data/deprecations.csv, with what replaces it and why",
)
CHANGELOG = Rule(
    "release-changelog",
    "The changelog has a section for the version, with a heading for every table that changed.",
    "release",
    "describe the changes in CHANGELOG.md under these headings",
)
RECORDED = Rule(
    "release-recorded",
    "A version that is released keeps its bytes.",
    "release",
    'set `version` and `created` in datapackage.json, and give CHANGELOG.md\'s section "Unreleased" that version',
)
RELEASE_RULES = (PAGE, COMMITTED, VERSION, REMOVED, CHANGELOG, RECORDED)
