"""All of a song's phonemes in their places.

With times of lines, words or syllables each stretch is aligned inside its span. Without, the whole song is aligned in
steps of 40 ms within the parts where somebody sings, then each line within what it got.

Everything is aligned twice. The second time the mean of the spectrum is that of the frames which the first took for
sung, and the classes are adapted to them. Where both agree the boundaries are believed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.words.classes import SILENCE, classes_of, durations, spreads
from muze_dataset.hearing.words.forced import NEVER, align
from muze_dataset.hearing.words.frames import FRAMES_A_SECOND, Frames
from muze_dataset.hearing.words.placing import Stretch, roomy
from muze_dataset.hearing.words.sounds import adapted, likelihoods, tables
from muzecli.text.phonemes import Word

_TRUST = 0.1  # of what frames say: neighbours are no independent witnesses
_ADAPTATION_FRAMES = 3000.0
_UNSUNG = 5.0  # log likelihood that silence gains where nobody was heard to sing
_PAUSE_IN_LINE, _PAUSE_AT_EDGE = -4.0, 0.0  # log probabilities
_ROOM_S = 0.15  # before a line's time and after it: who sets them is human
_SUNG_A_PHONEME_S = 0.35  # of a line whose end is not known, at most
_AGREE_S = 0.1
_STEP = 4  # frames, of the alignment of whole songs
_MOST_CELLS = 3e7  # phonemes times steps, of 6 bytes each
_SUNG_SHARE = 0.85  # of the parts where somebody sings, without the pauses in them

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Spans = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Aligned:
    """When phonemes sound.

    Attributes:
        starts_s: (P,) seconds.
        ends_s: (P,) seconds, each above its start and not above the next one's.
        agreement: 0…1, the share of the phonemes that two alignments place within 0.1 s of each other.
    """

    starts_s: Floats
    ends_s: Floats
    agreement: float

    @property
    def confidence(self) -> float:
        """0…1: about the share of phonemes that begin within 0.1 s of where they should.

        Two alignments of the same frames share their mistakes; on synthetic songs and on a real one with known
        syllables the third power of the agreement came near that share.
        """
        return self.agreement**3


def align_in_spans(
    frames: Frames,
    lines: Sequence[Sequence[Word]],
    parts: Sequence[Stretch],
    *,
    sung: Spans | None,
    table: str,
    loose: bool,
) -> Aligned:
    """Return phonemes aligned inside the spans of their stretches.

    Args:
        frames: of the recording or the voice.
        lines: the words.
        parts: stretches that hold all their phonemes, all roomy.
        sung: where somebody sings, in seconds; None where nobody listened.
        table: see `sounds.tables`.
        loose: whether spans are those of lines, whose ends are not exact and which may hold pauses.
    """
    active = _mask(frames, [(part.start_s, part.end_s) for part in parts])
    voiced = _mask(frames, sung or [(0.0, np.inf)])
    active = active & voiced if (active & voiced).any() else active
    phonemes, firsts = _flat(lines)
    spans = _widened(parts, len(frames) / FRAMES_A_SECOND) if loose else [(p.start_s, p.end_s) for p in parts]

    def once(scores: Floats) -> tuple[Floats, Floats]:
        scores[~voiced, SILENCE] += _UNSUNG
        placed = [
            _stretch(
                scores, classes_of(phonemes[p.first : p.end]), firsts[p.first : p.end], span, p, loose=loose
            )
            for p, span in zip(parts, spans, strict=True)
        ]
        return np.concatenate([s for s, _ in placed]), np.concatenate([e for _, e in placed])

    return _twice(once, frames, active, phonemes, table)


def align_in_song(
    frames: Frames, lines: Sequence[Sequence[Word]], sung: Spans, *, table: str
) -> Aligned | None:
    """Return phonemes aligned without any times; None where there is no room for them, or far too many.

    Args:
        frames: of the recording or the voice.
        lines: the words.
        sung: where somebody sings, in seconds.
        table: see `sounds.tables`.
    """
    lines = [line for line in lines if line]
    phonemes, firsts = _flat(lines)
    active = _mask(frames, sung)
    places = np.flatnonzero(active)
    steps = len(places) // _STEP
    if steps < len(phonemes) or steps * len(phonemes) > _MOST_CELLS:
        return None
    classes = classes_of(phonemes)
    edges = list(accumulate((sum(len(word.phonemes) for word in line) for line in lines), initial=0))
    pauses = np.where(firsts, _PAUSE_IN_LINE, NEVER)
    pauses[edges[:-1]] = _PAUSE_AT_EDGE
    expected = durations(classes, _SUNG_SHARE * len(places) / FRAMES_A_SECOND)

    def once(scores: Floats) -> tuple[Floats, Floats]:
        summed = scores[places[: steps * _STEP]].reshape(steps, _STEP, -1).sum(axis=1)
        starts, ends = align(
            _TRUST * summed,
            classes,
            expected=np.maximum(expected * FRAMES_A_SECOND / _STEP, 0.6),
            spread=spreads(classes),
            pauses=np.append(pauses, _PAUSE_AT_EDGE),
        )
        rough = [
            places[np.minimum(edge * _STEP, len(places) - 1)] / FRAMES_A_SECOND for edge in (starts, ends)
        ]
        found = roomy([Stretch(a, b, rough[0][a], rough[1][b - 1]) for a, b in pairwise(edges)])
        if found is None:
            return rough[0], rough[1]
        spans = _widened(found, len(frames) / FRAMES_A_SECOND)
        placed = [
            _stretch(scores, classes[p.first : p.end], firsts[p.first : p.end], span, p, loose=True)
            for p, span in zip(found, spans, strict=True)
        ]
        return np.concatenate([s for s, _ in placed]), np.concatenate([e for _, e in placed])

    return _twice(once, frames, active, phonemes, table)


def _twice(
    once: Callable[[Floats], tuple[Floats, Floats]],
    frames: Frames,
    active: Flags,
    phonemes: Sequence[str],
    table: str,
) -> Aligned:
    means, covariances = tables(table)
    first = once(likelihoods(frames.features(active), means, covariances))
    labels = np.where(active, SILENCE, -1)
    for start, end, one in zip(*first, classes_of(phonemes), strict=True):
        labels[round(start * FRAMES_A_SECOND) : round(end * FRAMES_A_SECOND)] = one
    features = frames.features(labels > SILENCE)
    means = adapted(means, features, labels, prior=_ADAPTATION_FRAMES)
    starts, ends = once(likelihoods(features, means, covariances))
    return Aligned(starts, ends, float(np.mean(np.abs(starts - first[0]) <= _AGREE_S)))


def _stretch(
    scores: Floats,
    classes: npt.NDArray[np.int64],
    firsts: Flags,
    span: tuple[float, float],
    part: Stretch,
    *,
    loose: bool,
) -> tuple[Floats, Floats]:
    """Return starts and ends, in seconds, of one stretch's phonemes within its span."""
    count = len(classes)
    first = round(span[0] * FRAMES_A_SECOND)
    last = min(round(span[1] * FRAMES_A_SECOND), len(scores))
    length_s = part.end_s - part.start_s
    expected_s = durations(classes, min(length_s, _SUNG_A_PHONEME_S * count) if loose else length_s)
    if last - first < 2 * count:  # too quick for frames: shared out
        cuts = part.start_s + np.concatenate([[0.0], np.cumsum(expected_s)]) / expected_s.sum() * length_s
        return cuts[:-1], cuts[1:]
    pauses = np.append(np.where(firsts, _PAUSE_IN_LINE, NEVER), _PAUSE_AT_EDGE if loose else _PAUSE_IN_LINE)
    pauses[0] = _PAUSE_IN_LINE if loose else NEVER
    starts, ends = align(
        _TRUST * scores[first:last],
        classes,
        expected=np.maximum(expected_s * FRAMES_A_SECOND, 1.5),
        spread=spreads(classes),
        pauses=pauses,
    )
    return (starts + first) / FRAMES_A_SECOND, (ends + first) / FRAMES_A_SECOND


