"""Stems of a score: who plays what, how long it is, how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tests.synth.bands import band

from muze_synth.play import Samples, fitted, play
from muzecli.song.score import Part, Score


class Constant:
    """Plays ones."""

    name = "constant"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def play(self, parts: Sequence[Part], score: Score, *, rate_hz: int, frames: int) -> dict[str, Samples]:
        self.asked += [part.name for part in parts]
        return {part.name: np.ones((2, frames), np.float32) for part in parts}


@dataclass
class Hum:
    samples: Samples


def hum(part: Part, score: Score, *, rate_hz: int) -> Hum:
    return Hum(np.full((1, 100), 0.5, np.float32))


def test_every_part_becomes_a_stem_of_the_score_and_its_tail() -> None:
    score = band(2)
    stems = play(score, rate_hz=8000, player=Constant(), tail_s=1.5)
    assert list(stems) == [part.name for part in score.parts]
    assert {stem.shape for stem in stems.values()} == {(2, int((score.duration_s + 1.5) * 8000))}


def test_what_still_sounds_at_the_end_fades() -> None:
    stem = play(band(1), rate_hz=8000, player=Constant())["piano"]
    assert stem[0, -1] == 0.0
    assert np.all(stem[:, : -int(0.05 * 8000)] == 1.0)
    assert np.all(np.diff(stem[0, -int(0.05 * 8000) :]) < 0)


def test_a_singer_sings_the_vocals_and_nothing_else() -> None:
    player = Constant()
    stems = play(band(1), rate_hz=8000, player=player, singer=hum)
    assert "female_vocals" not in player.asked and len(player.asked) == 5
    assert stems["female_vocals"].shape == (1, stems["piano"].shape[1])
    assert stems["female_vocals"][0, 99] == 0.5 and not stems["female_vocals"][0, 100:].any()


def test_without_a_singer_the_player_plays_the_vocals() -> None:
    player = Constant()
    play(band(1), rate_hz=8000, player=player)
    assert "female_vocals" in player.asked


def test_fitting_copies() -> None:
    samples = np.ones((1, 4), np.float32)
    assert fitted(samples, 6).tolist() == [[1, 1, 1, 1, 0, 0]]
    assert fitted(samples, 2).tolist() == [[1, 1]]
    assert fitted(samples, 4) is not samples
