"""Sixty prompts that the reader's author never saw: most fields right, every number exact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from muze_plan.reading import Reading, read_prompt

PROMPTS = yaml.safe_load(Path(__file__).with_name("sixty.yaml").read_text(encoding="utf-8"))["prompts"]
NUMBERS = ("tempo_bpm", "key", "time_signature")
GOAL_SHARE = 0.9


def is_right(reading: Reading, field: str, expected: Any) -> bool:
    """Whether a field is as expected; of a list, each name or one of its alternatives must have been read."""
    found = getattr(reading, field)
    if isinstance(expected, list):
        return all(set(names.split("|")) & set(found) for names in expected)
    if field == "mode" and found is None and reading.key is not None:
        found = reading.key.mode
    return str(found) in expected.split("|") if isinstance(expected, str) else bool(found == expected)


@pytest.fixture(scope="module")
def marks() -> list[tuple[str, str, bool]]:
    """Prompt, field and whether it was read rightly."""
    rows = []
    for wanted in PROMPTS:
        reading = read_prompt(wanted["prompt"])
        fields = {field: value for field, value in wanted.items() if field != "prompt"}
        rows += [(wanted["prompt"], f, is_right(reading, f, value)) for f, value in fields.items()]
        invented = [f for f in NUMBERS if f not in fields and getattr(reading, f) is not None]
        rows += [(wanted["prompt"], f, False) for f in invented]
    return rows


def test_there_are_sixty():
    assert len(PROMPTS) == 60


def test_nine_fields_in_ten_are_right(marks):
    wrong = [(prompt, field) for prompt, field, right in marks if not right]
    assert len(marks) > 180
    assert len(wrong) <= (1 - GOAL_SHARE) * len(marks), wrong


def test_every_number_is_right(marks):
    assert [(prompt, field) for prompt, field, right in marks if field in NUMBERS and not right] == []