def _flat(lines: Sequence[Sequence[Word]]) -> tuple[list[str], Flags]:
    """Return all phonemes, and which of them begin a word."""
    words = [word for line in lines for word in line]
    firsts = [index == 0 for word in words for index in range(len(word.phonemes))]
    return [phoneme for word in words for phoneme in word.phonemes], np.array(firsts, np.bool_)


def _mask(frames: Frames, spans: Spans) -> Flags:
    mask = np.zeros(len(frames), np.bool_)
    for start_s, end_s in spans:
        first, last = (min(max(edge_s * FRAMES_A_SECOND, 0.0), len(frames)) for edge_s in (start_s, end_s))
        mask[round(first) : round(last)] = True
    return mask


def _widened(parts: Sequence[Stretch], duration_s: float) -> list[tuple[float, float]]:
    """Return the spans of stretches with room at both ends, as far as their neighbours leave it."""
    wide = []
    for index, part in enumerate(parts):
        before = parts[index - 1].end_s if index else 0.0
        after = parts[index + 1].start_s if index + 1 < len(parts) else duration_s
        start_s = max(part.start_s - _ROOM_S, min((before + part.start_s) / 2, part.start_s))
        end_s = min(part.end_s + _ROOM_S, max((after + part.end_s) / 2, part.end_s))
        wide.append((start_s, end_s))
    return wide
