from collections import Counter

import numpy as np

from muze_synth.corpus.splits import split_of
from muze_synth.corpus.wishes import DRUMLESS_SHARE, Wishes, draw
from muzecli.song.captions import mood_values, phrasings

WISHES = Wishes(
    genres=("folk", "house", "jazz", "rock"),
    shortest_s=20,
    longest_s=40,
    vocals_share=None,
    moods=("calm", "dark", "happy"),
    drums=("drums", "drum_machine"),
    basses=("electric_bass",),
)


def test_a_track_follows_from_seed_and_index_alone():
    assert draw(WISHES, 17, 3) == draw(WISHES, 17, 3)
    assert draw(WISHES, 17, 3) != draw(WISHES, 17, 4)
    assert draw(WISHES, 17, 3) != draw(WISHES, 18, 3)


def test_every_round_has_each_genre_once_in_changing_order():
    rounds = [[draw(WISHES, 4 * turn + place, 0).genre for place in range(4)] for turn in range(30)]
    assert all(sorted(genres) == sorted(WISHES.genres) for genres in rounds)
    assert len({tuple(genres) for genres in rounds}) > 5


def test_durations_fill_the_range():
    durations = [draw(WISHES, index, 1).duration_s for index in range(400)]
    assert min(durations) >= 20 and max(durations) <= 40
    assert abs(np.mean(durations) - 30) < 1


def test_some_tracks_have_no_drums_and_some_an_odd_tempo():
    requests = [draw(WISHES, index, 2) for index in range(2000)]
    drumless = np.mean([request.without == WISHES.drums for request in requests])
    assert abs(drumless - DRUMLESS_SHARE) < 0.02
    assert 0.08 < np.mean([request.tempo_bpm is not None for request in requests]) < 0.16


def test_vocals_are_left_to_the_genre_or_drawn_by_their_share():
    assert draw(WISHES, 0, 0).has_vocals is None
    shared = Wishes(**{**vars(WISHES), "vocals_share": 0.25})
    assert abs(np.mean([draw(shared, index, 0).has_vocals for index in range(1000)]) - 0.25) < 0.05


def test_genre_says_nothing_about_the_tempo_that_is_drawn():
    odd = [r for r in (draw(WISHES, index, 5) for index in range(4000)) if r.tempo_bpm is not None]
    means = [np.mean([r.tempo_bpm for r in odd if r.genre == genre]) for genre in WISHES.genres]
    assert np.ptp(means) < 15


def test_splits_keep_their_songs_whatever_the_number_of_songs():
    splits = {str(song): split_of(str(song), 9) for song in range(5000)}
    assert split_of("17", 9) == splits["17"]
    shares = Counter(splits.values())
    assert abs(shares["valid"] / 5000 - 0.1) < 0.02
    assert abs(shares["test"] / 5000 - 0.1) < 0.02


def test_two_moods_of_a_song_agree_and_its_energy_with_them():
    wishes = Wishes(**{**vars(WISHES), "moods": tuple(phrasings()["moods"])})
    requests = [draw(wishes, index, 6) for index in range(1500)]
    assert {len(request.mood) for request in requests} == {0, 1, 2}
    for request in requests:
        values = [mood_values(mood) for mood in request.mood]
        assert all(np.ptp(axis) <= 0.55 + 1e-9 for axis in np.transpose(values)) or not values
        if values and request.energy is not None:
            usual = np.mean([energy for _, energy in values])
            assert abs(request.energy - usual) <= 0.255
