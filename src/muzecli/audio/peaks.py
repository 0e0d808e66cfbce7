"""What to do when the result would go over full scale: one decision, from a meter's figure and the user's policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from muzecli.errors import FailedError, UsageError

PeakPolicy = Literal["normalize", "limit", "error"]
POLICIES: tuple[PeakPolicy, ...] = ("normalize", "limit", "error")

FULL_SCALE_DBTP = 0.0
LOSSLESS_CEILING_DBTP = -0.1
LOSSY_CEILING_DBTP = -1.0


@dataclass(frozen=True)
class PeakDecision:
    """What has to be done to a signal before it is written.

    Attributes:
        gain_db: gain for the whole signal, 0 for none.
        limit: whether a limiter has to hold the ceiling instead.
        ceiling_dbtp: the highest true peak wanted.
        over_db: by how much the true peak was over full scale, 0 where it was not.
        warning: a sentence part with the figures for the user, None where nothing is done.
    """

    gain_db: float
    limit: bool
    ceiling_dbtp: float
    over_db: float
    warning: str | None

    @property
    def gain(self) -> float:
        """The gain as a factor."""
        return float(10 ** (self.gain_db / 20))


def ceiling_for(container: str) -> float:
    """Return the true peak in dBTP that peaks are brought to in this container.

    −0.1 dB leaves room for the rounding of a measurement. Encoders of MP3 and OGG overshoot by more, and −1 dB is
    what EBU R 128 and AES TD1008 ask for them.
    """
    return LOSSY_CEILING_DBTP if container in ("mp3", "ogg") else LOSSLESS_CEILING_DBTP


def decide_peak(
    true_peak_dbtp: float, policy: PeakPolicy, *, ceiling_dbtp: float = LOSSLESS_CEILING_DBTP
) -> PeakDecision:
    """Decide what happens to a signal with this true peak.

    Up to full scale nothing is touched, whatever the ceiling. Above it, `normalize` turns the whole signal down
    until its true peak is at the ceiling, which keeps dynamics and costs loudness; `limit` leaves the level and
    has a limiter hold the ceiling; `error` refuses. True peak is what counts, not the highest sample: a signal
    that clips between its samples clips in every converter and encoder after.

    Args:
        true_peak_dbtp: from `LoudnessMeter.true_peak_dbtp`, −inf for silence.
        policy: `normalize`, `limit` or `error`.
        ceiling_dbtp: where the peak goes, at most 0.

    Raises:
        FailedError: the policy is `error` and the peak is over full scale.
        UsageError: the ceiling is over full scale, or there is no such policy.

    Example:
        >>> decide_peak(2.0, "normalize").gain_db
        -2.1
    """
    if ceiling_dbtp > FULL_SCALE_DBTP:
        raise UsageError(f"the peak ceiling must be at most 0 dBTP, got {ceiling_dbtp:g}")
    if policy not in POLICIES:
        raise UsageError(f"the peak policy must be one of {', '.join(POLICIES)}, got {policy!r}")
    over_db = true_peak_dbtp - FULL_SCALE_DBTP
    if over_db <= 0:
        return PeakDecision(0.0, False, ceiling_dbtp, 0.0, None)
    found = f"the true peak would be {over_db:+.1f} dBTP, over full scale"
    if policy == "error":
        raise FailedError(
            found, hint="lower the gain, or let peaks be normalized or limited", details={"over_db": over_db}
        )
    if policy == "limit":
        return PeakDecision(0.0, True, ceiling_dbtp, over_db, f"{found}: limited to {ceiling_dbtp:g} dBTP")
    gain_db = ceiling_dbtp - true_peak_dbtp
    return PeakDecision(
        gain_db, False, ceiling_dbtp, over_db, f"{found}: the whole is turned down by {-gain_db:.1f} dB"
    )
