"""Sections: where they begin, what they are, how energetic, and what is sung in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from muzecli.listening.heard import Finding, Heard, absent

if TYPE_CHECKING:
    from muze_dataset.hearing.form.form import Form
    from muze_dataset.hearing.words.timed import Timed

_METHOD = "self-similarity of bars, best path through lengths; names by repetition, energy and order"
_SUNG_SHARE = 0.1
"""Of a section, from which it has vocals."""


class Sections:
    """Tells the form of a recording; see `muze_dataset.hearing.form.form`.

    Beats and energy are used where they were found: a recording without a pulse, and a silent one, has a form, too.
    """

    name = "sections"
    version = "2"
    needs = ("audio", "material.semitones", "material.bands", "material.energy_curve")
    uses = ("beat_positions", "downbeat_positions", "fact.voice_activity", "fact.lyric_times", "lyrics")
    gives = ("segments", "fact.section_confidence")
    cost_per_second = 0.0006

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return which fitted numbers are used."""
        from muze_dataset.hearing.form.tables import tables_sha256

        return {"tables": tables_sha256()}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the sections, and for each how certain its start and its type are and which group it is of."""
        from muze_dataset.hearing.form.form import Music, find_form

        missing = [name for name in ("material.semitones", "material.bands") if heard.value(name) is None]
        if missing or heard.duration_s == 0.0:
            why = heard.reason(missing[0]) if missing else "there are no samples"
            return dict.fromkeys(self.gives, absent(f"nothing to hear form in: {why}"))
        form = find_form(
            Music(
                duration_s=heard.duration_s,
                bands=heard.value("material.bands"),
                pitches=heard.value("material.semitones"),
                energy=heard.value("material.energy_curve"),
                beats_s=heard.value("beat_positions") or (),
                downbeats_s=heard.value("downbeat_positions") or (),
                voices_s=heard.value("fact.voice_activity"),
                lines=_lines(heard),
            )
        )
        if not _may_be_music(heard):
            form = form.unnamed()
        fallback = _fallback(form)
        whole = round(form.confidence, 3)
        return {
            "segments": Finding(_segments(form, heard.duration_s), _METHOD, whole, fallback),
            "fact.section_confidence": Finding(
                [
                    {
                        "start": round(part.start_confidence, 3),
                        "type": round(part.type_confidence, 3),
                        "group": part.group,
                    }
                    for part in form.parts
                ],
                "logistic regression; forward and backward through the chain of types",
                fallback=fallback,
            ),
        }


def _may_be_music(heard: Heard) -> bool:
    """Say whether sections may have names: what has neither beats nor tuned tones, such as speech, has no verses."""
    if "beat_positions" not in heard.findings or heard.value("beat_positions") is not None:
        return True
    return bool(heard.value("material.semitones").is_pitched)


def _lines(heard: Heard) -> Sequence[Timed]:
    from muze_dataset.hearing.form.words import timed_lines
    from muze_dataset.hearing.words.timed import from_document

    times = from_document(heard.value("fact.lyric_times"))
    return () if times is None else timed_lines(heard.value("lyrics"), *times)


def _fallback(form: Form) -> str | None:
    if form.grid is None or form.grid.barred:
        return None
    if form.grid.beaten:
        return "no downbeats were found: bars of four beats, counted from the first"
    return "no beats were found: even steps of half a second"


def _segments(form: Form, duration_s: float) -> list[dict[str, Any]]:
    edges_s = [*(round(part.start_s, 4) for part in form.parts), duration_s]
    segments = []
    for part, start_s, end_s in zip(form.parts, edges_s[:-1], edges_s[1:], strict=True):
        segment: dict[str, Any] = {
            "type": part.type,
            "start": start_s,
            "end": end_s,
            "energy": None if part.energy is None else round(part.energy, 3),
            "has_vocals": None if part.sung is None else part.sung >= _SUNG_SHARE,
        }
        if part.lyrics:
            segment["lyrics"] = "\n".join(part.lyrics)
        segments.append(segment)
    return segments
