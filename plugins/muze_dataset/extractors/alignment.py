"""When each phoneme of the lyrics sounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from muzecli.listening.heard import Finding, Heard, absent

if TYPE_CHECKING:
    from muze_dataset.hearing.words.aligned import Aligned
    from muze_dataset.hearing.words.pronounced import Pronounced

_LEAST_AGREEMENT = 0.85
"""Without times from elsewhere less than this agreement of two alignments is guesswork: no times at all."""
_FASTEST_A_SECOND = 25.0  # phonemes; quicker than any rap
_SHORTEST_S = 0.001


class Alignment:
    """Puts the phonemes in time: within the times that the lyrics have, else within what is sung."""

    name = "alignment"
    version = "1"
    needs = ("phonemes_ipa", "lyrics", "language", "fact.lyric_times", "fact.voice_activity", "audio")
    uses = ("material.vocals",)
    gives = ("phoneme_timestamps",)
    cost_per_second = 0.005

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return which fitted sounds are used."""
        from muze_dataset.hearing.words.sounds import tables_sha256

        return {"tables": tables_sha256()}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the times of all phonemes by forced alignment, or why there are none."""
        return {"phoneme_timestamps": _found(heard)}


def _found(heard: Heard) -> Finding:
    from muze_dataset.hearing.words.pronounced import pronounce

    if heard.value("phonemes_ipa") is None:
        return absent(f"no phonemes: {heard.reason('phonemes_ipa')}")
    read = pronounce(heard.value("lyrics"), heard.value("language"))
    if list(read.phonemes) != list(heard.value("phonemes_ipa")):
        return absent("the phonemes are not those of the lyrics")
    times = heard.value("fact.lyric_times")
    return _without_times(heard, read) if not times or not times["items"] else _with_times(heard, read)


def _with_times(heard: Heard, read: Pronounced) -> Finding:
    from muze_dataset.hearing.words.aligned import align_in_spans
    from muze_dataset.hearing.words.placing import stretches
    from muze_dataset.hearing.words.timed import LINE, from_document

    timed = from_document(heard.value("fact.lyric_times"))
    assert timed is not None
    level, items = timed
    parts = stretches(read.words, items, heard.value("lyrics"))
    if parts is None:
        return absent(f"the times of the {level}s do not fit the lyrics, or leave no time to sing them")
    frames, table, where = _heard_voice(heard)
    sung = heard.value("fact.voice_activity")
    aligned = align_in_spans(frames, read.lines, parts, sung=sung, table=table, loose=level == LINE)
    return _finding(heard, read, aligned, f"Viterbi alignment within {level}s, {where}")


def _without_times(heard: Heard, read: Pronounced) -> Finding:
    from muze_dataset.hearing.words.aligned import align_in_song

    sung, why = heard.value("fact.voice_activity"), "the lyrics have no times"
    if not sung:
        return absent(f"{why}, and where somebody sings is not known either")
    room_s = sum(end_s - start_s for start_s, end_s in sung)
    if len(read.phonemes) > _FASTEST_A_SECOND * room_s:
        return absent(f"{why}, and are more than can be sung in the {room_s:.0f} s that are")
    frames, table, where = _heard_voice(heard)
    aligned = align_in_song(frames, read.lines, [(start_s, end_s) for start_s, end_s in sung], table=table)
    if aligned is None:
        return absent(f"{why}, and are too long to be placed in the {room_s:.0f} s that are sung")
    if aligned.agreement < _LEAST_AGREEMENT:
        share = f"two alignments agree on {aligned.agreement:.0%} of the phonemes"
        return absent(f"{why}, and where they are sung is not clear: {share}")
    return _finding(heard, read, aligned, f"Viterbi alignment, {where}", fallback=why)


def _heard_voice(heard: Heard) -> tuple[Any, str, str]:
    """Return the frames to align, the table that fits them, and what they are of."""
    from muze_dataset.hearing.words.frames import measure
    from muze_dataset.hearing.words.sounds import ALONE, MIXED

    vocals = heard.value("material.vocals")
    if vocals is None:
        return measure(heard.audio, heard.rate_hz), MIXED, "in the mix"
    return measure(vocals, heard.rate_hz), ALONE, "in the separated voice"


def _finding(
    heard: Heard, read: Pronounced, aligned: Aligned, method: str, fallback: str | None = None
) -> Finding:
    rows, at, last = [], 0.0, math.floor(heard.duration_s * 1e4) / 1e4
    for phoneme, start_s, end_s in zip(read.phonemes, aligned.starts_s, aligned.ends_s, strict=True):
        start = round(max(float(start_s), at), 4)
        at = round(max(min(float(end_s), last), start + _SHORTEST_S), 4)
        rows.append({"phoneme": phoneme, "start": start, "end": at})
    if at > last:
        return absent("the times leave phonemes no room within the recording")
    return Finding(rows, method, confidence=round(aligned.confidence, 3), fallback=fallback)
