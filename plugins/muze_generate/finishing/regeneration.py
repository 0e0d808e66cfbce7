"""One section of a song made anew: all the rest of the file stays as it is, sample for sample.

The engine plays the whole plan and is told what to keep; of what it gives, only the section is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_generate.asking.heard import Heard
from muze_generate.finishing.channels import with_channels
from muze_generate.finishing.joints import CROSSFADE_S, on_grid, spliced
from muze_generate.finishing.levels import matching_gain_db, measured, under_ceiling
from muze_generate.finishing.work import Encoding, Finished
from muzecli.audio.formats import bit_depth
from muzecli.audio.resample import resample
from muzecli.errors import BadDataError, UsageError
from muzecli.plugin import Reference, Rendering
from muzecli.song.plan import Plan

Samples = npt.NDArray[np.float32]

_CONTEXT_S = 8.0  # on each side, for comparing levels
_EXACT = ("PCM_U8", "PCM_S8", "PCM_16", "PCM_24", "FLOAT")  # what 32-bit floats hold without loss
_NEAR_S = 0.05


@dataclass(frozen=True)
class Regeneration:
    """A section to make anew.

    Attributes:
        plan: of the whole song.
        heard: the song.
        section: its number, from 0.
        plan_start_s: where in the file the plan begins.
        encoding: of the song, and so of the result.
        lossy: whether the file must be encoded anew, which changes all of it a little.
    """

    plan: Plan
    heard: Heard
    section: int
    plan_start_s: float
    encoding: Encoding
    lossy: bool = False

    @classmethod
    def asked(cls, plan: Plan, heard: Heard, section: int, *, container: str) -> Regeneration:
        """Return the work that a request means.

        Args:
            plan: of the song; from its sidecar, or changed in what it plays but not in its length.
            heard: the song, with its sidecar.
            section: from 0.
            container: of the result, which must be the song's.

        Raises:
            UsageError: there is no such section, or the result cannot be what the song is.
            BadDataError: the song has no plan, or is shorter than its plan.
        """
        if heard.planned is None:
            raise BadDataError(
                f"{heard.name} has no sidecar with a plan, which says where its sections are",
                hint="keep song.json beside song.wav",
            )
        own, start_s = heard.planned
        if section >= len(own.sections):
            last = len(own.sections) - 1
            raise UsageError(f"{heard.name} has sections 0 to {last}, and --regenerate-section is {section}")
        if [span.start_s for span in plan.spans] != [
            span.start_s for span in own.spans
        ] or plan.bars != own.bars:
            raise UsageError(
                "a changed plan must have its sections where the song has them: bars, tempo and metre stay",
                hint="muze plan PLAN --set sections.2.energy=0.9 changes what is played",
            )
        span = own.spans[section]
        if start_s + span.end_s > heard.duration_s + _NEAR_S:
            raise BadDataError(
                f"{heard.name} lasts {heard.duration_s:.2f} s, and by its plan the section ends at"
                f" {start_s + span.end_s:.2f} s",
                hint="the sidecar belongs to another file",
            )
        if container != heard.info.container:
            raise UsageError(
                f"the rest of {heard.name} stays as it is, so the result must be {heard.info.container.upper()},"
                f" too, and it would be {container.upper()}",
                hint="change the suffix of --output; any program converts it afterwards",
            )
        subtype = heard.info.subtype
        lossy = bit_depth(subtype) is None
        if not lossy and subtype not in _EXACT:
            raise UsageError(
                f"the rest of {heard.name} can stay as it is at 8, 16 or 24 bit or 32-bit float, and it is {subtype}",
                hint="convert it first",
            )
        encoding = Encoding(container, subtype, heard.rate_hz, heard.info.channels, tags=heard.info.tags)
        return cls(plan, heard, section, start_s, encoding, lossy)

    @property
    def song(self) -> Plan:
        """The plan of the whole file."""
        return self.plan

    @property
    def is_last(self) -> bool:
        """Whether nothing follows; what rings out is made anew as well then."""
        return self.section == len(self.plan.sections) - 1

    @property
    def edges_s(self) -> tuple[float, float]:
        """Where in the file the section begins and ends."""
        span = self.plan.spans[self.section]
        end_s = self.heard.duration_s if self.is_last else self.plan_start_s + span.end_s
        return self.plan_start_s + span.start_s, end_s

    @property
    def reference(self) -> Reference:
        """The whole song, all of it but the section to be kept."""
        start_s, end_s = self.edges_s
        spans = ((0.0, start_s), (end_s, self.heard.duration_s))
        keep = tuple((a - self.plan_start_s, b - self.plan_start_s) for a, b in spans if b > a)
        return Reference(self.heard.samples, self.heard.rate_hz, start_s=-self.plan_start_s, keep=keep)

    @property
    def inputs(self) -> tuple[Mapping[str, str], ...]:
        """Name and SHA-256 of the song."""
        return (self.heard.record,)

    def document(self) -> dict[str, Any]:
        """Return what the sidecar says beside the plan."""
        start_s, end_s = self.edges_s
        part = {"section": self.section, "start_s": round(start_s, 6), "end_s": round(end_s, 6)}
        return {"plan_start_s": round(self.plan_start_s, 6), "part": None, "regenerated": part}

    def finished(self, rendering: Rendering, *, seed: int) -> Finished:
        """Return the song with its section made anew."""
        song, rate_hz = self.heard.samples, self.heard.rate_hz
        played = self._on_file(rendering)
        first, last = (min(round(edge_s * rate_hz), song.shape[1]) for edge_s in self.edges_s)
        crossfade = round(CROSSFADE_S * rate_hz)
        into = min(crossfade, first)  # ends at the section's beginning
        out = 0 if last == song.shape[1] else min(crossfade, last - first)  # ends where the next one begins
        start = first - into
        gain_db = self._gain_db(played, first, last)
        new = under_ceiling(played[:, start:last] * np.float32(10.0 ** (gain_db / 20.0)), rate_hz)
        span = spliced(new, head=song[:, start:first], tail=song[:, last - out : last])
        samples = song.copy()
        samples[:, start:last] = on_grid(span, self.encoding.subtype, self.heard.info, seed)
        level = measured(samples, rate_hz)
        figures = {
            "integrated_lufs": round(level.lufs, 2),
            "true_peak_dbtp": round(level.true_peak_dbtp, 2),
            "new_part_gain_db": round(gain_db, 2),
        }
        name = self.encoding.container.upper()
        lossy = f"{name} is lossy: the file is encoded anew, and so the rest is not the same bytes"
        return Finished(samples, rate_hz, figures, (lossy,) if self.lossy else ())

    def _on_file(self, rendering: Rendering) -> Samples:
        """Return the rendering on the file's time axis, as long as the file: (C, N)."""
        rate_hz, frames = self.heard.rate_hz, self.heard.samples.shape[1]
        played = with_channels(
            resample(rendering.samples, rendering.rate_hz, rate_hz), self.encoding.channels, rate_hz
        )
        offset = round(self.plan_start_s * rate_hz)
        placed = np.zeros_like(self.heard.samples)
        count = min(played.shape[1], frames - offset)
        placed[:, offset : offset + count] = played[:, :count]
        return placed

    def _gain_db(self, played: Samples, first: int, last: int) -> float:
        """Return the gain that brings the rendering to the song's level.

        An unchanged section is as loud as before. One whose plan was changed may be louder or softer, and so the
        level is judged by what surrounds it.
        """
        song, context = self.heard.samples, round(_CONTEXT_S * self.heard.rate_hz)
        offset = round(self.plan_start_s * self.heard.rate_hz)  # nothing is rendered before it
        around = [slice(max(offset, first - context), first), slice(last, last + context)]
        alone = sum(song[:, span].shape[1] for span in around) < self.heard.rate_hz
        planned = self.heard.planned
        if alone or planned is None or planned[0].sections[self.section] == self.plan.sections[self.section]:
            around = [slice(first, last)]
        stays, rendered = (np.concatenate([x[:, span] for span in around], axis=1) for x in (song, played))
        return matching_gain_db(stays, rendered, self.heard.rate_hz)
