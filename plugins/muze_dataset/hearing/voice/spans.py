"""From likelihoods to spans, and to a decision about the recording.

Shapes: T frames.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Span = tuple[float, float]

SHORTEST_S = 0.25
"""A shorter span is no syllable."""
_SWITCH = 6.0  # cost of a change of state, in nats: voices come in phrases
_FRAMES_TOGETHER = 8.0  # neighbouring frames say much the same: as many count as one

# The clearest second of recordings with a voice and of those without one: where both are as likely, how far apart
# they lie, and how sure an answer has to be.
_EVEN, _SPREAD, _LEAST_SURE = 2.4, 0.6, 0.7


def spans_of(logits: Array, hop_s: float, duration_s: float) -> list[Span]:
    """Return where there is a voice, [start, end) in seconds, in order and apart from each other.

    The most likely path through two states, voice and none (Viterbi 1967).

    Args:
        logits: (T,) of the detector.
        hop_s: seconds from one frame to the next.
        duration_s: of the recording; nothing lies past it.
    """
    states = _best_path(logits.astype(np.float64) / _FRAMES_TOGETHER)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], states, [False]]).astype(np.int8)))
    spans = [
        (float(start) * hop_s, min(float(stop) * hop_s, duration_s))
        for start, stop in edges.reshape(-1, 2).tolist()
    ]
    return [(start_s, end_s) for start_s, end_s in spans if end_s - start_s >= SHORTEST_S]


def _best_path(evidence: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Return whether each frame is voice, (T,), on the path with the most evidence less the cost of its changes.

    evidence[t] is gained in the state of voice at frame t; the other state is where it is counted from.
    """
    voice, none = -0.5 * _SWITCH, 0.0
    from_none = np.empty(
        len(evidence), dtype=bool
    )  # the best path that is in voice at t was in none at t − 1
    from_voice = np.empty(len(evidence), dtype=bool)
    for t, gain in enumerate(evidence.tolist()):
        into_voice, into_none = none - _SWITCH, voice - _SWITCH
        from_none[t], from_voice[t] = into_voice > voice, into_none > none
        voice, none = max(voice, into_voice) + gain, max(none, into_none)
    states = np.empty(len(evidence), dtype=bool)
    state = voice > none
    for t in range(len(evidence) - 1, -1, -1):
        states[t] = state
        state = not from_none[t] if state else bool(from_voice[t])
    return states


@dataclass(frozen=True)
class Judged:
    """What the detector's evidence comes to.

    Attributes:
        has_voice: None where the evidence is too weak for either answer.
        confidence: of that answer, 0.5…1.
        spans: where the voice is; empty without one.
        frame_confidence: how sure the detector is of its frames on the whole, 0…1.
        reason: why there is no answer; "" where there is one.
    """

    has_voice: bool | None
    confidence: float
    spans: list[Span]
    frame_confidence: float
    reason: str = ""


def judge(logits: Array, hop_s: float, duration_s: float) -> Judged:
    """Decide whether a recording has a voice, and where.

    A voice need not sing for long to be there: what counts is the clearest second of all.

    Args:
        logits: (T,) of the detector.
        hop_s: seconds from one frame to the next.
        duration_s: of the recording.
    """
    clearest = clearest_second(logits, hop_s)
    odds = (clearest - _EVEN) / _SPREAD
    voice = 1.0 / (1.0 + math.exp(-min(max(odds, -30.0), 30.0)))
    sure = float(np.mean(np.abs(np.tanh(logits / 2.0)))) if len(logits) else 0.0  # |2p − 1|
    if abs(voice - 0.5) < _LEAST_SURE - 0.5:
        reason = f"whether there is a voice is near chance: {100 * voice:.0f} % at the clearest second"
        return Judged(None, max(voice, 1.0 - voice), [], sure, reason)
    if voice < 0.5:
        return Judged(False, 1.0 - voice, [], sure)
    return Judged(True, voice, spans_of(logits, hop_s, duration_s), sure)


def clearest_second(logits: Array, hop_s: float) -> float:
    """Return the highest mean of the logits over a second; over all there is of a shorter recording.

    What a shorter one lacks counts as undecided, so that a click has no more weight than it lasts.
    """
    frames = round(1.0 / hop_s)
    if len(logits) == 0:
        return 0.0
    if len(logits) < frames:
        return float(logits.sum(dtype=np.float64)) / frames
    sums = np.concatenate([[0.0], np.cumsum(logits, dtype=np.float64)])
    return float((sums[frames:] - sums[:-frames]).max() / frames)
