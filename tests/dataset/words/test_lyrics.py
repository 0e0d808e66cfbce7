"""Where lyrics come from, in which order, and what is said where there are none."""

from __future__ import annotations

import io
import sys
import types
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from mutagen import id3

from muze_dataset.extractors.lyrics import Lyrics
from muze_dataset.hearing.words import recogniser
from muzecli.audio.types import AudioInfo, Tags
from muzecli.errors import UnavailableError
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.listening.options import options_with

RATE = 16_000
VERSE = "So far away from home\nso far away I don't know\n"
LRC = "[la:en]\n[00:01.00]So far away\n[00:03.00]from home\n"


def heard(
    tmp_path: Path | None = None, *, tags: Tags | None = None, seconds: float = 10.0, **known: object
) -> Heard:
    findings = {
        name.replace("__", "."): Finding(value, "test") if value is not None else absent("test")
        for name, value in known.items()
    }
    info = AudioInfo(RATE, 1, int(RATE * seconds), "flac", "PCM_16", tags or Tags())
    return Heard(
        path=tmp_path / "song.flac" if tmp_path else None,
        samples=np.zeros((1, int(RATE * seconds)), np.float32),
        rate_hz=RATE,
        info=info,
        findings=findings,
    )


def id3_tags(*frames: object) -> Tags:
    tag, packed = id3.ID3(), io.BytesIO()
    for frame in frames:
        tag.add(frame)
    tag.save(fileobj=packed)
    return Tags({}, (), {"id3": packed.getvalue()})


@pytest.fixture(autouse=True)
def _no_recogniser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(recogniser, "package_version", lambda name: None)
    recogniser._loaded.cache_clear()


def test_times_come_before_plain_text_and_both_before_tags(tmp_path: Path) -> None:
    tags = Tags({"lyrics": ("Quite another text stands here",)})
    (tmp_path / "song.txt").write_text(VERSE)
    assert Lyrics().extract(heard(tmp_path, tags=tags))["lyrics"].method == "text beside the file"
    (tmp_path / "song.lrc").write_text(LRC)
    found = Lyrics().extract(heard(tmp_path, tags=tags))
    assert found["lyrics"].value == "So far away\nfrom home"
    assert found["fact.lyric_times"].value == {
        "level": "line",
        "items": [
            {"text": "So far away", "start": 1.0, "end": 3.0},
            {"text": "from home", "start": 3.0, "end": 8.2},
        ],
    }
    assert (found["language"].value, found["language"].method) == ("en", "declared by the lyrics")
    assert Lyrics().extract(heard(None, tags=tags))["lyrics"].method == "tag lyrics"


def test_the_text_tells_its_form_not_its_name(tmp_path: Path) -> None:
    (tmp_path / "song.txt").write_bytes("#BPM:300\n: 0 4 0 Hey\n: 8 4 0  you\nE\n".encode("utf-16"))
    found = Lyrics().extract(heard(tmp_path))
    assert found["lyrics"].value == "Hey you" and found["lyrics"].method == "UltraStar beside the file"
    assert found["fact.lyric_times"].value["level"] == "syllable"


def test_times_of_another_recording_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "song.lrc").write_text(LRC)
    found = Lyrics().extract(heard(tmp_path, seconds=2.0))
    assert found["lyrics"].value and found["fact.lyric_times"].value is None
    assert "outside the recording" in str(found["fact.lyric_times"].reason)


def test_what_is_no_lyrics_is_said(tmp_path: Path) -> None:
    (tmp_path / "song.txt").write_text("BPM: 120\nKey: Am\nLabel: x\n")
    reason = str(Lyrics().extract(heard(tmp_path))["lyrics"].reason)
    assert "song.txt reads like a list" in reason and "pip install 'muze[whisper]'" in reason
    (tmp_path / "song.txt").write_bytes(bytes(range(30)) * 9)
    assert "song.txt is no text" in str(Lyrics().extract(heard(tmp_path))["lyrics"].reason)


def test_frames_of_mp3_files() -> None:
    plain = id3_tags(id3.USLT(encoding=3, lang="eng", desc="x", text=VERSE.replace("\n", "\r\n")))
    assert Lyrics().extract(heard(tags=plain))["lyrics"].value == VERSE.strip()
    rows = [("So far away", 1000), ("from home", 3000)]
    timed = id3_tags(id3.SYLT(encoding=3, lang="eng", format=2, type=1, desc="", text=rows))
    found = Lyrics().extract(heard(tags=timed))
    assert found["lyrics"].method == "tag SYLT" and found["lyrics"].value == "So far away\nfrom home"
    assert [item["start"] for item in found["fact.lyric_times"].value["items"]] == [1.0, 3.0]
    words = [("So ", 1000), ("far", 1500), ("\nfrom ", 3000), ("home", 3500)]
    found = Lyrics().extract(
        heard(tags=id3_tags(id3.SYLT(encoding=3, lang="eng", format=2, type=1, desc="", text=words)))
    )
    assert found["lyrics"].value == "So far\nfrom home" and found["fact.lyric_times"].value["level"] == "word"


