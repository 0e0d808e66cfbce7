"""What is taken out at a frequency: a hum is notched, mud is dipped ("remove the mud around 250")."""

from __future__ import annotations

from muze_fx.grammar.drafts import Draft
from muze_fx.grammar.items import Item

#: Ranges named after what is heard there, which is wider than a tone.
_HEARD = frozenset({"boom", "body", "mud", "box", "nose", "bite", "harshness", "sibilance"})
_NOUN_ENDINGS = ("ness", "ity", "ance", "th")
#: What sounds at one frequency alone.
_TONES = frozenset(
    [
        "hum",
        "hums",
        "humming",
        "buzz",
        "buzzing",
        "whine",
        "whining",
        "ring",
        "rings",
        "ringing",
        "resonance",
        "resonances",
        "resonant",
        "feedback",
        "whistle",
        "whistling",
        "squeal",
        "squealing",
        "beep",
    ]
)
_TAKES_OUT = frozenset(
    {"take out", "taken out", "taking out", "take away", "taken away", "pull out", "cut out", "get out"}
)
_ALL_OF_IT_DB, _SOME_OF_IT_DB = -6.0, -3.0


def takes_out(verb: Item | None) -> bool:
    """Whether a verb asks to take something away whole."""
    return verb is not None and (verb.term.erasure or verb.text in _TAKES_OUT)


def names_tone(draft: Draft) -> bool:
    """Whether a draft names what sounds at one frequency alone ("the 60 Hz hum")."""
    return any(item.text in _TONES for item in draft.items)


def dip_db(draft: Draft) -> float | None:
    """Return the gain that takes out what a draft names, None where it names nothing wider than a tone."""
    plain = draft.filter is None and draft.gain is None and draft.relation not in ("above", "below")
    if not (plain and draft.freq is not None and takes_out(draft.verb)) or names_tone(draft):
        return None
    if not any(_names_character(draft.items, place) for place in range(len(draft.items))):
        return None
    return _SOME_OF_IT_DB if draft.partial else _ALL_OF_IT_DB


def _names_character(items: list[Item], place: int) -> bool:
    """Whether an item is a noun for a colour of sound ("boxiness", "the boxy tone")."""
    item = items[place]
    if item.term.region in _HEARD:
        return True
    if item.match is None or item.match.descriptor.kind != "timbre" or item.term.region is not None:
        return False
    before_noun = place + 1 < len(items) and items[place + 1].term.generic
    return item.text.endswith(_NOUN_ENDINGS) or before_noun
