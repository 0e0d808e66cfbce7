"""What the grammar needs of a lexicon."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol


class DescriptorLike(Protocol):
    """What the grammar needs of a descriptor."""

    @property
    def name(self) -> str:
        """Canonical form."""
        ...

    @property
    def kind(self) -> str:
        """One of the lexicon's kinds."""
        ...

    @property
    def effects(self) -> Mapping[str, Mapping[str, float | str]]:
        """Settings by effect name."""
        ...


class MatchLike(Protocol):
    """A form found in a lexicon."""

    @property
    def descriptor(self) -> DescriptorLike:
        """What it means."""
        ...

    @property
    def form(self) -> str:
        """The stored form it was found by."""
        ...

    @property
    def sign(self) -> int:
        """-1 for a form that negates it ("un-muddy")."""
        ...


class LexiconLike(Protocol):
    """What the grammar needs of a lexicon."""

    @property
    def phrases(self) -> Collection[str]:
        """Forms of several words, with single spaces."""
        ...

    def __hash__(self) -> int:
        """Return the same number as long as it is the same lexicon."""
        ...

    @property
    def forms(self) -> Collection[str]:
        """Every stored form, in lower case with single spaces."""
        ...

    def find(self, text: str, /) -> MatchLike | None:
        """Return what a form means, or None."""
        ...
