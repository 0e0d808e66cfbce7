"""The rhythm of a recording: tempo, beats, downbeats and metre, and how sure each is.

onsets ─▶ network ─▶ likely tempi ─▶ a walk through bars for each ─▶ the best ─▶ exact times
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.rhythm.bars import Walk, walk
from muze_dataset.hearing.rhythm.network import BEATS, METRES, STEPS_HZ, Opinions, inputs_of, think
from muze_dataset.hearing.rhythm.onsets import Onsets
from muze_dataset.hearing.rhythm.tempi import likely_tempi, opinion_of
from muze_dataset.hearing.rhythm.timing import heard_times, in_time, moved_to_onsets

Floats = npt.NDArray[np.float32]

SHORTEST_S = 1.5
FEWEST_BEATS = 4
FAINTEST_PULSE, DOUBTFUL_PULSE = 0.15, 0.4
"""Average probability at the beats below which there is no pulse, and below which something else must speak for one:
a tempo with much of all belief, or many beats on one even grid."""
MUCH_BELIEF, MANY_BEATS = 0.7, 24

_TEMPO_TRUST = 9.0  # how much the network's opinion of tempo counts beside the log-odds of a walk
_DOUBT = 20.0  # log-odds of walks that make a tempo e times as likely as another
_METRE_DOUBT = 4.0
_SAME_TEMPO = 0.04
_BEFORE_START_S = 0.05  # a beat that is heard so little before the audio begins is its first
_SILENT = 0.01  # of the strongest onset


@dataclass(frozen=True)
class Candidate:
    """A tempo that the recording may have, and its share of all belief, 0…1."""

    tempo_bpm: float
    weight: float


@dataclass(frozen=True)
class Rhythm:
    """What was found.

    Attributes:
        tempo_bpm: beats a minute: of the whole where it is steady, else the median.
        steady: whether all beats lie on one line.
        beats_s: (K,) when the beats are.
        places: (K,) of each in its bar, 0 for downbeats.
        time_signature: one of `METRES`.
        candidates: tempi, the likeliest first; the first is the one chosen.
        pulse: 0…1, how surely beats were heard, on average.
        metre_confidence: 0…1.
        downbeat_confidence: 0…1, how much surer the network is of downbeats at downbeats than at other beats.
    """

    tempo_bpm: float
    steady: bool
    beats_s: npt.NDArray[np.float64]
    places: npt.NDArray[np.intp]
    time_signature: str
    candidates: tuple[Candidate, ...]
    pulse: float
    metre_confidence: float
    downbeat_confidence: float


@dataclass(frozen=True)
class NoRhythm:
    """Why there is none."""

    reason: str


def find_rhythm(onsets: Onsets, weights: Mapping[str, Floats]) -> Rhythm | NoRhythm:
    """Return the rhythm of a recording, or why it has none.

    Args:
        onsets: of the recording.
        weights: of the network, see `network.load`.
    """
    if onsets.duration_s < SHORTEST_S:
        return NoRhythm(f"shorter than {SHORTEST_S:g} s")
    if not onsets.strength.any():
        return NoRhythm("nothing in it begins: silence or a single steady sound")
    opinions = think(weights, inputs_of(onsets))
    walks = _walks(opinions)
    best = walks[0][1]
    heard_s, sureness = heard_times(opinions, best.steps)
    beats = in_time(heard_s, sureness, best.places, best.beats_in_bar)
    times_s = moved_to_onsets(beats.times_s, onsets)
    kept = _sounding(times_s, onsets)
    if np.count_nonzero(kept) < FEWEST_BEATS:
        return NoRhythm(f"fewer than {FEWEST_BEATS} beats in it")
    pulse = float(sureness.mean())
    candidates = _candidates(walks)
    agreed = candidates[0].weight >= MUCH_BELIEF or (beats.steady and np.count_nonzero(kept) >= MANY_BEATS)
    if pulse < FAINTEST_PULSE or (pulse < DOUBTFUL_PULSE and not agreed):
        return NoRhythm(f"no steady pulse was heard: {pulse:.2f} on average at the likeliest beats")
    times_s, places = np.maximum(times_s[kept], 0.0), beats.places[kept]
    compound, metre = _metre_of(opinions, best.beats_in_bar)
    return Rhythm(
        tempo_bpm=_tempo_of(times_s),
        steady=beats.steady,
        beats_s=times_s,
        places=places,
        time_signature=metre,
        candidates=candidates,
        pulse=pulse,
        metre_confidence=compound * float(_belief(best.by_metre, _METRE_DOUBT).max()),
        downbeat_confidence=_downbeat_confidence(opinions, times_s, places),
    )


def _walks(opinions: Opinions) -> list[tuple[float, Walk]]:
    """Return the walk of each likely tempo with its score, the best first."""
    tempi = likely_tempi(opinions)
    heard = opinion_of(opinions, tempi)
    found = [walk(opinions, STEPS_HZ * 60.0 / tempo) for tempo in tempi]
    scored = [(w.score + _TEMPO_TRUST * float(h), w) for w, h in zip(found, heard, strict=True)]
    return sorted(scored, key=lambda pair: -pair[0])


def _sounding(times_s: npt.NDArray[np.float64], onsets: Onsets) -> npt.NDArray[np.bool_]:
    """Return which beats lie within the audio and not in the silence before or after the music, (K,)."""
    loud = np.flatnonzero(onsets.strength >= _SILENT * onsets.strength.max())
    period_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0
    first_s = max(loud[0] / onsets.frames_hz - 0.5 * period_s, -_BEFORE_START_S)
    last_s = min(loud[-1] / onsets.frames_hz + 0.5 * period_s, onsets.duration_s)
    kept: npt.NDArray[np.bool_] = (times_s >= first_s) & (times_s <= last_s)
    return kept


def _tempo_of(times_s: npt.NDArray[np.float64]) -> float:
    """Return beats a minute by the middle interval; on a grid all are the same but one that 0 s cuts short."""
    return float(60.0 / np.median(np.diff(times_s[times_s > 0.0])))


def _metre_of(opinions: Opinions, beats: int) -> tuple[float, str]:
    """Return how sure, 0…1, and which of the metres with so many beats: 4/4 or 12/8, 2/4 or 6/8."""
    fitting = [i for i, name in enumerate(METRES) if BEATS[name] == beats]
    belief = _belief([float(opinions.metre[i]) for i in fitting], 1.0)
    return float(belief.max()), METRES[fitting[int(belief.argmax())]]


def _candidates(walks: list[tuple[float, Walk]]) -> tuple[Candidate, ...]:
    """Return the tempi that were walked, one of those that turned out the same."""
    different: dict[float, float] = {}
    for score, found in walks:
        if len(found.steps) > 1:
            tempo = _walked_tempo(found)
            if all(abs(tempo / other - 1.0) > _SAME_TEMPO for other in different):
                different[tempo] = score
    weights = _belief(list(different.values()), _DOUBT)
    return tuple(Candidate(bpm, float(w)) for bpm, w in zip(different, weights, strict=True))


def _walked_tempo(found: Walk) -> float:
    return float(60.0 * STEPS_HZ / np.polyfit(np.arange(len(found.steps)), found.steps, 1)[0])


def _downbeat_confidence(
    opinions: Opinions, times_s: npt.NDArray[np.float64], places: npt.NDArray[np.intp]
) -> float:
    if not (places == 0).any() or (places == 0).all():
        return 0.0
    steps = np.clip(np.round(times_s * STEPS_HZ).astype(int), 0, len(opinions.downbeat) - 1)
    probability = 1.0 / (1.0 + np.exp(-opinions.downbeat[steps].astype(np.float64)))
    return float(np.clip(probability[places == 0].mean() - probability[places > 0].mean(), 0.0, 1.0))


def _belief(scores: npt.ArrayLike, doubt: float) -> npt.NDArray[np.float64]:
    """Return shares of belief, which add up to 1: e to the power of each score over the doubt."""
    shifted = (np.asarray(scores, np.float64) - np.max(scores)) / doubt
    result: npt.NDArray[np.float64] = np.exp(shifted) / np.exp(shifted).sum()
    return result
