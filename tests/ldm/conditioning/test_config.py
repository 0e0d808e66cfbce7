"""Configurations: what they refuse and what they say of control channels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from muze_ldm.conditioning.config import ConditioningConfig
from muze_ldm.conditioning.keys import CONDITIONS
from muze_ldm.conditioning.keys import GROUPS as CONDITION_GROUPS
from muzecli.song.frames import CHANNELS, GROUPS


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"context_dim": 0}, "context_dim must be at least 1, and it is 0"),
        ({"control_fold": 0}, "control_fold must be at least 1, and it is 0"),
        ({"width_share": 0.0}, "width_share must be above 0 and at most 4, and it is 0"),
        ({"genres": ("pop", "pop")}, "genres must be distinct, and 'pop' is there twice"),
        ({"control_channels": ("kick", "cowbell")}, "must be channels of a score's frames, not 'cowbell'"),
    ],
)
def test_refuses(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ConditioningConfig(**values)  # type: ignore[arg-type]


def test_groups_follow_the_channels() -> None:
    assert ConditioningConfig(control_channels=CHANNELS).control_groups == tuple(GROUPS)
    some = ConditioningConfig(control_channels=(*GROUPS["beat"], *GROUPS["chord"]))
    assert some.control_groups == ("chord", "beat")
    assert some.control_owners == ("beat",) * 2 + ("chord",) * 12
    assert ConditioningConfig().control_groups == ()


def test_widths_are_multiples_of_eight_and_never_nothing() -> None:
    small = ConditioningConfig(width_share=0.1)
    assert [small.width(full) for full in (512, 128, 64, 32)] == [48, 16, 8, 8]
    assert ConditioningConfig().voice_width == 256


def test_every_condition_is_documented_with_its_group() -> None:
    text = (Path(__file__).parents[3] / "docs" / "conditioning.md").read_text(encoding="utf-8")
    documented: dict[str, str] = {}
    for row in re.findall(r"^\| `.*\|$", text, re.MULTILINE):
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        for name in re.findall(r"`(\w+)`", cells[0]):
            documented[name] = name if cells[-1] == "own" else cells[-1].strip("`")
    owners = {key: group for group, keys in CONDITION_GROUPS.items() for key in keys}
    assert documented == {**owners, "control_known": "control.GROUP"} and set(owners) == set(CONDITIONS)
