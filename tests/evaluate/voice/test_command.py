"""The command, in this process, with listeners that are made up."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from muze_evaluate.commands.voice import Request, measured
from muze_evaluate.voice import hearing
from muze_evaluate.voice.hearing import VoiceHeard, chosen_field
from muzecli.console import Console
from muzecli.errors import FailedError, UnavailableError, UsageError
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.options import Run

RATE_HZ = 16_000


class Fake:
    """An extractor that says what it is told to say of a recording by its level."""

    version = "1"
    needs = ("audio",)
    uses = ("material.vocals",)
    cost_per_second = 0.0

    def __init__(self, name: str, gives: tuple[str, ...], says: Callable[[float], Any], **told: Any) -> None:
        self.name, self.gives, self.says, self.told = name, gives, says, told

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        return self.told

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        if heard.value("has_vocals") is False:
            return dict.fromkeys(self.gives, absent("nobody sings"))
        vocals = heard.value("material.vocals")
        value = self.says(round(float(np.abs(heard.audio if vocals is None else vocals).max()), 1))
        found = absent("nothing is heard") if value is None else Finding(value, "made up")
        return dict.fromkeys(self.gives, found)


def vector(level: float) -> list[float] | None:
    """Levels of the same tenth are one voice; silence has none."""
    return None if level == 0.0 else [float(np.cos(7 * level)), float(np.sin(7 * level)), 0.1]


@pytest.fixture
def listeners(monkeypatch: pytest.MonkeyPatch) -> dict[str, Fake]:
    """Voices, words and pitches; tests take some away."""
    made = {
        "ecapa": Fake("ecapa", ("ecapa_embedding",), vector, weights=None, reason="no ECAPA here"),
        "voice": Fake("voice", ("voice_embedding",), vector, weights="ab"),
        "lyrics": Fake("lyrics", ("lyrics",), lambda level: "we sing the song", whisper="small"),
        "pitch": Fake("pitch", ("f0_contour",), lambda level: [220.0] * 100),
    }
    monkeypatch.setattr(hearing, "_available", lambda: made)
    return made


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`ref` and `made` with three voices of three levels each."""
    monkeypatch.chdir(tmp_path)
    for folder in ("ref", "made"):
        (tmp_path / folder).mkdir()
        for number in (1, 2, 3):
            tone = number / 10 * np.sign(np.sin(np.arange(8000) / 9))
            soundfile.write(tmp_path / folder / f"{number}.wav", tone, RATE_HZ, subtype="FLOAT")
    return tmp_path


@pytest.fixture
def evaluate(folders: Path, listeners: dict[str, Fake]) -> Callable[..., dict[str, Any]]:
    """Run the command and return its document."""

    def run(*audio: str, **asked: Any) -> dict[str, Any]:
        output = folders / "voice.json"
        request = Request(audio, output=output, overwrite=True, device="cpu", **asked)
        measured(Run((), Console(verbosity=-1)), request)
        found: dict[str, Any] = json.loads(output.read_text())
        return found

    return run


def figures(document: dict[str, Any]) -> dict[str, Any]:
    return {figure["name"]: figure for figure in document["figures"]}


def test_pairs_of_one_voice_stand_out_from_mismatched_ones(evaluate: Callable[..., dict[str, Any]]) -> None:
    document = evaluate("ref", "made", only=("similarity",))
    found = figures(document)
    assert found["voice similarity"]["value"] == pytest.approx(1.0)
    assert found["similarity of mismatched pairs"]["value"] < 0.9
    assert found["similarity of mismatched pairs"]["count"] == 6
    assert found["equal error rate"]["value"] == 0.0
    assert document["provenance"]["compared"] == "voice_embedding"
    assert "by voice_embedding; made up" in found["voice similarity"]["note"]


def test_one_reference_serves_all(evaluate: Callable[..., dict[str, Any]]) -> None:
    document = evaluate("made", reference=Path("ref/1.wav"), only=("similarity",))
    rows = {row["id"]: row["values"]["voice similarity"] for row in document["rows"]}
    assert rows["1.wav"] == pytest.approx(1.0) and rows["2.wav"] < 0.9
    assert "no mismatched pairs" in figures(document)["equal error rate"]["note"]


def test_a_silent_recording_is_said_to_have_no_voice(
    evaluate: Callable[..., dict[str, Any]], folders: Path
) -> None:
    soundfile.write(folders / "made" / "2.wav", np.zeros(8000), RATE_HZ)
    document = evaluate("ref", "made", only=("similarity",))
    assert figures(document)["voice similarity"]["count"] == 2
    assert "1 of 3 pairs have none" in figures(document)["voice similarity"]["note"]
    assert document["rows"][1]["note"] == "no vector of the voice: nothing is heard"


