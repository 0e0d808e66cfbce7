"""The inputs, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.evaluate.control.made import plan

from muze_evaluate.control.songs import DEFAULT_LUFS, LOOSE, groups_of
from muzecli.errors import BadDataError, InputMissingError, UsageError
from muzecli.song.dataset import write_dataset
from muzecli.song.documents import plan_document
from muzecli.song.track import Track

GENERATION = {"plan_start_s": 0.0, "part": None}


def song(
    path: Path,
    *,
    loudness: str | None = None,
    generation: Mapping[str, Any] | None = GENERATION,
    **more: Any,
) -> Path:
    """An audio file, whose content nobody reads, and its sidecar."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF....WAVE")
    sidecar = {
        "schema": "muze.sidecar/1",
        "audio": path.name,
        "options": {"loudness": {"value": loudness, "source": "default"}},
        "plan": plan_document(plan()),
        **({} if generation is None else {"generation": generation}),
        **more,
    }
    path.with_suffix(".json").write_text(json.dumps(sidecar))
    return path


def dataset(folder: Path, *, plans: tuple[bool, ...]) -> Path:
    folder.mkdir(parents=True)
    tracks = [
        Track(f"audio/{n}.flac", f"{n}", 10.0, 32_000, plan=plan() if has else None)
        for n, has in enumerate(plans)
    ]
    write_dataset(folder / "dataset.jsonl", tracks)
    return folder


def test_a_folder_a_dataset_and_files_are_a_group_each(tmp_path: Path) -> None:
    song(tmp_path / "takes" / "b.wav")
    song(tmp_path / "takes" / "deep" / "a.wav")
    (tmp_path / "takes" / "drums.wav").write_bytes(b"RIFF....WAVE")
    loose = [song(tmp_path / "one.wav"), song(tmp_path / "two.wav")]
    corpus = dataset(tmp_path / "corpus", plans=(True, False, True))
    found = groups_of([loose[1], tmp_path / "takes", corpus, loose[0]])
    assert [(group.name, group.kind, len(group.songs)) for group in found] == [
        (LOOSE, "songs", 2),
        ("takes", "folder", 2),
        ("corpus", "dataset", 2),
    ]
    assert [one.id for one in found[1].songs] == ["b.wav", "deep/a.wav"]
    assert found[1].without_plan == ("drums.wav",)
    assert [one.id for one in found[2].songs] == ["0", "2"]
    assert found[2].without_plan == ("1",)
    assert found[2].songs[1].path == corpus / "audio/2.flac"
    assert {one.group for group in found for one in group.songs} == {LOOSE, "takes", "corpus"}
    assert [len(group.songs) for group in groups_of([tmp_path / "takes", corpus], most=1)] == [1, 1]


def test_folders_of_one_name_are_told_apart(tmp_path: Path) -> None:
    song(tmp_path / "a" / "songs" / "x.wav")
    song(tmp_path / "b" / "songs" / "x.wav")
    names = [group.name for group in groups_of([tmp_path / "a" / "songs", tmp_path / "b" / "songs"])]
    assert len(set(names)) == 2
    with pytest.raises(UsageError, match="given twice"):
        groups_of([tmp_path / "a" / "songs", tmp_path / "a" / "songs"])
    with pytest.raises(UsageError, match="given twice"):
        groups_of([tmp_path / "a" / "songs" / "x.wav"] * 2)


def test_a_folder_may_be_called_songs_beside_single_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    song(Path("hit.wav"))
    song(Path("songs/x.wav"))
    assert [group.name for group in groups_of([Path("hit.wav"), Path("songs")])] == [LOOSE, "songs"]


def asked(path: Path) -> tuple[float, float | None]:
    (group,) = groups_of([path])
    (one,) = group.songs
    return one.start_s, one.planned.loudness_lufs


def test_the_loudness_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    assert asked(song(path)) == (0.0, DEFAULT_LUFS)
    assert asked(song(path, loudness="-9")) == (0.0, -9.0)
    assert asked(song(path, loudness="keep")) == (0.0, None)
    assert asked(song(path, generation=None)) == (0.0, None)
    with pytest.raises(BadDataError, match=r"options\.loudness must be LUFS or keep; found 'loud'"):
        asked(song(path, loudness="loud"))


def test_the_default_is_that_of_generate() -> None:
    from muze_generate.asking import request

    assert request.DEFAULT_LUFS == DEFAULT_LUFS


def test_a_plan_that_begins_later(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    part = {"plan": plan_document(plan()), "start_s": 7.5}
    assert asked(song(path, generation={"plan_start_s": 7.5, "part": part})) == (7.5, None)
    regenerated = {"section": 1, "start_s": 4.0, "end_s": 8.0}
    assert asked(song(path, generation={**GENERATION, "regenerated": regenerated})) == (0.0, None)
    with pytest.raises(BadDataError, match="plan_start_s must be a number of seconds from 0; found -1"):
        asked(song(path, generation={"plan_start_s": -1}))


def test_datasets_of_recordings_have_no_plans(tmp_path: Path) -> None:
    with pytest.raises(BadDataError, match="tracks have plans, and none has one"):
        groups_of([dataset(tmp_path / "heard", plans=(False, False))])


def test_what_has_no_plan_is_refused(tmp_path: Path) -> None:
    bare = tmp_path / "bare.wav"
    bare.write_bytes(b"RIFF....WAVE")
    with pytest.raises(BadDataError, match=r"bare\.wav must be a song with a sidecar that holds its plan"):
        groups_of([bare])
    with pytest.raises(BadDataError, match="must hold songs with plans, and none has one"):
        groups_of([tmp_path])
    with pytest.raises(InputMissingError, match="there is no"):
        groups_of([tmp_path / "nowhere"])


def test_a_sidecar_is_not_the_song(tmp_path: Path) -> None:
    path = song(tmp_path / "x.wav")
    with pytest.raises(UsageError, match="is a sidecar, and the audio beside it is wanted") as caught:
        groups_of([path.with_suffix(".json")])
    assert caught.value.hint == "give x.wav"


def test_why_a_song_has_no_plan_is_told(tmp_path: Path) -> None:
    song(tmp_path / "renamed.wav", audio="song.wav")
    with pytest.raises(
        BadDataError, match=r"none has one: renamed\.wav \(renamed\.json is the sidecar of song\.wav\)"
    ):
        groups_of([tmp_path])
    with pytest.raises(BadDataError, match=r"there is none \(renamed\.json is the sidecar of song\.wav\)"):
        groups_of([tmp_path / "renamed.wav"])
    song(tmp_path / "damaged.wav").with_suffix(".json").write_text('{"schema": "muze.sid')
    song(tmp_path / "treated.wav", plan=None)
    song(tmp_path / "good.wav")
    (group,) = groups_of([tmp_path])
    assert [one.id for one in group.songs] == ["good.wav"]
    assert group.without_plan == (
        "damaged.wav (damaged.json is damaged, or no sidecar)",
        "renamed.wav (renamed.json is the sidecar of song.wav)",
        "treated.wav (treated.json holds no plan)",
    )


def test_a_damaged_plan_names_the_sidecar_and_the_field(tmp_path: Path) -> None:
    broken = {**plan_document(plan()), "tempo_bpm": "fast"}
    with pytest.raises(BadDataError, match=r"the sidecar of .*x\.wav.*tempo_bpm"):
        groups_of([song(tmp_path / "x.wav", plan=broken)])
