"""The frozen prompts: most fields right, every figure exact, and only known words read without numpy."""

from __future__ import annotations

import subprocess
import sys

import pytest
from benchmarks.plan_reading import EXACT, GOAL_SHARE, load, marks_of

PROMPTS = load()


@pytest.fixture(scope="module")
def marks():
    return marks_of(PROMPTS)


def test_there_are_enough_prompts():
    assert len(PROMPTS) >= 150
    assert len({p["prompt"] for p in PROMPTS}) == len(PROMPTS)


def test_nine_fields_in_ten_are_right(marks):
    wrong = [(m.prompt, m.field, m.expected, m.found) for m in marks if not m.right]
    assert len(wrong) <= (1 - GOAL_SHARE) * len(marks), wrong


def test_every_figure_is_right(marks):
    assert [(m.prompt, m.field, m.expected, m.found) for m in marks if m.field in EXACT and not m.right] == []


def test_known_words_import_neither_numpy_nor_torch():
    code = (
        "import sys; from muze_plan.reading import read_prompt\n"
        "reading = read_prompt('energetic deep house at 122 bpm with heavy bass and no vocals')\n"
        "assert reading.genre == 'house' and not reading.unknown\n"
        "print(*sorted({'numpy', 'torch', 'pretty_midi'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
