"""Captions: what a track is, said in one of very many ways, and never more than is so.

A caption is made from facts (genre, pace, key, instruments heard …). Which facts are told, in what words, in what
order and in what style (a note of tags, a wish, an account) is drawn by the seed; the words are data
(`presets/captions/`).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

from muzecli.errors import ConfigError
from muzecli.resources import presets_dir
from muzecli.seeds import item_seed

MAX_LISTED = 4
SENTENCE = "= "
SLOW_BELOW_BPM, FAST_FROM_BPM = 90.0, 120.0
LOW_ENERGY, HIGH_ENERGY, DRIVING_ENERGY = 0.3, 0.75, 0.45


@dataclass(frozen=True)
class Facts:
    """What can be said of a track; nothing is said of what is left out.

    Attributes:
        genre: a genre's name, or any other word for one.
        tempo_bpm: beats a minute, which also decide what is slow and what fast.
        key: such as "F# minor".
        mode: "major" or "minor".
        time_signature: such as "3/4".
        moods: names of moods in the table of captions.
        energy: 0…1 of the whole.
        instruments: names of those that sound in a good part of it, the most played first; no voices.
        others: names of those that also play, but little.
        leads: those of `instruments` that have the tune; none where somebody sings.
        absent: kinds of instruments that do not sound at all, by their names in the table of captions.
        has_drums: whether drums are known to sound.
        voice: "female_vocals", "male_vocals", "vocals" where that is all that is known, or None.
        is_instrumental: whether it is known that nobody sings, no choir and no voices without words either.
        sections: the types of all sections in order.
    """

    genre: str | None = None
    tempo_bpm: float | None = None
    key: str | None = None
    mode: str | None = None
    time_signature: str | None = None
    moods: tuple[str, ...] = ()
    energy: float | None = None
    instruments: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    has_drums: bool = False
    voice: str | None = None
    is_instrumental: bool = False
    sections: tuple[str, ...] = ()

    @property
    def pace(self) -> str | None:
        """ "slow", "medium" or "fast"; None where the tempo is not known."""
        if self.tempo_bpm is None:
            return None
        if self.tempo_bpm < SLOW_BELOW_BPM:
            return "slow"
        return "fast" if self.tempo_bpm >= FAST_FROM_BPM else "medium"

    @property
    def level(self) -> str | None:
        """ "low" or "high" energy; None in between, and where a mood says as much."""
        if self.energy is None or "energetic" in self.moods:
            return None
        return "low" if self.energy < LOW_ENERGY else "high" if self.energy > HIGH_ENERGY else None

    @property
    def forms(self) -> tuple[str, ...]:
        """What can be said of its form, by the names in the table of captions."""
        count = Counter(self.sections)
        pairs = set(pairwise(self.sections))
        true = {
            "drop": count["drop"] > 0,
            "buildup to a drop": ("buildup", "drop") in pairs,
            "chorus again": count["chorus"] > 1,
            "verse and chorus": min(count["verse"], count["chorus"]) > 1,
            "solo": count["solo"] > 0,
            "breakdown": count["breakdown"] > 0,
            "bridge": count["bridge"] > 0,
        }
        return tuple(name for name, is_so in true.items() if is_so)


@cache
def phrasings() -> Mapping[str, Any]:
    """Return the shipped phrasings.

    Raises:
        ConfigError: the file is missing or is none of captions.
    """
    import yaml

    data = yaml.load(_file().decode(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(data, dict) or data.get("schema") != "muze.captions/1":
        raise ConfigError("the captions' phrasings must have the schema muze.captions/1")
    return data


@cache
def phrasings_sha256() -> str:
    """Return the hash of their file, for what was written with them; errors as in `phrasings`."""
    return hashlib.sha256(_file()).hexdigest()


def _file() -> bytes:
    path = presets_dir() / "captions" / "english.yaml"
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"the captions' phrasings must be readable: {path}: {error.strerror}") from error


def mood_values(mood: str) -> tuple[float, float]:
    """Return a mood's valence, −1…1, and energy, 0…1.

    Raises:
        ConfigError: no such mood is in the table.
    """
    known = phrasings()["moods"].get(mood)
    if known is None:
        raise ConfigError(f"captions know the moods {', '.join(phrasings()['moods'])}, not '{mood}'")
    return float(known["valence"]), float(known["energy"])


def caption(facts: Facts, seed: int) -> str:
    """Return a caption; the same facts and seed give the same one."""
    return _Writer(facts, Random(item_seed(seed, "caption"))).write()


class _Writer:
    """One caption in the making."""

    def __init__(self, facts: Facts, rng: Random) -> None:
        self._facts = facts
        self._rng = rng
        self._data = phrasings()
        self._style = rng.choices(("tags", "plain", "wish", "account"), (0.25, 0.45, 0.15, 0.15))[0]

    def write(self) -> str:
        if self._style == "tags":
            tags = [tag for tag in (self._genre(), self._mood(), self._pace()) if tag]
            return ", ".join([*tags, *map(_as_tag, self._clauses(tags[0]))])
        opener = self._rng.choice(self._data["openers"][self._style])
        head = self._head()
        text = opener.replace("{a head}", f"{_article(head)} {head}").replace("{head}", head)
        text = self._joined(text, self._clauses(head))
        return text[0].upper() + text[1:] if self._rng.random() < 0.6 else text

    def _head(self) -> str:
        """Return the noun phrase: genre, and sometimes mood and pace before it."""
        words = {"genre": self._genre(), "mood": self._mood(), "pace": self._pace()}
        forms = [form for form in self._data["heads"] if all(words[name] for name in _named(form))]
        head = str(self._rng.choice(forms))
        for name, value in words.items():
            head = head.replace(f"{{{name}}}", value or "")
        return head

    def _genre(self) -> str:
        facts, data = self._facts, self._data
        nouns = data["nouns_instrumental" if facts.is_instrumental else "nouns"]
        if facts.genre is None:
            return str(self._rng.choice(nouns))
        forms = list(data["genres"].get(facts.genre) or [f"{facts.genre.replace('_', ' ')} {{noun}}"])
        if facts.has_drums:
            forms += data["genres_with_drums"].get(facts.genre, [])
        if facts.has_drums and facts.pace != "slow" and (facts.energy or 0.0) >= DRIVING_ENERGY:
            forms += data["genres_driving"].get(facts.genre, [])
        return str(self._rng.choice(forms)).replace("{noun}", self._rng.choice(nouns))

    def _mood(self) -> str | None:
        known = [mood for mood in self._facts.moods if mood in self._data["moods"]]
        if not known or self._rng.random() < 0.2:
            return None
        told = [self._rng.choice(self._data["moods"][mood]["words"]) for mood in known]
        return " and ".join(told[: 1 + (self._rng.random() < 0.4)])

    def _pace(self) -> str | None:
        pace = self._facts.pace
        if self._rng.random() < 0.5 or pace is None:
            return None
        return str(self._rng.choice(self._data["pace"][pace]))

    def _clauses(self, head: str) -> list[str]:
        """Return what is told besides the head, in an order drawn anew each time.

        What is absent comes last, so that nothing that follows is taken for absent, too.
        """
        facts, rng = self._facts, self._rng
        told: list[str] = []
        if rng.random() < 0.45 and facts.tempo_bpm is not None:
            told.append(self._say("tempo", bpm=f"{facts.tempo_bpm:g}"))
        if rng.random() < 0.4:
            if facts.key is not None:
                told.append(self._say("key", key=_spelled(facts.key) if rng.random() < 0.15 else facts.key))
        elif rng.random() < 0.25 and facts.mode is not None:
            told.append(self._say("mode", mode=facts.mode))
        often = 0.15 if facts.time_signature == "4/4" else 0.7
        if rng.random() < often and facts.time_signature is not None:
            metre = rng.choice(self._data["metres"].get(facts.time_signature, [facts.time_signature]))
            told.append("in waltz time" if metre == "waltz time" else self._say("metre", metre=metre))
        if facts.instruments and rng.random() < 0.75:
            told.append(self._instruments())
        if facts.voice and rng.random() < 0.7:
            told.append(self._pick(self._data["vocals"][facts.voice]))
        elif facts.is_instrumental and "instrumental" not in head and rng.random() < 0.3:
            told.append(self._pick(self._data["instrumental"]))
        if rng.random() < 0.25 and facts.level:
            told.append(self._pick(self._data["energy"][facts.level]))
        forms = [name for name in facts.forms if name in self._data["form"]]
        if forms and rng.random() < 0.2:
            told.append(self._pick(self._data["form"][rng.choice(forms)]))
        rng.shuffle(told)
        return sorted([*told, *self._absences()], key=lambda clause: clause.startswith(_NEGATIVES))

    def _pick(self, forms: Sequence[str]) -> str:
        """Return one of several ways to say it; sentences stand only where others do."""
        allowed = [form for form in forms if self._writes_sentences or not form.startswith(SENTENCE)]
        return str(self._rng.choice(allowed))

    @property
    def _writes_sentences(self) -> bool:
        return self._style in ("plain", "account")

    def _say(self, fact: str, **words: str) -> str:
        return self._pick(self._data[fact]).format(**words)

    def _instruments(self) -> str:
        facts, rng = self._facts, self._rng
        if facts.leads and rng.random() < 0.3:
            leads = self._listed(facts.leads[:2])
            forms = [
                form
                for form in self._data["instruments_leading"]
                if "lead" not in leads or "the lead" not in form
            ]
            return self._pick(forms).format(list=leads)
        count = rng.randint(1, min(MAX_LISTED, len(facts.instruments)))
        names = facts.instruments[:count]
        if rng.random() < 0.4:  # not always the most played ones
            names = tuple(sorted(rng.sample(facts.instruments, count), key=facts.instruments.index))
        is_all = count == len(facts.instruments) and not facts.others and facts.voice is None
        return self._say(
            "instruments_all" if is_all and rng.random() < 0.5 else "instruments", list=self._listed(names)
        )

    def _listed(self, names: Sequence[str]) -> str:
        words = self._data["instrument_words"]
        return _enumerated(
            [self._rng.choice(words.get(name, [name.replace("_", " ")])) for name in names], "and"
        )

    def _absences(self) -> list[str]:
        """Return the clause that says what does not play: drums often, since one expects them; others now and then."""
        absent, rng = self._facts.absent, self._rng
        told = [kind for kind in absent if rng.random() < (0.6 if kind == "drums" else 0.03)]
        if not told:
            return []
        words = [rng.choice(self._data["kinds"][kind]) for kind in told[:2]]
        return [self._say("without", list=_enumerated(words, "or"))]

    def _joined(self, text: str, told: Sequence[str]) -> str:
        """Append clauses: the first phrases with a blank, further ones with a comma, then the sentences."""
        phrases = [clause for clause in told if not clause.startswith(SENTENCE)]
        sentences = [clause.removeprefix(SENTENCE) for clause in told if clause.startswith(SENTENCE)]
        before = ""
        for number in range(len(phrases)):
            # Not "with this, with that": the next one that begins otherwise, as long as there is one.
            place = next((i for i, p in enumerate(phrases) if _may_follow(before, p)), 0)
            phrase = phrases.pop(place)
            first = phrase.split()[0]
            joins = number < _RUNNING and first in _PREPOSITIONS and first != before and "," not in text
            text += f" {phrase}" if joins else f", {phrase}"
            before = first
        text = ". ".join([text, *(sentence[0].upper() + sentence[1:] for sentence in sentences)])
        return text + ("." if sentences or self._rng.random() < 0.3 else "")


_RUNNING = 2  # phrases that follow without a comma
_PREPOSITIONS = ("with", "in", "at", "without", "featuring")
_TAG_STARTS = re.compile(
    r"featuring |including |at |with a(?= tempo| \d| woman| man|n? \w+ singer) |with (?!an? |no )"
)
_NEGATIVES = ("no ", "with no ", "without ")


def _may_follow(before: str, phrase: str) -> bool:
    return phrase.split()[0] != before and not phrase.startswith(_NEGATIVES)


def _named(form: str) -> list[str]:
    return [name for name in ("genre", "mood", "pace") if f"{{{name}}}" in form]


def _article(noun: str) -> str:
    first = noun.split()[0].lower()
    spelled = first in ("edm", "r&b", "rnb")  # said letter by letter, with a vowel first
    return "an" if spelled or (first[0] in "aeiou" and not first.startswith(("uni", "eu"))) else "a"


def _spelled(key: str) -> str:
    """Return a key in words: "F# minor" → "F sharp minor"."""
    return key.replace("#", " sharp").replace("b ", " flat ")


def _enumerated(items: Sequence[str], last: str) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def _as_tag(clause: str) -> str:
    """Return a clause as a tag: "with piano and flute" → "piano and flute"."""
    start = _TAG_STARTS.match(clause)
    return clause[start.end() :] if start else clause
