"""Words for a sound: whole captions by the core's grammar, and short ones that tell a single trait.

Prompts that people score with are often a word or two, "solo flute", "techno", "no drums"; captions that tell five
facts at once do not teach what each of their words means.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from muze_evaluate.clap.words.told import told_tempo_bpm, told_traits
from muze_evaluate.clap.words.traits import present
from muzecli.seeds import item_seed
from muzecli.song.captions import Facts, caption, phrasings
from muzecli.song.instruments import groups, instruments

KEPT = 0.65
"""How often a fact is left for the grammar to tell."""

_SOLO = (
    "solo {}",
    "{} solo",
    "{} alone",
    "a {} playing alone",
    "just {}",
    "unaccompanied {}",
    "only {}",
    "a solo {}",
)
_PLAYS = (
    "{}",
    "{}",
    "music with {}",
    "{} playing",
    "the sound of {}",
    "{} can be heard",
    "a recording of {}",
)
_DRUMS_ALONE = (
    "drum loop", "drums only", "a drum beat", "just drums", "a drum solo", "solo drums", "drums alone", "a beat",
    "a percussion loop", "nothing but drums", "drum beat without other instruments",
)  # fmt: skip
_VOICE_ALONE = (
    "a cappella",
    "a voice alone",
    "unaccompanied singing",
    "solo voice",
    "a singer without accompaniment",
)
_SINGERS = {
    "female_vocals": (
        "a woman singing",
        "female vocals",
        "female voice",
        "a female singer",
        "sung by a woman",
    ),
    "male_vocals": ("a man singing", "male vocals", "male voice", "a male singer", "sung by a man"),
}
_SUNG = (
    "vocals",
    "singing",
    "a singing voice",
    "a song with vocals",
    "with a singer",
    "a sung song",
    "someone sings",
)
_UNSUNG = (
    "instrumental music",
    "instrumental",
    "no vocals",
    "without singing",
    "music without vocals",
    "no singer",
)
_DRUMS = ("drums", "with drums", "percussion", "a beat", "music with drums", "a rhythm section")
_LACKS = ("without {}", "no {}", "music without {}", "with no {}", "there are no {}")
_PACE = ("{}", "{} music", "a {} piece", "a {} tempo", "a {} song", "{} in tempo")
_TEMPO = ("{:g} bpm", "at {:g} BPM", "music at {:g} bpm", "a tempo of {:g} beats per minute")
_KEY = ("in {}", "{}", "music in {}", "the key of {}")
_MODE = ("in a {} key", "{} key", "music in a {} key", "a {} scale", "{} mode", "a piece in {}")
_METRE = ("in {}", "{} time", "a {} metre", "music in {}")
_GENRE = ("{}", "{}", "{} music", "a piece of {}", "this is {}", "{} style")
_MOOD = ("{}", "{} music", "a {} piece", "it sounds {}", "a {} mood")


@dataclass(frozen=True)
class Told:
    """A text, and what it tells.

    Attributes:
        text: in words.
        traits: names of all that it tells; a sound that has them all fits it. One that no model knows fits none.
        tempo_bpm: the tempo that it tells as a number; 0 for none.
    """

    text: str
    traits: frozenset[str]
    tempo_bpm: float = 0.0


def whole(facts: Facts, seed: int) -> Told:
    """Return a caption that tells some of the facts."""
    rng = Random(item_seed(seed, "facts"))

    def keep() -> bool:
        return rng.random() < KEPT

    moods = facts.moods if keep() else ()
    given = replace(
        facts,
        genre=facts.genre if rng.random() < 0.85 else None,
        tempo_bpm=facts.tempo_bpm if keep() else None,
        key=facts.key if keep() else None,
        mode=facts.mode if keep() else None,
        time_signature=facts.time_signature if facts.time_signature != "4/4" or rng.random() < 0.3 else None,
        moods=moods[:1] if rng.random() < 0.6 else moods,
        energy=facts.energy if keep() else None,
        absent=tuple(kind for kind in facts.absent if rng.random() < (0.7 if kind == "drums" else 0.15)),
        sections=facts.sections if rng.random() < 0.3 else (),
    )
    text = caption(given, seed)
    return Told(text, told_traits(text, present(given)[0]), told_tempo_bpm(text))


def short(facts: Facts, seed: int, *, alone: bool = False) -> Told:
    """Return a few words that tell one trait, two at most.

    Args:
        facts: at least one of them known.
        seed: decides which trait, and the words.
        alone: whether nothing but one part sounds.
    """
    rng = Random(item_seed(seed, "short"))
    options = _options(facts, alone=alone)
    kinds = list(options)
    weights = [_WEIGHTS[kind] for kind in kinds]
    kind = rng.choices(kinds, weights)[0]
    text, traits, tempo_bpm = _said(kind, rng.choice(options[kind]), facts, rng)
    if rng.random() < 0.5:
        text = text[0].upper() + text[1:]
    return Told(text, frozenset(traits), tempo_bpm)


_GENERIC = {
    "group guitars": ("guitar", "a guitar", "guitars"),
    "group saxophones": ("saxophone", "sax", "a saxophone"),
    "group bass": ("bass", "a bass", "a bass line"),
    "group keys": ("keyboard", "a keyboard", "keyboards"),
    "group brass": ("brass", "brass instruments", "a horn"),
    "group woodwinds": ("woodwind", "woodwinds", "a woodwind"),
    "family synths": ("synthesizer", "a synth", "synths"),
    "family strings": ("string instruments", "a stringed instrument"),
    "family winds": ("wind instruments", "a wind player"),
}
"""What people say who do not care which of its kind it is, by trait."""


_WEIGHTS = {
    "alone": 6.0, "instrument": 3.0, "group": 1.0, "generic": 1.5, "genre": 3.0, "pace": 1.5, "tempo": 1.0,
    "key": 0.8, "mode": 2.5,
    "metre": 0.4, "mood": 1.0, "level": 0.7, "voice": 2.0, "instrumental": 1.0, "drums": 1.2, "absent": 1.0,
}  # fmt: skip


def _options(facts: Facts, *, alone: bool) -> dict[str, list[str]]:
    """Return what can be told, by kind."""
    table = instruments()
    grouped = [name.split(" ", 1)[1] for name in present(facts)[0] if name.startswith("group ")]
    unsaid = ("drums", "voices")  # they have kinds of their own
    all_options = {
        "alone": [*facts.instruments[:1], *([facts.voice] if facts.voice else [])] if alone else [],
        "instrument": list(facts.instruments),
        "group": sorted(name for name in grouped if name not in unsaid),
        "generic": _generic(facts),
        "genre": [facts.genre] if facts.genre else [],
        "pace": [facts.pace] if facts.pace else [],
        "tempo": [f"{facts.tempo_bpm:g}"] if facts.tempo_bpm else [],
        "key": [facts.key] if facts.key else [],
        "mode": [facts.mode] if facts.mode else [],
        "metre": [facts.time_signature] if facts.time_signature not in (None, "4/4") else [],
        "mood": [mood for mood in facts.moods if mood in phrasings()["moods"]],
        "level": [facts.level] if facts.level else [],
        "voice": [facts.voice] if facts.voice else [],
        "instrumental": ["instrumental"] if facts.is_instrumental else [],
        "drums": ["drums"] if any(table[name].is_drum for name in facts.instruments) else [],
        "absent": [
            kind for kind in facts.absent if kind in ("drums", "drums", "bass", "guitars", "piano", "synths")
        ],
    }
    found = {kind: [str(name) for name in names] for kind, names in all_options.items() if names}
    return found or {"absent": ["drums"]}


def _said(kind: str, name: str, facts: Facts, rng: Random) -> tuple[str, set[str], float]:
    """Return words for a trait, the traits that they tell, and the tempo."""
    data, table = phrasings(), instruments()
    if kind == "alone" and table.get(name) is not None and table[name].is_drum:
        return rng.choice(_DRUMS_ALONE), {"alone", "family drums"}, 0.0
    if kind == "alone" and (name == "vocals" or table[name].is_voice):
        traits = {"alone", "voice"}
        if name in _SINGERS and rng.random() < 0.6:
            form = rng.choice(("{} alone", "{} a cappella", "just {}", "{} without accompaniment"))
            return form.format(rng.choice(_SINGERS[name])), {*traits, f"voice {name}"}, 0.0
        return rng.choice(_VOICE_ALONE), traits, 0.0
    if kind == "alone" and _generic(facts) and rng.random() < 0.3:
        trait = rng.choice(_generic(facts))
        said = rng.choice(_GENERIC[trait]).removeprefix("a ")
        return rng.choice(_SOLO).format(said), {"alone", trait}, 0.0
    if kind == "alone":
        return rng.choice(_SOLO).format(_instrument(name, rng)), {"alone", f"instrument {name}"}, 0.0
    if kind == "instrument":
        return rng.choice(_PLAYS).format(_instrument(name, rng)), {f"instrument {name}"}, 0.0
    if kind == "generic":
        return rng.choice(_PLAYS).format(rng.choice(_GENERIC[name])), {name}, 0.0
    if kind == "group":
        return rng.choice(_PLAYS).format(rng.choice(groups()[name].words)), {f"group {name}"}, 0.0
    if kind == "voice":
        if name in _SINGERS and rng.random() < 0.6:
            return rng.choice(_SINGERS[name]), {"voice", f"voice {name}"}, 0.0
        return rng.choice(_SUNG), {"voice"}, 0.0
    if kind == "tempo":
        bpm = float(name)
        return rng.choice(_TEMPO).format(bpm), set(), bpm
    if kind == "genre":
        forms = data["genres"].get(name) or [f"{name.replace('_', ' ')} {{noun}}"]
        said = (
            rng.choice(forms).replace("{noun}", "").strip() if rng.random() < 0.4 else name.replace("_", " ")
        )
        return rng.choice(_GENRE).format(said), {f"genre {name}"}, 0.0
    words: dict[str, Callable[[], str]] = {
        "pace": lambda: rng.choice(_PACE).format(rng.choice(data["pace"][name])),
        "key": lambda: rng.choice(_KEY).format(name),
        "mode": lambda: rng.choice(_MODE).format(name),
        "metre": lambda: rng.choice(_METRE).format(rng.choice(data["metres"].get(name, [name]))),
        "mood": lambda: rng.choice(_MOOD).format(rng.choice(data["moods"][name]["words"])),
        "level": lambda: rng.choice(data["energy"][name]),
        "instrumental": lambda: rng.choice(_UNSUNG),
        "drums": lambda: rng.choice(_DRUMS),
        "absent": lambda: rng.choice(_LACKS).format(rng.choice(data["kinds"][name])),
    }
    trait = {"instrumental": "instrumental", "drums": "family drums"}.get(kind, f"{kind} {name}")
    return words[kind](), {trait}, 0.0


def _generic(facts: Facts) -> list[str]:
    """Return the traits of `_GENERIC` that hold."""
    true, _ = present(facts)
    return [trait for trait in _GENERIC if trait in true]


def _instrument(name: str, rng: Random) -> str:
    """Return what people call an instrument."""
    one = instruments()[name]
    words = [word for word in one.words[:4] if not word.startswith("solo")]
    said = rng.choice([one.title, one.title, *words])
    return str(said)
