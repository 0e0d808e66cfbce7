"""Whether the voice sings the notes: raw pitch and raw chroma accuracy, as MIREX's audio melody extraction has them.

Poliner, Ellis, Ehmann, Gómez, Streich and Ong, "Melody transcription from music audio: approaches and evaluation"
(IEEE TASLP 15(4), 2007), section III. Of the frames in which there is to be a pitch: the share in which one is heard
within half a semitone, and the share in which it is once octaves no longer count.

Shapes: F frames, one every 10 ms; frame f sounds at f / 100 s. 0 Hz is no pitch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muzecli.song.score import Role, Score
from muzecli.song.track import F0_RATE_HZ

Doubles = npt.NDArray[np.float64]

TOLERANCE_CENTS = 50.0


@dataclass(frozen=True)
class PitchAccuracy:
    """How well a melody was sung.

    Attributes:
        raw_pitch: share of the frames, 0…1.
        raw_chroma: the same with octaves forgiven.
        frames: in which there was to be a pitch.
    """

    raw_pitch: float
    raw_chroma: float
    frames: int


def pitch_accuracy(wanted_hz: npt.ArrayLike, heard_hz: npt.ArrayLike) -> PitchAccuracy | None:
    """Return how well a melody was sung; None where there is none to sing.

    Args:
        wanted_hz: (F,).
        heard_hz: (F',); what is missing at its end is no pitch.
    """
    wanted = np.asarray(wanted_hz, dtype=np.float64)
    heard = np.zeros_like(wanted)
    given = np.asarray(heard_hz, dtype=np.float64)[: len(wanted)]
    heard[: len(given)] = given
    sung = wanted > 0.0
    if not sung.any():
        return None
    both = sung & (heard > 0.0)
    off = 1200.0 * np.log2(heard[both] / wanted[both])
    folded = off - 1200.0 * np.floor(off / 1200.0 + 0.5)
    count = int(sung.sum())
    return PitchAccuracy(
        float(np.count_nonzero(np.abs(off) < TOLERANCE_CENTS) / count),
        float(np.count_nonzero(np.abs(folded) < TOLERANCE_CENTS) / count),
        count,
    )


def melody_of(score: Score, *, start_s: float = 0.0) -> Doubles:
    """Return the pitches (F,) that a score's singers have; where two sing at once, of the note that began last.

    Args:
        score: its parts with the role of vocals count.
        start_s: where in the audio the score begins.
    """
    hz = np.zeros(int(np.ceil((start_s + score.duration_s) * F0_RATE_HZ)))
    notes = sorted(note for part in score.parts_of(Role.VOCALS) for note in part.notes)
    for note in notes:
        first, behind = (
            int(np.ceil((start_s + score.seconds(tick)) * F0_RATE_HZ - 1e-6))
            for tick in (note.start, note.end)
        )
        hz[first:behind] = 440.0 * 2.0 ** ((note.pitch - 69) / 12.0)
    return hz
