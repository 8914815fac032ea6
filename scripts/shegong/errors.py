"""Errors: what a command prints in one line, with exit code 2."""

from __future__ import annotations


class PackageError(Exception):
    """A command is used wrongly, or a package cannot be read: one line, exit code 2."""


def first_line(error: Exception) -> str:
    """Return the first line of an engine's error; the rest is its context."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
