"""Which items come first, which songs are shown, and where their audio is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.evaluate.report.pages import CONTROL, FAD, plan_of, sidecar_of, write_song

from muze_evaluate.document import Evaluation, Figure, Row
from muze_evaluate.report.finding import Named, Places, anchors, choose, recordings_at
from muze_evaluate.report.ranking import first_of_groups, ranking, spread
from muze_evaluate.report.song import chord_name, details, headline, song_of
from muzecli.errors import BadDataError, InputMissingError
from muzecli.song.chord import Chord


def named(evaluation: Evaluation, name: str = "one", folder: Path = Path()) -> Named:
    return Named(name, folder / f"{name}.json", evaluation)


def test_the_worst_come_first_where_it_is_known_what_is_worse() -> None:
    worst = ranking(FAD)
    assert (worst.by, worst.better) == ("fad", "lower")
    assert [row.id for row in worst.rows] == ["4.wav", "3.wav", "2.wav", "1.wav", "0.wav"]
    ours = ranking(CONTROL)
    assert (ours.by, ours.better) == ("tempo", "higher")
    assert [row.id for row in ours.rows[:5]] == [
        "songs-0.wav",
        "songs-1.wav",
        "songs-2.wav",
        "songs-3.wav",
        "chance-0.wav",
    ]


def test_a_figure_may_have_the_name_of_its_metric_before_it() -> None:
    rows = (Row("a", {"score": 0.3}), Row("b", {"score": 0.1}), Row("c", {"score": None}))
    clap = Evaluation("clap", (Figure("clap score", 0.2, better="higher"),), rows)
    assert [row.id for row in ranking(clap).rows] == ["b", "a", "c"]


def test_a_number_decides_before_yes_and_no() -> None:
    figures = (Figure("right", 0.5, better="higher"), Figure("cents", 5.0, better="lower"))
    rows = (Row("a", {"right": False, "cents": 1.0}), Row("b", {"right": True, "cents": 9.0}))
    assert ranking(Evaluation("x", figures, rows)).by == "cents"
    only = (Row("a", {"right": True}), Row("b", {"right": False}))
    assert [row.id for row in ranking(Evaluation("x", figures, only)).rows] == ["b", "a"]


def test_without_a_better_way_items_stay_as_they_are() -> None:
    rows = (Row("b", {"x": 2.0}), Row("a", {"x": 1.0}))
    assert ranking(Evaluation("x", (Figure("x", 1.0),), rows)).rows == rows


def test_steps_are_even_and_have_both_ends() -> None:
    assert spread(10, 4) == [0, 3, 6, 9]
    assert spread(3, 5) == [0, 1, 2]
    assert (spread(5, 1), spread(5, 0), spread(0, 3)) == ([0], [], [])


def test_each_group_gets_its_share_of_a_table() -> None:
    rows = [Row(f"{n}", {}, group=group) for group in "ab" for n in range(5)]
    assert [(row.group, row.id) for row in first_of_groups(rows, 4)] == [
        ("a", "0"),
        ("a", "1"),
        ("b", "0"),
        ("b", "1"),
    ]


def test_audio_is_found_by_path_beside_the_document_and_by_id(tmp_path: Path) -> None:
    write_song(tmp_path / "songs" / "0.wav")
    elsewhere = write_song(tmp_path / "moved" / "1.wav")
    places = Places(recordings_at([tmp_path / "moved"]))
    rows = (
        Row("x", {}, path=str(elsewhere)),
        Row("0.wav", {}, path="0.wav"),
        Row("track", {}, path="gone/1.wav"),
        Row("1.wav", {}),
        Row("2.wav", {}, path="gone/2.wav"),
    )
    rows_there = [elsewhere, tmp_path / "songs" / "0.wav", None, elsewhere, None]
    assert places.of(rows, tmp_path / "songs" / "fad.json") == rows_there
    assert places.of(rows[2:3], tmp_path / "fad.json") == [elsewhere]  # no other item's file is called so


def test_no_recording_stands_for_another_of_the_same_name(tmp_path: Path) -> None:
    for name in "ab":
        write_song(tmp_path / name / "1.wav")
    paths = {name: tmp_path / name / "1.wav" for name in "ab"}
    rows = tuple(Row(f"{name}/1.wav", {}, path=f"gone/{name}/1.wav") for name in "ab")
    only_a = Places(recordings_at([tmp_path / "a"]))
    assert only_a.of(rows, tmp_path / "fad.json") == [None, None]
    both = recordings_at([tmp_path / "a", tmp_path / "b", tmp_path / "a" / "1.wav"])
    assert both == {str(path): path for path in paths.values()}
    assert Places(both).of((Row("1.wav", {}),), tmp_path / "fad.json") == [None]
    assert len(choose([], both, Places(), max_songs=9).shown) == 2


def test_a_relative_path_counts_from_its_own_document_only(tmp_path: Path) -> None:
    write_song(tmp_path / "one" / "0.wav")
    rows = (Row("0.wav", {}, path="0.wav"),)
    assert Places().of(rows, tmp_path / "two" / "fad.json") == [None]


def test_nothing_at_a_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match="must be a folder or a file, and nothing is there"):
        recordings_at([tmp_path / "none"])
    with pytest.raises(BadDataError, match="must hold audio"):
        recordings_at([tmp_path])


def test_given_songs_come_first_and_know_what_was_measured_of_them(tmp_path: Path) -> None:
    for n in range(5):
        write_song(tmp_path / "all" / f"{n}.wav")
    write_song(tmp_path / "mine" / "mine.wav")
    write_song(tmp_path / "mine" / "drums.wav", sidecar={"stem": "drums"})
    evaluations = [named(FAD, folder=tmp_path / "all"), named(CONTROL, "two", tmp_path / "all")]
    places = Places()
    choice = choose(evaluations, recordings_at([tmp_path / "mine"]), places, max_songs=4)
    assert [one.song.path.name for one in choice.shown] == ["mine.wav", "4.wav", "0.wav", "1.wav"]
    assert choice.remark == "4 of 6 songs here, in even steps from the worst item to the best"
    assert [(index, row.group, row.id) for index, row in choice.shown[3].items] == [
        (0, "", "1.wav"),
        (1, "songs", "songs-1.wav"),
        (1, "chance", "chance-1.wav"),
    ]
    assert anchors(choice.shown)[1]["songs", "songs-1.wav"] == "song-4"


def test_all_are_shown_without_a_remark_and_none_where_none_may_be(tmp_path: Path) -> None:
    write_song(tmp_path / "a.wav")
    given = recordings_at([tmp_path])
    assert choose([], given, Places(), max_songs=3).remark == ""
    assert choose([], given, Places(), max_songs=0).shown == ()


def test_a_song_says_what_a_musician_wants_to_know(tmp_path: Path) -> None:
    plan = plan_of()
    song = song_of("a", write_song(tmp_path / "a.wav", sidecar=sidecar_of(plan)))
    assert song.prompt == "pop song"
    assert dict(headline(song, 9.6)) == {
        "length": "9.6 s",
        "tempo": f"{plan.tempo_bpm:g} bpm",
        "key": str(plan.key),
        "metre": str(plan.time_signature),
        "genre": plan.genre,
        "seed": "1",
        "engine": "ldm",
    }
    assert details(song)["weights"] == {"vae": "cd" * 32}


def test_a_plan_that_is_not_valid_is_a_fault_of_its_song(tmp_path: Path) -> None:
    document = sidecar_of(plan_of())
    document["plan"]["tempo_bpm"] = "fast"
    song = song_of("a", write_song(tmp_path / "a.wav", sidecar=document))
    assert song.plan is None
    assert "tempo_bpm must be a number; found 'fast'" in song.fault


def test_strange_sidecars_stop_nothing(tmp_path: Path) -> None:
    strange = {"seed": [1], "generation": "x", "weights": ["vae"], "command": 7, "plan": 3, "loudness": None}
    song = song_of("a", write_song(tmp_path / "a.wav", sidecar=strange))
    assert headline(song, None) == []
    assert details(song) == {"file": "a.wav", "weights": ["vae"]}


@pytest.mark.parametrize(
    ("chord", "name"),
    [("A:min", "Am"), ("Bb:maj/D", "B♭/D"), ("F#:min7", "F♯m7"), ("E:7sus4", "E7sus4"), ("N", "–")],
)
def test_chords_are_named_as_on_lead_sheets(chord: str, name: str) -> None:
    assert chord_name(Chord.parse(chord)) == name
