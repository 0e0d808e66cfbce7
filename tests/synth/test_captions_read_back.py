"""Captions say what is so, in words that the reader of prompts understands: written, then read back.

The two plugins meet only here: a caption of the corpus is a prompt, and must mean the song that it was written for.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from muze_plan.reading import read_prompt
from muze_synth.corpus.truth import _kinds, facts_of
from muze_synth.corpus.wishes import Wishes, draw
from muzecli.plugin import composers, planners
from muzecli.song.captions import Facts, caption, phrasings
from muzecli.song.instruments import instruments

SONGS, CAPTIONS = 50, 4
RIGHT_SHARE = 0.97


@cache
def songs() -> tuple[Facts, ...]:
    planner, composer = planners.get("template"), composers.get("theory")
    drums = tuple(sorted(name for name, one in instruments().items() if one.is_drum))
    moods = tuple(phrasings()["moods"])
    wishes = Wishes(tuple(planner.genres), 20, 40, None, moods, drums, ("electric_bass", "synth_bass"))
    plans = [planner.plan(draw(wishes, index, 101)) for index in range(SONGS)]
    return tuple(facts_of(plan, composer.compose(plan)) for plan in plans)


@cache
def shares() -> dict[str, tuple[int, int]]:
    """Return, of each kind of fact, how often it is told and how often it is read back wrongly."""
    told: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for number, facts in enumerate(songs()):
        for seed in range(CAPTIONS):
            text = caption(facts, number * CAPTIONS + seed)
            for name, right in checks(facts, text).items():
                told[name] += 1
                wrong[name] += not right
    return {name: (count, wrong[name]) for name, count in told.items()}


def checks(facts: Facts, text: str) -> dict[str, bool]:
    """Return whether each fact that a caption tells is read back as it is."""
    read, low = read_prompt(text), text.lower()
    found = {
        "genre": read.genre == facts.genre,
        "nobody who is not there sings": read.has_vocals in (None, facts.voice is not None),
        "nothing that plays is absent": not {*facts.instruments, *facts.others}.intersection(read.without),
    }
    if "bpm" in low or "beats per minute" in low:
        found["tempo"] = read.tempo_bpm == facts.tempo_bpm
    if facts.key in text:
        found["key"] = read.key is not None and read.key.mode == facts.mode
        found["tonic"] = facts.key == "Ab minor" or str(read.key) == facts.key  # it is read as G# minor
    if re.search(r"in an? (major|minor) key", low):
        found["mode"] = read.mode == facts.mode
    if facts.time_signature in text or "waltz" in low:
        found["metre"] = str(read.time_signature) == facts.time_signature
    if re.search(r"vocals|sung|sing|instrumental", low):
        found["voice"] = read.has_vocals == (facts.voice is not None)
    if re.search(r"(no|without|without any) drums", low):
        found["no drums"] = "drums" in facts.absent and _kinds()["drums"] <= set(read.without)
    return found


@pytest.mark.parametrize(
    "fact",
    [
        "genre", "tempo", "key", "tonic", "mode", "metre", "voice", "no drums",
        "nobody who is not there sings", "nothing that plays is absent",
    ],
)  # fmt: skip
def test_what_a_caption_tells_is_read_back(fact):
    told, wrong = shares()[fact]
    assert told >= 10
    assert wrong <= (1 - RIGHT_SHARE) * told


def test_what_is_said_to_be_absent_is_not_in_the_score():
    for facts in songs():
        for kind in facts.absent:
            assert not _kinds()[kind].intersection((*facts.instruments, *facts.others))
