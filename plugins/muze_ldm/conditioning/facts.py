"""All that is known of a song, and the conditions of any window of it.

Tracks (`from_track`) and plans (`from_plan`) both become `SongFacts`, so that a condition means the same whether a
model learns from it or is asked for it. Times are seconds from the song's beginning; a field that is None is not known.

Legend: N spans or beats, P phonemes, W latent frames, F control channels, K groups of them, T control frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from muze_ldm.conditioning.keys import CONDITIONS
from muze_ldm.conditioning.spans import (
    UNKNOWN,
    Chords,
    Floats,
    Ints,
    Phonemes,
    Sections,
    Spans,
    Times,
    Window,
)
from muzecli.song.track import F0_BINS, F0_RATE_HZ

if TYPE_CHECKING:
    from muze_ldm.conditioning.config import ConditioningConfig
    from muze_ldm.conditioning.keys import Item

__all__ = ["ControlSource", "SongFacts", "Window", "check_names", "coarse_bins", "pitch_conditions"]

Flags = npt.NDArray[np.bool_]


class ControlSource(Protocol):
    """Where control frames come from."""

    def control(self, window: Window, fold: int) -> tuple[Floats, Flags]:
        """Return (F, W · fold) frames and (K,) flags, whether each group of channels is known."""
        ...


@dataclass(frozen=True, eq=False)
class SongFacts:
    """All that is known of a song.

    Attributes:
        config: of the model.
        duration_s: of the song.
        whole: conditions that are the same everywhere in it.
        energy: of the whole song, where its sections' are not known.
        sections, beats, chords, phonemes: see the classes; beats (N,).
        f0_hz: pitch of the voice every 10 ms, 0 where there is none.
        breaths: begin and end of each.
        control: source of the control frames.
    """

    config: ConditioningConfig
    duration_s: float
    whole: Item = field(default_factory=dict)
    energy: float | None = None
    sections: Sections | None = None
    beats: Times | None = None
    chords: Chords | None = None
    phonemes: Phonemes | None = None
    f0_hz: Floats | None = None
    breaths: Spans | None = None
    control: ControlSource | None = None

    def window(self, window: Window, given: Item | None = None) -> dict[str, Any]:
        """Return the conditions of a window, those that the configuration has a use for.

        Args:
            window: a stretch of the song.
            given: conditions that are known better than from here, such as control frames from a cache, all of whose
                groups are known unless `control_known` says otherwise.

        Raises:
            ValueError: the name of a given condition is none.
        """
        given = given or {}
        check_names(given)
        config = self.config
        item: dict[str, Any] = dict(self.whole)
        item["position"] = min(max(window.start_s, 0.0), self.duration_s) / self.duration_s
        item |= self._section(window)
        if self.chords is not None and config.use_chord:
            item |= self._chord(self.chords, window)
        if self.beats is not None and config.use_beat:
            beats = self.beats[(self.beats >= window.start_s) & (self.beats < window.end_s)]
            item["num_beats"] = len(beats)
            item["beat_positions"] = (beats - window.start_s).astype(np.float32)
        if self.phonemes is not None and config.use_phonemes:
            item |= self._phonemes(self.phonemes, window)
        if config.use_pitch:
            item |= {} if self.f0_hz is None else pitch_conditions(self.f0_hz, window)
            item |= {} if self.breaths is None else self._breaths(self.breaths, window)
        if "control" in given:
            item["control_known"] = np.ones(self._control_groups, bool)
        elif self.control is not None and config.control_channels:
            item["control"], item["control_known"] = self.control.control(window, config.control_fold)
        item |= given
        return {name: value for name, value in item.items() if config.uses(name)}

    @cached_property
    def _control_groups(self) -> int:
        return len(self.config.control_groups)

    def _section(self, window: Window) -> dict[str, Any]:
        """Return type, energy and vocals of what fills the most of a window."""
        found: dict[str, Any] = {} if self.energy is None else {"energy": self.energy}
        sections = self.sections
        if sections is None:
            return found
        overlaps = sections.overlaps(window)
        if not overlaps.any():
            return found
        found["section_type"] = int(sections.types[overlaps.argmax()])
        measured = ~np.isnan(sections.energies) & (overlaps > 0.0)
        if measured.any():
            found["energy"] = float(np.average(sections.energies[measured], weights=overlaps[measured]))
        heard = sections.vocals != UNKNOWN
        if overlaps[heard].any():
            sung = overlaps[sections.vocals == 1].sum()
            found["has_vocals"] = int(2.0 * sung >= overlaps[heard].sum())
        return found

    @staticmethod
    def _chord(chords: Chords, window: Window) -> dict[str, Any]:
        """Return the chord that sounds the longest; none where none sounds."""
        overlaps = chords.overlaps(window)
        if not overlaps.any():
            return {}
        numbers, places = np.unique(chords.numbers, return_inverse=True)
        return {"chord": int(numbers[np.bincount(places, overlaps).argmax()])}

    @staticmethod
    def _phonemes(phonemes: Phonemes, window: Window) -> dict[str, Any]:
        """Return the phonemes whose middles lie in a window; their times are cut to it."""
        middles = (phonemes.starts + phonemes.ends) / 2
        within = (middles >= window.start_s) & (middles < window.end_s)
        found: dict[str, Any] = {"phonemes": phonemes.numbers[within]}
        if phonemes.timed:
            for name, times in (("phoneme_starts", phonemes.starts), ("phoneme_ends", phonemes.ends)):
                cut = np.clip(times[within] - window.start_s, 0.0, window.duration_s)
                found[name] = cut.astype(np.float32)
        return found

    @staticmethod
    def _breaths(breaths: Spans, window: Window) -> dict[str, Any]:
        """Return the breaths that begin in a window."""
        within = (breaths.starts >= window.start_s) & (breaths.starts < window.end_s)
        pairs = np.stack([breaths.starts[within], breaths.ends[within]], axis=-1) - window.start_s
        return {"breaths": pairs.astype(np.float32)}


def pitch_conditions(f0_hz: Floats, window: Window) -> dict[str, Any]:
    """Return pitch, bin and voicing in the frames of a window, each (W,).

    A frame has a pitch where at least half of the 10 ms in it have: their geometric mean.

    Args:
        f0_hz: of the song, every 10 ms.
        window: may reach beyond the song, where there is no pitch.
    """
    fine = max(1, round(F0_RATE_HZ / window.rate_hz))
    middles = window.start_s + (np.arange(window.frames * fine) + 0.5) / (fine * window.rate_hz)
    at = np.floor(middles * F0_RATE_HZ).astype(np.int64)
    inside = (at >= 0) & (at < len(f0_hz))
    heard = np.zeros(len(at), np.float64)
    heard[inside] = f0_hz[at[inside]]
    values = heard.reshape(window.frames, fine)
    voiced = values > 0.0
    count = voiced.sum(axis=1)
    logarithms = np.log2(values, out=np.zeros_like(values), where=voiced).sum(axis=1)
    on = 2 * count >= fine
    hz = np.where(on, np.exp2(logarithms / np.maximum(count, 1)), 0.0)
    return {"f0_hz": hz.astype(np.float32), "f0_coarse": coarse_bins(hz), "f0_voiced": on}


def coarse_bins(hz: Times) -> Ints:
    """Return the bins 0…83 of frequencies, as `muzecli.song.track.coarse_bin` has them."""
    semitones = np.round(12.0 * np.log2(np.maximum(hz, 1.0) / 440.0)).astype(np.int64) + 69 - 24
    bins: Ints = np.where(hz > 0.0, np.clip(semitones, 0, F0_BINS - 1), 0)
    return bins


def check_names(given: Mapping[str, Any]) -> None:
    """Check that given values are conditions.

    Raises:
        ValueError: one is none.
    """
    for name in given:
        if name not in CONDITIONS and name != "control_known":
            raise ValueError(f"a condition is one of {', '.join(CONDITIONS)}; not '{name}'")
