"""Audio that goes on after a song: joined at a bar line, and all before it stays as it is.

The engine is given the last bar of the song once more, as the first bar of what it plays: it hears what comes before,
its level can be compared, and the crossfade that ends at the bar line has something to fade from.

    file      |─────────────── song ──────────┊─ tail ─|        the tail, after its last bar line, goes
    engine                            |─ bar ─┊──────────── new ────────────|
    result    |─────────────── song ──────────╳──────────── new ────────────|
                                              ↑ bar line
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_generate.asking.heard import Heard
from muze_generate.asking.request import GenerateRequest
from muze_generate.finishing.channels import with_channels
from muze_generate.finishing.joints import CROSSFADE_S, on_grid, spliced
from muze_generate.finishing.levels import matching_gain_db, measured, under_ceiling
from muze_generate.finishing.work import STEREO, Encoding, Finished
from muzecli.audio.formats import check_writable, choose_subtype
from muzecli.audio.resample import resample
from muzecli.errors import UsageError
from muzecli.plugin import Reference, Rendering
from muzecli.song.documents import plan_document
from muzecli.song.plan import Plan, Section

Samples = npt.NDArray[np.float32]

MOST_APART_LU = 3.0
"""How much louder or softer than the song its continuation may be as a whole."""
_NEAR_S = 0.02  # a file that ends this much before its bar line ends there


@dataclass(frozen=True)
class Continuation:
    """What comes after audio that is there.

    Attributes:
        new: the plan of what is new.
        heard: the audio before.
        join_s: the bar line in it after which the new part begins, in seconds.
        encoding: of the file.
        loudness: of the new part, in LUFS; None matches what is there.
        matched: whether to match what is there.
    """

    new: Plan
    heard: Heard
    join_s: float
    encoding: Encoding
    loudness: float | None = None
    matched: bool = True

    @classmethod
    def asked(cls, plan: Plan, request: GenerateRequest, container: str, heard: Heard) -> Continuation:
        """Return the work that a request means; the file stays what it is unless asked otherwise.

        Raises:
            UsageError: the container cannot hold it.
        """
        subtype = choose_subtype(container, heard.info, request.bit_depth)
        rate_hz = request.sample_rate or heard.rate_hz
        channels = heard.info.channels if request.channels is None else STEREO[request.channels]
        check_writable(container, subtype, rate_hz=rate_hz, channels=channels)
        if subtype not in ("FLOAT", "DOUBLE") and float(np.abs(heard.samples).max()) > 1.0:
            raise UsageError(
                f"{heard.name} goes over full scale, which only floating point can hold",
                hint="--bit-depth 32, or turn it down first",
            )
        return cls(
            plan,
            heard,
            join_line_s(heard, plan.bar_s if request.tempo is not None or request.plan is not None else None),
            Encoding(container, subtype, rate_hz, channels, tags=heard.info.tags.without_measurements()),
            request.loudness_lufs,
            request.loudness is None,
        )

    @property
    def plan(self) -> Plan:
        """The last bar before, and the new part."""
        first = self.new.sections[0]
        lead = replace(first, bars=1, chords=first.chords[:1], lyrics=None)
        before = self.heard.planned[0] if self.heard.planned is not None else None
        if before is not None and before.time_signature == self.new.time_signature:
            last = before.sections[-1]
            lead = Section(last.type, 1, last.energy, last.has_vocals, last.chords[-1:])
        return self.new.with_sections((lead, *self.new.sections))

    @property
    def reference(self) -> Reference:
        """All before the bar line, to be kept."""
        frames = round(self.join_s * self.heard.rate_hz)
        start_s = self.new.bar_s - self.join_s
        kept = ((start_s, self.new.bar_s),)
        return Reference(self.heard.samples[:, :frames], self.heard.rate_hz, start_s=start_s, keep=kept)

    @property
    def inputs(self) -> tuple[Mapping[str, str], ...]:
        """Name and SHA-256 of the audio before."""
        return (self.heard.record,)

    @property
    def song(self) -> Plan:
        """The plan of the whole file where both parts are on one grid, else that of the new part."""
        joined = self._joined()
        return self.new if joined is None else joined

    def document(self) -> dict[str, Any]:
        """Return what the sidecar says beside the plan."""
        planned = self.heard.planned
        start_s = self.join_s if self._joined() is None or planned is None else planned[1]
        part = {"plan": plan_document(self.new), "start_s": round(self.join_s, 6)}
        return {"plan_start_s": round(start_s, 6), "part": part}

    def finished(self, rendering: Rendering, *, seed: int) -> Finished:
        """Return the audio before, a crossfade, and the new part."""
        rate_hz, channels = self.encoding.rate_hz, self.encoding.channels
        before = _converted(self.heard.samples, self.heard.rate_hz, rate_hz, channels)
        played = _converted(rendering.samples, rendering.rate_hz, rate_hz, channels)
        join, lead = min(round(self.join_s * rate_hz), before.shape[1]), round(self.new.bar_s * rate_hz)
        fade = min(round(CROSSFADE_S * rate_hz), join, lead)
        gain_db = self._gain_db(before[:, :join], played, lead)
        new = under_ceiling(played[:, lead - fade :] * np.float32(10.0 ** (gain_db / 20.0)), rate_hz)
        span = spliced(new, head=before[:, join - fade : join], tail=before[:, :0])
        span = on_grid(span, self.encoding.subtype, self.heard.info, seed)
        samples = np.concatenate((before[:, : join - fade], span), axis=1)
        level = measured(samples, rate_hz)
        figures = {
            "integrated_lufs": round(level.lufs, 2),
            "true_peak_dbtp": round(level.true_peak_dbtp, 2),
            "new_part_gain_db": round(gain_db, 2),
        }
        return Finished(samples, rate_hz, figures)

    def _gain_db(self, before: Samples, played: Samples, lead: int) -> float:
        """Return the gain of the new part: to the loudness asked for, or to that of the song.

        The bar that both have compares them; an engine that lays the old samples over it says nothing about its level
        there, and so the parts as wholes may not lie too far apart either.
        """
        rate_hz = self.encoding.rate_hz
        if self.loudness is not None:
            loudness = measured(played[:, lead:], rate_hz).lufs
            return self.loudness - loudness if math.isfinite(loudness) else 0.0
        if not self.matched:
            return 0.0
        bar = min(before.shape[1], lead)
        gain_db = matching_gain_db(before[:, before.shape[1] - bar :], played[:, lead - bar : lead], rate_hz)
        apart = gain_db - matching_gain_db(before, played[:, lead:], rate_hz)
        return gain_db - apart + min(MOST_APART_LU, max(-MOST_APART_LU, apart))

    def _joined(self) -> Plan | None:
        """Return one plan of both parts; None where they have no grid in common."""
        if self.heard.planned is None:
            return None
        before, start_s = self.heard.planned
        on_one_grid = (
            (before.tempo_bpm, before.time_signature, before.key)
            == (self.new.tempo_bpm, self.new.time_signature, self.new.key)
            and abs(start_s + before.duration_s - self.join_s) < 1e-3
        )  # fmt: skip
        if not on_one_grid:
            return None
        sections = (*_played_by(before), *_played_by(self.new))
        players = tuple(dict.fromkeys((*before.instruments, *self.new.instruments)))
        return replace(self.new, sections=sections, instruments=players, template=None)


def join_line_s(heard: Heard, bar_s: float | None) -> float:
    """Return the last bar line of audio, in seconds.

    That is the end of its plan, where it has one; else, where the length of a bar is known, the last whole bar from
    its beginning; else its end.

    Args:
        heard: the audio.
        bar_s: length of a bar, where there is no plan; None where nobody said it.
    """
    end_s, start_s = heard.duration_s, 0.0
    if heard.planned is not None:
        plan, start_s = heard.planned
        bar_s = plan.bar_s
        if start_s + plan.duration_s <= end_s + _NEAR_S:
            return min(start_s + plan.duration_s, end_s)
    if bar_s is None:
        return end_s
    bars = math.floor((end_s - start_s + _NEAR_S) / bar_s)
    return min(start_s + bars * bar_s, end_s) if bars > 0 else end_s


def _played_by(plan: Plan) -> tuple[Section, ...]:
    """Return a plan's sections with their players named, since the other part may have others."""
    return tuple(
        replace(section, instruments=plan.instruments) if section.instruments is None else section
        for section in plan.sections
    )


def _converted(samples: Samples, rate_hz: int, to_rate_hz: int, channels: int) -> Samples:
    return with_channels(resample(samples, rate_hz, to_rate_hz), channels, to_rate_hz)
