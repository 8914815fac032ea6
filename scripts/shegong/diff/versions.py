"""Version numbers, and how a change raises them by the recipe of the Data Package standard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from shegong.errors import PackageError


class Bump(IntEnum):
    """The version bump that a change requires."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


@dataclass(frozen=True, order=True)
class Version:
    """A semantic version without pre-release or build."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        """Return the version as it is written: `0.1.0`."""
        return f"{self.major}.{self.minor}.{self.patch}"

    def bump(self, level: Bump) -> Version:
        """Return the lowest version that a change of this level may have.

        While the version is 0.x, what would be major raises the middle number and the rest the last.
        """
        if level is Bump.NONE:
            return self
        if self.major == 0:
            return Version(0, self.minor + 1, 0) if level is Bump.MAJOR else Version(0, self.minor, self.patch + 1)
        match level:
            case Bump.MAJOR:
                return Version(self.major + 1, 0, 0)
            case Bump.MINOR:
                return Version(self.major, self.minor + 1, 0)
            case _:
                return Version(self.major, self.minor, self.patch + 1)


def parse_version(text: str) -> Version:
    """Read a version.

    Raises:
        PackageError: It is not three numbers.
    """
    match = re.fullmatch(r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})", text)
    if not match:
        raise PackageError(f"{text!r} is not a version such as 0.1.0")
    return Version(*(int(number) for number in match.groups()))
