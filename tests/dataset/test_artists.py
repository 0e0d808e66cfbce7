"""Mean voices of artists."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.dataset.commands.datasets import Told, dataset, recorded, three, voice
from tests.song.test_tracks import LEAST

from muze_dataset.artists import ArtistVoices, artist_voices, artists_file, nearest
from muze_dataset.commands.artists import listed
from muzecli.errors import OutputExistsError
from muzecli.song import Track


def sung(artist: str, embedding: tuple[float, ...], **more: object) -> Track:
    return replace(LEAST, artist=artist, voice_embedding=embedding, **more)


def test_the_mean_is_a_direction_and_the_cosine_is_the_mean_of_cosines() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((7, 256)) + 1.0
    tracks = [sung("Ada", tuple((v * scale).tolist())) for v, scale in zip(vectors, range(1, 8), strict=True)]
    found = artist_voices(tracks)["Ada"]
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    mean = unit.mean(axis=0) / np.linalg.norm(unit.mean(axis=0))
    assert found.tracks == 7 and found.measured_on == "mix"
    np.testing.assert_allclose(found.voice_embedding, mean, atol=1e-6)
    assert found.cosine == pytest.approx((unit @ mean).mean(), abs=1e-6)


def test_separated_voices_count_where_there_are_any() -> None:
    voices = artist_voices(
        [
            sung("Ada", voice(0)),
            sung("Ada", voice(1), voice_embedding_separated=voice(2)),
            sung("Bo", voice(3)),
            sung(" Bo ", voice(3)),
        ]
    )
    assert (voices["Ada"].measured_on, voices["Ada"].tracks) == ("separated", 1)
    assert voices["Ada"].voice_embedding == voice(2)
    assert (voices["Bo"].measured_on, voices["Bo"].tracks, voices["Bo"].cosine) == ("mix", 2, 1.0)


def test_who_has_no_voice_is_left_out() -> None:
    opposite = tuple(-x for x in voice(4))
    voices = ArtistVoices()
    for track in (
        LEAST,
        sung("", voice(0)),
        sung("Cy", (0.0,) * 256),
        sung("Di", voice(4)),
        sung("Di", opposite),
    ):
        voices.add(track)
    assert voices.means() == {}


def test_the_nearest_is_another_one_measured_alike() -> None:
    voices = artist_voices(
        [
            sung("Ada", voice(0)),
            sung("Bo", voice(0, 1)),
            sung("Cy", voice(2)),
            sung("Di", voice(5), voice_embedding_separated=voice(0)),
        ]
    )
    found = nearest(voices)
    assert found["Ada"] == ("Bo", pytest.approx(0.5**0.5, abs=1e-6))
    assert found["Bo"][0] == "Ada" and "Di" not in found


def test_artists_are_listed_and_written(tmp_path: Path) -> None:
    file, told = three(tmp_path), Told(as_json=True)
    output = artists_file(file)
    assert output.name == "d.artist_embeddings.json"
    listed(told.run, file, output=output, overwrite=False)
    rows = told.document["artists"]
    assert [(row["artist"], row["tracks"], row["nearest"]) for row in rows] == [
        ("Ada", 2, "Bo"),
        ("Bo", 1, "Ada"),
    ]
    document = json.loads(output.read_text())
    assert document["schema"] == "muze.artists/1"
    assert document["artists"]["Bo"] == {"tracks": 1, "voice_embedding": list(voice(2)), "from": "mix"}
    with pytest.raises(OutputExistsError):
        listed(Told().run, file, output=output, overwrite=False)


def test_a_dataset_without_voices_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = Told()
    listed(told.run, dataset(tmp_path / "d.json", [recorded(tmp_path, "a")]), output=None, overwrite=False)
    assert "0 artists" in told.text
    assert "no track has both an artist and a voice_embedding" in capsys.readouterr().err
