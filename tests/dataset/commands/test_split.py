"""`muze dataset split`: by songs, stable, without one on two sides."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.dataset.commands.datasets import Told, dataset, three
from tests.song.test_tracks import LEAST

from muze_dataset.commands.split import SplitRequest, divide, divided
from muzecli.errors import OutputExistsError, UsageError
from muzecli.song import Track
from muzecli.song.dataset import open_dataset
from muzecli.song.track import SPLITS


def track(name: str, *, content: str | None = None, **fields: object) -> Track:
    sha256 = hashlib.sha256((content or name).encode()).hexdigest()
    return replace(
        LEAST, track_id=name, audio_path=f"{name}.wav", source={"content_sha256": sha256}, **fields
    )


def splits(folder: Path, tracks: Sequence[Track], request: SplitRequest | None = None) -> dict[str, str]:
    file = dataset(folder / "d.jsonl", tracks)
    division = divide(open_dataset(file), request or SplitRequest())
    return {t.track_id: SPLITS[number] for t, number in zip(tracks, division.numbers, strict=True)}


MANY = [
    track(f"t{n}", artist=f"artist {n % 40}", title=f"song {n // 2}", album=f"{n % 3}") for n in range(1000)
]


def test_shares_are_as_asked(tmp_path: Path) -> None:
    counts = Counter(splits(tmp_path, [track(f"{n}") for n in range(1000)], SplitRequest(0.2, 0.1)).values())
    assert counts["valid"] == pytest.approx(200, abs=40) and counts["test"] == pytest.approx(100, abs=30)


def test_more_tracks_and_another_order_move_no_song(tmp_path: Path) -> None:
    few = splits(tmp_path, MANY[:300])
    shuffled = random.Random(0).sample(MANY, len(MANY))
    more = splits(tmp_path, shuffled)
    assert {name: more[name] for name in few} == few
    assert splits(tmp_path, MANY, SplitRequest(seed=1)) != more


@pytest.mark.parametrize(
    ("by", "names"), [("song", ("artist", "title")), ("artist", ("artist",)), ("album", ("artist", "album"))]
)
def test_nothing_is_on_two_sides(by: str, names: tuple[str, ...], tmp_path: Path) -> None:
    found = splits(tmp_path, MANY, SplitRequest(by=by))
    sides: dict[tuple[str, ...], set[str]] = {}
    for one in MANY:
        sides.setdefault(tuple(getattr(one, name) for name in names), set()).add(found[one.track_id])
    assert all(len(side) == 1 for side in sides.values())
    assert len(set(found.values())) == 3


def test_a_song_is_one_whatever_its_spelling_and_doubles_join_it(tmp_path: Path) -> None:
    tracks = []
    for number in range(60):
        tracks += [
            track(f"{number}a", artist="Ada", title=f"Song {number}"),
            track(f"{number}b", artist="ADA ", title=f"song  {number}", content=f"live {number}"),
            track(f"{number}c", content=f"live {number}"),
        ]
    found = splits(tmp_path, tracks)
    assert all(found[f"{n}a"] == found[f"{n}b"] == found[f"{n}c"] for n in range(60))
    assert len(set(found.values())) == 3


def test_splits_that_are_there_stay_and_draw_their_song_along(tmp_path: Path) -> None:
    old = [replace(one, split="test") if n % 2 == 0 else one for n, one in enumerate(MANY[:200])]
    old[1] = replace(old[1], title=old[0].title, artist=old[0].artist)
    found = splits(tmp_path, old)
    assert all(found[one.track_id] == "test" for one in old if one.split)
    assert found["t1"] == "test"
    again = splits(tmp_path, old, SplitRequest(redraw=True))
    assert Counter(again.values())["test"] < 50


def test_a_song_torn_before_is_told_and_new_tracks_of_it_are_learned_from(tmp_path: Path) -> None:
    tags = {"artist": "Ada", "title": "Torn"}
    torn = [track("a", split="train", **tags), track("b", split="test", **tags), track("c", **tags)]
    file = dataset(tmp_path / "d.json", torn)
    division = divide(open_dataset(file), SplitRequest())
    assert [SPLITS[n] for n in division.numbers] == ["train", "test", "train"]
    assert (division.torn, division.kept) == (1, 2)


def test_the_result_is_written_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, told = three(tmp_path / "a"), Told(as_json=True)
    out = tmp_path / "s.parquet"
    divided(told.run, file, out, SplitRequest(valid=0.0, test=0.0), overwrite=False, dry_run=True)
    assert not out.exists()
    divided(Told().run, file, out, SplitRequest(valid=0.0, test=0.0), overwrite=False, dry_run=False)
    found = list(open_dataset(out))
    assert [t.split for t in found] == ["train"] * 3
    assert found[0].audio_path == "a/audio/one.wav"
    assert told.document["splits"][0] == {
        "split": "train",
        "tracks": 3,
        "songs": 3,
        "hours": round(6 / 3600, 4),
    }
    with pytest.raises(OutputExistsError):
        divided(Told().run, file, out, SplitRequest(), overwrite=False, dry_run=False)
    divided(Told().run, file, out, SplitRequest(0.001, 0.001), overwrite=True, dry_run=False)
    assert "no song was drawn for valid" in capsys.readouterr().err


def test_shares_must_leave_something() -> None:
    with pytest.raises(UsageError, match=r"together less than 1; found 0.5 \+ 0.5"):
        SplitRequest(valid=0.5, test=0.5)