def test_vocals_beside_a_song_are_listened_to(evaluate: Callable[..., dict[str, Any]], folders: Path) -> None:
    tone = 0.1 * np.sign(np.sin(np.arange(8000) / 9))
    soundfile.write(folders / "made" / "3_vocals.wav", tone, RATE_HZ, subtype="FLOAT")
    document = evaluate("made", reference=Path("ref/1.wav"), only=("similarity",))
    rows = {row["id"]: row["values"] for row in document["rows"]}
    assert list(rows) == ["1.wav", "2.wav", "3.wav"]  # the stem is no song
    assert rows["3.wav"]["vocals"] == "3_vocals.wav"
    assert rows["3.wav"]["voice similarity"] == pytest.approx(1.0)


def test_words_are_compared_with_the_text_beside_a_song(
    evaluate: Callable[..., dict[str, Any]], folders: Path, listeners: dict[str, Fake], monkeypatch: Any
) -> None:
    def written(lyrics: Any, path: Path, info: Any) -> Finding:
        texts = {"1.wav": "We sing THE song!", "2.wav": "we sang a song, oh"}
        return Finding(texts[path.name], "text") if path.name in texts else absent("no text")

    monkeypatch.setattr(hearing, "written_words", written)
    document = evaluate("made", only=("words",))
    found = figures(document)
    assert found["word error rate"]["value"] == pytest.approx(3 / 9)  # of 4 + 5 words, not a mean of rates
    assert found["word error rate"]["count"] == 2
    row = document["rows"][1]["values"]
    assert (row["substitutions"], row["deletions"], row["insertions"]) == (2, 1, 0)
    assert row["errors"] == "sang→sing a→the −oh"
    assert "1 of 3 recordings do not count" in found["word error rate"]["note"]


def test_without_a_recogniser_the_rest_is_measured(
    evaluate: Callable[..., dict[str, Any]], listeners: dict[str, Fake]
) -> None:
    listeners["lyrics"] = Fake("lyrics", ("lyrics",), lambda level: None, whisper=None)
    document = evaluate("ref", "made")
    found = figures(document)
    assert found["voice similarity"]["value"] == pytest.approx(1.0)
    assert found["word error rate"]["value"] is None
    assert found["word error rate"]["note"] == "nothing is heard"
    with pytest.raises(UnavailableError, match="can be measured here: words: nothing is heard"):
        evaluate("made", only=("words",))


def test_without_any_model_of_voices_similarity_is_unavailable(
    evaluate: Callable[..., dict[str, Any]], listeners: dict[str, Fake]
) -> None:
    del listeners["voice"]
    with pytest.raises(
        UnavailableError, match="ecapa: no ECAPA here; voice: no extractor 'voice' works here"
    ):
        evaluate("ref", "made", only=("similarity",))


def test_nothing_measured_is_a_failure(evaluate: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises(FailedError, match="nobody says which notes they were to have"):
        evaluate("made", only=("pitch",))


@pytest.mark.parametrize(
    ("audio", "asked", "message"),
    [
        (["a", "b", "c"], {}, "there must be one argument, EVAL, or two"),
        (["ref", "made"], {"reference": Path("ref/1.wav")}, "exclude each other"),
        (["made"], {"only": ("similarity",)}, "needs something to be like"),
        (["made"], {"reference": Path("ref")}, "must be one recording, and ref is a folder"),
        (["made"], {"device": "gpu"}, "--device must be auto"),
    ],
)
def test_what_makes_no_sense_is_refused(
    folders: Path, listeners: dict[str, Fake], audio: list[str], asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        measured(Run((), Console(verbosity=-1)), Request(audio, **asked))


def test_separation_is_refused_where_nobody_can(folders: Path, listeners: dict[str, Fake]) -> None:
    with pytest.raises(UnavailableError, match="--separate-vocals needs a separator"):
        measured(Run((), Console(verbosity=-1)), Request(["made"], separate_vocals=True))


def test_vectors_of_one_kind_alone_are_compared() -> None:
    def heard(*fields: str) -> VoiceHeard:
        return VoiceHeard("", 1.0, "", vectors={name: Finding([1.0], "made up") for name in fields})

    both = heard("voice_embedding", "ecapa_embedding")
    assert chosen_field([both, both], ("ecapa", "voice")) == "ecapa_embedding"
    assert chosen_field([both, heard("voice_embedding")], ("ecapa", "voice")) == "voice_embedding"
    assert chosen_field([heard()], ("ecapa", "voice")) is None
