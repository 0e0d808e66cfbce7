"""From logits to spans and a decision."""

from __future__ import annotations

import numpy as np
import pytest

from muze_dataset.hearing.voice.spans import SHORTEST_S, clearest_second, judge, spans_of

HOP_S = 0.02


def logits(*parts: tuple[float, float]) -> np.ndarray:
    """Return logits of parts (seconds, level)."""
    return np.concatenate([np.full(round(seconds / HOP_S), level, np.float32) for seconds, level in parts])


def test_phrases_are_found_to_the_frame() -> None:
    found = spans_of(logits((2, -3), (3, 3), (4, -3), (2, 3)), HOP_S, 11.0)
    assert found == [pytest.approx((2.0, 5.0)), pytest.approx((9.0, 11.0))]


def test_a_short_pause_or_a_stray_frame_changes_nothing() -> None:
    assert len(spans_of(logits((2, 3), (0.1, -3), (2, 3)), HOP_S, 4.1)) == 1
    assert spans_of(logits((2, -3), (0.1, 3), (2, -3)), HOP_S, 4.1) == []


def test_spans_lie_within_the_recording_apart_and_in_order() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        walk = np.cumsum(rng.standard_normal(1500)).astype(np.float32)
        found = spans_of(walk, HOP_S, 29.99)
        assert all(end_s - start_s >= SHORTEST_S for start_s, end_s in found)
        flat = [time_s for span in found for time_s in span]
        assert flat == sorted(flat) and all(0 <= time_s <= 29.99 for time_s in flat)


@pytest.mark.parametrize(
    ("parts", "has_voice"),
    [
        ([(100, -3), (2, 5)], True),  # two seconds at the end of a long song
        ([(60, -3)], False),
        ([(60, 2.4)], None),
        ([(0.1, 8)], False),  # a click, however voice-like, is no second
        ([], False),
    ],
)
def test_the_clearest_second_decides(parts: list[tuple[float, float]], has_voice: bool | None) -> None:
    frames = logits(*parts) if parts else np.zeros(0, np.float32)
    judged = judge(frames, HOP_S, len(frames) * HOP_S)
    assert judged.has_voice is has_voice
    assert 0.5 <= judged.confidence <= 1.0 and 0.0 <= judged.frame_confidence <= 1.0
    assert bool(judged.spans) == (has_voice is True)
    assert ("near chance" in judged.reason) == (has_voice is None)


def test_the_clearest_second_is_the_highest_mean() -> None:
    rng = np.random.default_rng(0)
    values = rng.standard_normal(400).astype(np.float32)
    expected = max(values[i : i + 50].mean() for i in range(351))
    assert clearest_second(values, HOP_S) == pytest.approx(expected, abs=1e-5)
