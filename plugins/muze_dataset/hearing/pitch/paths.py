"""The likeliest path through candidates: Viterbi decoding with silence as a state of its own.

    frame f:     candidate 1 … K      none
                      │  ╲  ╱  │      ╱ │
    frame f+1:   candidate 1 … K      none

From pitch to pitch a path pays for the distance; going silent and sounding again costs a fixed sum, so that no
leap is dearer than a pause (after Boersma, "Accurate short-term analysis of the fundamental frequency", IFA
Proceedings 17, 1993, equations 27–29).

Shapes: F frames, K candidates a frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Costs:
    """What a path pays.

    Attributes:
        octave: of gliding an octave within one frame.
        leap: most that a change of pitch costs.
        switch: of each change between sounding and silence.
    """

    octave: float
    leap: float
    switch: float


def best_path(log2_hz: Array, gains: Array, silence: Array, costs: Costs) -> npt.NDArray[np.intp]:
    """Return the candidate that sounds in each frame, (F,); K where none does.

    Args:
        log2_hz: (F, K) binary logarithms of the candidates' frequencies.
        gains: (F, K) log-likelihoods; −inf where there is no candidate.
        silence: (F,) log-likelihood that nothing sounds.
        costs: of the changes.
    """
    count, width = gains.shape
    back = np.empty((count, width + 1), dtype=np.int16)
    score = np.append(gains[0], silence[0]).astype(np.float64)
    step = np.zeros((width + 1, width + 1))  # [to, from]
    step[-1, :-1] = step[:-1, -1] = costs.switch
    entries = np.column_stack([gains, silence]).astype(np.float64)
    everyone = np.arange(width + 1)
    places = log2_hz.astype(np.float64)
    for frame in range(1, count):
        distance = np.abs(places[frame][:, None] - places[frame - 1][None, :])
        np.minimum(distance * costs.octave, costs.leap, out=step[:-1, :-1])
        reach = score[None, :] - step
        chosen = reach.argmax(axis=1)
        back[frame] = chosen
        score = reach[everyone, chosen] + entries[frame]
    path = np.empty(count, dtype=np.intp)
    path[-1] = int(score.argmax())
    for frame in range(count - 1, 0, -1):
        path[frame - 1] = back[frame, path[frame]]
    return path
