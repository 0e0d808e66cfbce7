"""Whether a recording is of one voice alone.

In a single voice nearly all power repeats from period to period, since vowels hold most of it; in a mix hardly any
frame is periodic within the range of voices. So the share of the power in periodic frames tells them apart: on
recordings above 0.9 for singing and wind instruments and 0.74…0.83 for read speech, on songs below 0.5 but for rare
ones whose accompaniment is silent most of the time.
"""

from __future__ import annotations

import numpy as np

from muze_dataset.hearing.pitch.framing import Signal, frame_levels_db
from muze_dataset.hearing.pitch.periodicity import Candidates

_PERIODIC = 0.2  # aperiodicity below which a frame repeats
_ALONE = 0.7


def periodic_share(signal: Signal, found: Candidates) -> float:
    """Return the share 0…1 of a signal's power that lies in periodic frames; 0 for silence."""
    levels = frame_levels_db(signal, len(found.aperiodicity), length=640).astype(np.float64)
    power = np.where(levels > -100.0, 10.0 ** (levels / 10.0), 0.0)
    total = float(power.sum())
    return float(power[found.aperiodicity < _PERIODIC].sum()) / total if total > 0.0 else 0.0


def is_solo(signal: Signal, found: Candidates) -> bool:
    """Say whether a signal (N,) at `framing.RATE_HZ` is one voice alone.

    Args:
        signal: the recording.
        found: its candidates, as `find_candidates` returns them.
    """
    return periodic_share(signal, found) >= _ALONE
