"""Vocals beside a song, in each of the places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from muze_evaluate.voice.stems import is_stem, read_vocals, vocals_beside


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


@pytest.mark.parametrize(
    ("song", "stem"),
    [
        ("song.wav", "song_vocals.flac"),
        ("song.wav", "song.vocals.wav"),
        ("song.wav", "song_stems/female_vocals.wav"),
        ("song.wav", "stems/song/vocals.wav"),
        ("audio/000001.flac", "stems/000001/male_vocals.flac"),
    ],
)
def test_each_place_is_found(tmp_path: Path, song: str, stem: str) -> None:
    audio, vocals = touch(tmp_path / song), touch(tmp_path / stem)
    touch(vocals.with_name("drums.wav"))
    touch(tmp_path / "other_vocals.wav")
    assert vocals_beside(audio) == (vocals,)
    assert is_stem(Path(stem)) and not is_stem(Path(song))


def test_a_song_without_vocals_has_none(tmp_path: Path) -> None:
    audio = touch(tmp_path / "song.wav")
    touch(tmp_path / "song_stems" / "drums.wav")
    assert vocals_beside(audio) == ()


def test_several_voices_are_added_up_at_the_songs_rate_and_length(tmp_path: Path) -> None:
    tone = 0.1 * np.sin(np.arange(32_000) / 30)
    soundfile.write(tmp_path / "a_vocals.wav", np.stack([tone, tone], 1), 32_000, subtype="FLOAT")
    soundfile.write(tmp_path / "b_vocals.wav", tone[:8000], 32_000, subtype="FLOAT")
    both = (tmp_path / "a_vocals.wav", tmp_path / "b_vocals.wav")
    sound = read_vocals(both, channels=2, frames=20_000, rate_hz=16_000)
    assert sound.shape == (2, 20_000)
    assert not sound[:, 16_000:].any()
    assert np.abs(sound[:, 100:3900]).max() == pytest.approx(0.2, abs=0.002)
    assert np.abs(sound[:, 5000:15_000]).max() == pytest.approx(0.1, abs=0.002)
