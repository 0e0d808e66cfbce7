"""The decision about peaks follows the policy and says its figures."""

from __future__ import annotations

import math

import numpy as np
import pytest

from muzecli.audio.loudness import LoudnessMeter
from muzecli.audio.peaks import ceiling_for, decide_peak
from muzecli.errors import FailedError, UsageError
from tests.audio.conftest import tone


@pytest.mark.parametrize("policy", ["normalize", "limit", "error"])
@pytest.mark.parametrize("peak_dbtp", [-math.inf, -20.0, -0.05, 0.0])
def test_up_to_full_scale_nothing_is_done(policy, peak_dbtp: float) -> None:  # type: ignore[no-untyped-def]
    decision = decide_peak(peak_dbtp, policy, ceiling_dbtp=-1)
    assert (decision.gain_db, decision.gain, decision.limit, decision.over_db, decision.warning) == (
        0,
        1,
        False,
        0,
        None,
    )


def test_normalize_brings_the_peak_to_the_ceiling() -> None:
    decision = decide_peak(2.4, "normalize", ceiling_dbtp=-1)
    assert decision.gain_db == pytest.approx(-3.4)
    assert decision.gain == pytest.approx(10 ** (-3.4 / 20))
    assert decision.over_db == pytest.approx(2.4)
    assert (
        decision.warning
        == "the true peak would be +2.4 dBTP, over full scale: the whole is turned down by 3.4 dB"
    )


def test_normalized_audio_has_the_ceiling_as_its_true_peak() -> None:
    loud = tone(11_025, 0.5, level=1.9) * 0.9  # a quarter of the rate
    before, after = LoudnessMeter(44_100, 1), LoudnessMeter(44_100, 1)
    before.add(loud)
    after.add((loud * decide_peak(before.true_peak_dbtp, "normalize").gain).astype(np.float32))
    assert after.true_peak_dbtp == pytest.approx(-0.1, abs=0.01)
    assert after.sample_peak < 1


def test_limit_leaves_the_level_to_a_limiter() -> None:
    decision = decide_peak(1.0, "limit")
    assert decision.limit
    assert (decision.gain_db, decision.ceiling_dbtp) == (0, -0.1)
    assert decision.warning == "the true peak would be +1.0 dBTP, over full scale: limited to -0.1 dBTP"


def test_error_refuses_with_the_figure() -> None:
    with pytest.raises(FailedError, match=r"the true peak would be \+0\.3 dBTP, over full scale") as caught:
        decide_peak(0.3, "error")
    assert caught.value.exit_code == 1
    assert caught.value.details == {"over_db": 0.3}


def test_lossy_containers_get_more_room() -> None:
    assert ceiling_for("mp3") == ceiling_for("ogg") == -1
    assert ceiling_for("wav") == ceiling_for("flac") == -0.1


def test_impossible_wishes_are_refused() -> None:
    with pytest.raises(UsageError, match="at most 0 dBTP, got 1"):
        decide_peak(0.0, "normalize", ceiling_dbtp=1)
    with pytest.raises(UsageError, match="must be one of normalize, limit, error, got 'clip'"):
        decide_peak(0.0, "clip")  # type: ignore[arg-type]
