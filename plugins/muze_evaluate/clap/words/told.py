"""Which of a sound's facts a caption tells, found again in its words.

The grammar draws what it tells and does not say; but its words are data, and each of them stands for one fact.
"""

from __future__ import annotations

import re
from functools import cache

from muzecli.song.captions import phrasings
from muzecli.song.instruments import instruments

_TEMPO = re.compile(r"(\d+(?:\.\d+)?) (?:bpm|beats per minute)", re.IGNORECASE)
_BLANK = re.compile(r"\{[^}]*\}")


def told_traits(text: str, traits: frozenset[str]) -> frozenset[str]:
    """Return those of the traits that a text tells; of others it is taken to be silent.

    Args:
        text: by the grammar.
        traits: names of `traits.trait_names` that hold for the sound it was written for.
    """
    spoken = f" {re.sub('[^a-z0-9#&/-]+', ' ', text.lower())} "
    return frozenset(name for name in traits if any(f" {word} " in spoken for word in _words(name)))


def told_tempo_bpm(text: str) -> float:
    """Return the tempo that a text tells as a number; 0 for none."""
    found = _TEMPO.search(text)
    return float(found[1]) if found else 0.0


@cache
def _words(trait: str) -> tuple[str, ...]:
    """Return the words that tell a trait, in lower case and without punctuation."""
    kind, _, name = trait.partition(" ")
    data = phrasings()
    if kind == "genre":
        tables = ("genres", "genres_with_drums", "genres_driving")
        words = [form for table in tables for form in data[table].get(name, [])] or [name.replace("_", " ")]
    elif kind == "instrument":
        words = [*data["instrument_words"].get(name, ()), instruments()[name].title]
    elif kind == "key":
        words = [name, name.replace("#", " sharp"), name.replace("b ", " flat ")]
    elif kind == "mode":
        words = [name]
    elif kind == "pace":
        words = data["pace"][name]
    elif kind == "mood":
        words = data["moods"][name]["words"]
    elif kind == "metre":
        words = [*data["metres"].get(name, ()), name]
    elif kind == "level":
        words = data["energy"][name]
    elif kind == "form":
        words = data["form"][name]
    elif kind == "absent":
        words = [
            f"{lack} {word}"
            for word in data["kinds"][name]
            for lack in ("no", "without", "without any", "or")
        ]
    elif kind == "voice":
        words = (
            data["vocals"][name] if name else [form for forms in data["vocals"].values() for form in forms]
        )
    elif kind == "instrumental":
        words = data["instrumental"]
    else:
        words = []
    plain = (re.sub("[^a-z0-9#&/-]+", " ", _BLANK.sub(" ", word.lower())).strip() for word in words)
    # "with a male singer" is "male singer" in a note of tags, "a warm pad" may be "warm pad".
    return tuple(dict.fromkeys(re.sub("^(with |a |an )+", "", word) for word in plain if word))
