"""The extractors of voices one after another, as a build asks them; what they find fits a track."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from muze_dataset.extractors.activity import Activity
from muze_dataset.extractors.ecapa import Ecapa
from muze_dataset.extractors.separation import Separation
from muze_dataset.extractors.voice import Voice
from muze_dataset.hearing.voice.ge2e import SpeakerEncoder
from muzecli.audio.reader import read_audio
from muzecli.listening.heard import Heard
from muzecli.listening.listen import keys_of, listen
from muzecli.listening.options import options_with
from muzecli.listening.order import in_order
from muzecli.plugin import Extractor
from muzecli.song.track import Track


@pytest.fixture
def voices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Extractor]:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    path = tmp_path / "pretrained.pt"
    torch.manual_seed(0)
    torch.save({"model_state": SpeakerEncoder().state_dict()}, path)
    every = (Separation(), Activity(), Voice(lambda: path), Ecapa())
    assert all(isinstance(one, Extractor) for one in every)
    return {one.name: one for one in every}


def test_the_order(voices: dict[str, Extractor]) -> None:
    assert [one.name for one in in_order(voices)] == ["separation", "activity", "voice", "ecapa"]
    assert [one.name for one in in_order(voices, ["voice"])] == ["activity", "voice"]
    keys = keys_of(in_order(voices), options_with({}), {"audio": "1"})
    asked = keys_of(in_order(voices), options_with({"separate_vocals": True}), {"audio": "1"})
    assert all(keys[name] != asked[name] for name in voices), "separated vocals change all that rests on them"


def test_a_voice_is_annotated(voices: dict[str, Extractor], shared_audio: Path) -> None:
    samples, info = read_audio(shared_audio / "voices" / "singing-female.wav")
    recording = Heard(samples=samples, rate_hz=info.rate_hz)
    order = in_order(voices)
    found = listen(recording, order)
    assert found == listen(recording, order), "the same again"
    fields = {name: finding for findings in found.values() for name, finding in findings.items()}
    assert fields["has_vocals"].value is True
    assert fields["ecapa_embedding"].reason is not None
    values = {n: f.value for n, f in fields.items() if not n.startswith("fact.")}
    json.dumps([f.value for f in fields.values()], allow_nan=False)
    Track("a.wav", "a", recording.duration_s, info.rate_hz, **values)


@pytest.mark.parametrize("seconds", [0.1, 2.0])
def test_without_a_voice_the_others_say_so(voices: dict[str, Extractor], seconds: float) -> None:
    silence = np.zeros((1, round(seconds * 8000)), np.float32)
    found = listen(Heard(samples=silence, rate_hz=8000), in_order(voices))
    assert found["activity"]["has_vocals"].value is False
    assert found["voice"]["voice_embedding"].reason == "there is no voice"
    assert found["ecapa"]["ecapa_embedding"].reason == "there is no voice"