def test_language_by_words_and_by_tag() -> None:
    polish = Tags(
        {"lyrics": ("Idę ulicą sam i nie wiem co dalej\nale już nie wrócisz",), "language": ("eng",)}
    )
    found = Lyrics().extract(heard(tags=polish))["language"]
    assert (found.value, found.method) == ("pl", "common words") and found.confidence is not None
    humming = Tags({"lyrics": ("la la la la la",), "language": ("fra",)})
    assert Lyrics().extract(heard(tags=humming))["language"].value == "fr"
    reason = Lyrics().extract(heard(tags=Tags({"lyrics": ("la la la la la",)})))["language"].reason
    assert "too short" in str(reason)


def test_nobody_sings() -> None:
    assert Lyrics().extract(heard(has_vocals=False))["lyrics"].reason == "nobody sings"


def model_folder(tmp_path: Path, name: str = "small") -> Path:
    folder = tmp_path / "hub" / f"models--Systran--faster-whisper-{name}" / "snapshots" / "abc"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(name.encode())
    return folder


def with_whisper(monkeypatch: pytest.MonkeyPatch, segments: list[SimpleNamespace]) -> list[dict[str, object]]:
    """Put a fake faster-whisper in place; returns what it is asked."""
    asked: list[dict[str, object]] = []

    class WhisperModel:
        def __init__(self, folder: str, **settings: object) -> None:
            asked.append({"folder": folder, **settings})

        def transcribe(self, samples: np.ndarray, **settings: object) -> tuple[object, SimpleNamespace]:
            asked.append({"count": len(samples), **settings})
            return iter(segments), SimpleNamespace(language="en", language_probability=0.9)

    module = types.ModuleType("faster_whisper")
    module.WhisperModel = WhisperModel  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "faster_whisper", module)
    monkeypatch.setattr(recogniser, "package_version", lambda name: "1.2.1")
    return asked


def segment(text: str, start_s: float, *, logprob: float = -0.2, compression: float = 1.2) -> SimpleNamespace:
    words = [
        SimpleNamespace(word=f" {word}", start=start_s + 0.5 * index, end=start_s + 0.5 * index + 0.4)
        for index, word in enumerate(text.split())
    ]
    return SimpleNamespace(
        words=words, avg_logprob=logprob, no_speech_prob=0.1, compression_ratio=compression
    )


def test_a_recogniser_hears_the_sung_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = model_folder(tmp_path)
    asked = with_whisper(
        monkeypatch,
        [segment("So far away", 1.0), segment("thank you " * 9, 4.0, compression=5.0), segment("home", 6.0)],
    )
    found = Lyrics().extract(heard(fact__voice_activity=[[1.0, 2.0], [3.0, 4.0], [8.0, 9.8]]))
    assert found["lyrics"].value == "So far away\nhome"
    assert found["lyrics"].method == "Whisper small" and found["lyrics"].confidence == pytest.approx(0.819)
    assert found["fact.lyric_times"].value["level"] == "word"
    assert found["language"].value == "en"
    assert asked[0]["folder"] == str(folder) and asked[0]["local_files_only"] is True
    assert asked[1]["clip_timestamps"] == pytest.approx([0.6, 4.4, 7.6, 10.0])
    assert asked[1]["temperature"] == 0.0


def test_a_recogniser_may_hear_the_whole_song(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model_folder(tmp_path)
    asked = with_whisper(monkeypatch, [])
    one = heard(fact__voice_activity=[[1.0, 2.0]])
    whole = Heard(
        samples=one.samples,
        rate_hz=RATE,
        info=one.info,
        findings=one.findings,
        options=options_with({"whisper_full": True}),
    )
    assert Lyrics().extract(whole)["lyrics"].reason == "Whisper small understands nothing"
    assert asked[1]["clip_timestamps"] == "0"


def test_what_decides_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    depends: Callable[..., object] = lambda **given: Lyrics().depends_on(options_with(given))  # noqa: E731
    nothing = depends()
    assert isinstance(nothing, dict) and nothing["whisper"] is None and len(nothing["languages"]) == 64
    with pytest.raises(UnavailableError, match="neither a folder nor in the hub's cache"):
        depends(whisper_model="large-v3")
    (tmp_path / "mine").mkdir()
    with pytest.raises(UnavailableError, match=r"has no model\.bin"):
        depends(whisper_model=str(tmp_path / "mine"))
    model_folder(tmp_path, "tiny")
    model_folder(tmp_path, "large-v3")
    with pytest.raises(UnavailableError, match="not installed"):
        depends(whisper_model="tiny")
    with_whisper(monkeypatch, [])
    best = depends()
    assert isinstance(best, dict) and best["whisper"]["name"] == "large-v3"
    assert depends(whisper_model="Systran/faster-whisper-tiny")["whisper"]["name"] == "tiny"  # type: ignore[index]
    assert depends(whisper_full=True) != best
    assert depends(device="cuda") == best


def test_a_package_without_a_model_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with_whisper(monkeypatch, [])
    assert "no model of Whisper" in str(Lyrics().extract(heard())["lyrics"].reason)
