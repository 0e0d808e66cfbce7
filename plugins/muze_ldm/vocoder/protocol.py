"""The seam between mel spectrograms and sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from muzecli.audio.mel import MelSpec

if TYPE_CHECKING:
    from torch import Tensor


@runtime_checkable
class Vocoder(Protocol):
    """Makes samples of log-mel columns.

    Attributes:
        rate_hz: sampling rate of the samples.
        mel: the analysis that it inverts.
        context_columns: columns on either side that a sample depends on: a piece that is decoded with so many
            columns around it, which are thrown away, has the samples of the whole. Where a vocoder looks at
            everything, as Griffin-Lim does, it is what makes pieces nearly fit.
    """

    @property
    def rate_hz(self) -> int: ...  # noqa: D102
    @property
    def mel(self) -> MelSpec: ...  # noqa: D102
    @property
    def context_columns(self) -> int: ...  # noqa: D102

    def decode(self, mel: Tensor, *, first_column: int = 0) -> Tensor:
        """Return samples (B, T · hop) in about ±1 of natural log-mel columns; column t is centred on sample t · hop.

        Args:
            mel: (B, M, T).
            first_column: number of the first column, where these are a piece of something longer.
        """
        ...
