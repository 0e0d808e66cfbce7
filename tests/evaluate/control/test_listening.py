"""Who listens to what: with extractors that are only pretended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.evaluate.control.made import planned

from muze_evaluate.control import listening
from muze_evaluate.control.listening import Equipment, equipment, hear, one_thread_each
from muze_evaluate.control.measured import BEATS, ENERGY, FIELDS, KEY, LOUDNESS, TEMPO, VOCALS
from muze_evaluate.control.songs import Song
from muzecli.errors import BadDataError
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.listening.options import DEFAULTS
from muzecli.plugin import Extractor

RATE_HZ = 8000


class Pretended:
    """Gives fixed values, and for `loudness_db` the length of what it was given in seconds."""

    version = "1"
    uses: Sequence[str] = ()

    def __init__(
        self,
        name: str,
        gives: Mapping[str, Any],
        *,
        needs: Sequence[str] = ("audio",),
        cost: float = 1.0,
        depends_on: Mapping[str, Any] | None = None,
    ) -> None:
        self.name, self.needs, self.cost_per_second = name, needs, cost
        self.gives: Sequence[str] = tuple(gives)
        self._values, self._depends_on = gives, depends_on or {}

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._depends_on

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        found = {}
        for name, value in self._values.items():
            given = heard.duration_s if name == LOUDNESS else value
            doubt = "by ear" if name == KEY else None
            found[name] = (
                absent("not to be heard") if given is None else Finding(given, "pretended", fallback=doubt)
            )
        return found


class Curve:
    """As energy is handed on."""

    rate_hz = 2.0
    values = np.array([0.25, 0.5])


def equipped(*extractors: Extractor) -> Equipment:
    return equipment({one.name: one for one in extractors}, DEFAULTS)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let only these extractors be installed."""

    def install(*extractors: Extractor) -> None:
        monkeypatch.setattr(listening, "installed", lambda device: equipped(*extractors))

    return install


def song(folder: Path, *, start_s: float = 0.0, seconds: float = 10.0, channels: int = 1) -> Song:
    path = folder / "song.wav"
    soundfile.write(path, np.full((int(seconds * RATE_HZ), channels), 0.1), RATE_HZ)
    return Song("song.wav", path, start_s, planned(), "songs")


def test_the_cheapest_of_several_listens() -> None:
    found = equipped(
        Pretended("dear", {KEY: "C major"}, cost=2.0), Pretended("cheap", {KEY: "A minor"}, cost=1.0)
    )
    assert [one.name for one in found.order] == ["cheap"]
    assert KEY not in found.unheard


def test_nobody_there_is_said_of_every_field() -> None:
    found = equipped()
    assert found.order == ()
    assert found.unheard[TEMPO] == "no extractor of tempo is installed"
    # The keeper of the curve is there, and nobody gives it the curve.
    assert ENERGY in found.unheard and "material.energy_curve" in found.unheard[ENERGY]
    assert set(found.unheard) == set(FIELDS)


def test_an_extractor_without_its_weights_hears_nothing() -> None:
    found = equipped(
        Pretended("activity", {VOCALS: True}, depends_on={"weights": None, "reason": "not here"})
    )
    assert found.unheard[VOCALS] == "activity lacks its weights: not here"


def test_an_extractor_without_what_it_needs_hears_nothing() -> None:
    found = equipped(Pretended("beats", {BEATS: [1.0]}, needs=("material.onsets",)))
    assert "needs material.onsets, and no extractor gives it" in found.unheard[BEATS]


def test_what_is_found_reaches_the_measurement(tmp_path: Path, only: Any) -> None:
    only(
        Pretended("key", {KEY: "F# minor"}),
        Pretended("beats", {TEMPO: None, BEATS: [0.5, 1.0]}),
        Pretended("energy", {"material.energy_curve": Curve()}),
        Pretended("loudness", {LOUDNESS: 0.0}),
    )
    got = hear(song(tmp_path), device="cpu")
    assert str(got.measured.key) == "F# minor"
    assert got.measured.beats_s == (0.5, 1.0)
    assert got.measured.tempo_bpm is None
    assert got.measured.reasons[TEMPO] == "not to be heard"
    assert TEMPO not in got.measured.unheard
    assert VOCALS in got.measured.unheard
    assert got.measured.energy is not None and got.measured.energy.values == (0.25, 0.5)
    assert got.measured.doubts == {KEY: "by ear"}
    assert len(got.sha256) == 64


def test_listening_begins_with_the_plan_and_loudness_with_the_file(tmp_path: Path, only: Any) -> None:
    only(Pretended("loudness", {LOUDNESS: 0.0}))
    whole = hear(song(tmp_path), device="cpu").measured
    assert (whole.duration_s, whole.loudness_lufs) == (10.0, 10.0)
    later = hear(song(tmp_path, start_s=4.0), device="cpu").measured
    assert (later.duration_s, later.loudness_lufs) == (6.0, 10.0)


def test_audio_that_ends_before_the_plan_begins_is_refused(tmp_path: Path, only: Any) -> None:
    only()
    with pytest.raises(
        BadDataError, match=r"must sound from 9\.9 s on, where its plan begins, and it is 10 s long"
    ):
        hear(song(tmp_path, start_s=9.9), device="cpu")


def test_more_than_two_channels_are_refused(tmp_path: Path, only: Any) -> None:
    only()
    with pytest.raises(BadDataError, match="must be mono or stereo, and it has 6 channels"):
        hear(song(tmp_path, channels=6), device="cpu")


def test_threads_are_as_before_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with one_thread_each():
        assert os.environ["OMP_NUM_THREADS"] == os.environ["MKL_NUM_THREADS"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ
