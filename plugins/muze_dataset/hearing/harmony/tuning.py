"""How far a recording is tuned from A4 = 440 Hz.

The deviations of all partials from the semitones of the usual tuning, taken as angles of which a full turn is a
semitone, have a mean direction: the tuning. It is a circular mean, so 49 cents high and 49 cents low lie beside each
other; its length says how well the partials agree (Dressler and Streich, "Tuning Frequency Estimation Using Circular
Statistics", ISMIR 2007). The third, fifth and seventh partials of a note in tune lie 2 cents above, 14 and 31 below
their semitones and would draw the mean down: where one can be such a partial of a note beneath, it is not counted.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.harmony.peaks import Peaks

# Below, three bins do not tell two notes apart; above, strings and pipes are out of tune with themselves.
_LOWEST_PITCH, _HIGHEST_PITCH = 50.0, 93.0
_FEWEST_PEAKS = 20
_BY_CHANCE = 3.0  # standard deviations of the mean of random angles
_OFF_PARTIALS = 12.0 * np.log2([3.0, 5.0, 6.0, 7.0])
_OFF_WITHIN = 0.07  # semitones


def tuning(peaks: Peaks) -> tuple[float, float] | None:
    """Return the tuning in cents, −50…50, and how well the partials agree, 0…1.

    Returns:
        None where there are too few partials to tell, or they agree no more than as many random ones would.
    """
    middle = (peaks.pitch > _LOWEST_PITCH) & (peaks.pitch < _HIGHEST_PITCH) & ~_off_partials(peaks)
    if int(middle.sum()) < _FEWEST_PEAKS:
        return None
    # The root of the amplitude: a loud note counts more, but not as much as all others together.
    weights = np.sqrt(peaks.amplitude[middle].astype(np.float64))
    turns = np.exp(2j * np.pi * peaks.pitch[middle].astype(np.float64))
    mean = (weights * turns).sum() / weights.sum()
    if abs(mean) < _BY_CHANCE / np.sqrt(len(turns)):
        return None
    return float(np.angle(mean) / (2 * np.pi) * 100.0), float(abs(mean))


def _off_partials(peaks: Peaks) -> npt.NDArray[np.bool_]:
    """Return (K,): whether a peak lies where a partial of another peak of its frame would."""
    place = peaks.frame * 1000.0 + peaks.pitch  # in ascending order, frames well apart
    explained = np.zeros(len(place), bool)
    for step in _OFF_PARTIALS:
        nearest = np.searchsorted(place, place - step - _OFF_WITHIN)  # below its own place, so it exists
        explained |= place[nearest] <= place - step + _OFF_WITHIN
    return explained
