"""Captions: what a track is, said in one of very many ways, and never more than is so.

A caption is made from facts (genre, pace, key, instruments heard …). Which facts are told, in what words, in what
order and in what style (a note of tags, a wish, an account) is drawn by the seed; the words are data
(`presets/captions/`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from muzecli.errors import ConfigError
from muzecli.resources import presets_dir
from muzecli.seeds import item_seed

MAX_LISTED = 4
SENTENCE = "= "
SLOW_BELOW_BPM, FAST_FROM_BPM = 90.0, 130.0


@dataclass(frozen=True)
class Facts:
    """What can be said of a track.

    Attributes:
        genre: a genre's name.
        tempo_bpm: beats a minute.
        quarter_bpm: the same in quarter notes a minute, which decides what is slow and what fast.
        key: such as "F# minor".
        mode: "major" or "minor".
        time_signature: such as "3/4".
        moods: names of moods in the table of captions.
        energy: 0…1 of the whole.
        instruments: names of those heard, the most prominent first; no voices.
        absent: kinds of instruments that are not there, as one says them ("drums").
        voice: "female_vocals", "male_vocals" or None.
        sections: types of section in order.
    """

    genre: str
    tempo_bpm: float
    quarter_bpm: float
    key: str
    mode: str
    time_signature: str
    moods: tuple[str, ...]
    energy: float
    instruments: tuple[str, ...]
    absent: tuple[str, ...]
    voice: str | None
    sections: tuple[str, ...]

    @property
    def pace(self) -> str:
        """ "slow", "medium" or "fast"."""
        if self.quarter_bpm < SLOW_BELOW_BPM:
            return "slow"
        return "fast" if self.quarter_bpm >= FAST_FROM_BPM else "medium"


@cache
def phrasings() -> Mapping[str, Any]:
    """Return the shipped phrasings.

    Raises:
        ConfigError: the file is missing or is none of captions.
    """
    import yaml

    path = presets_dir() / "captions" / "english.yaml"
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise ConfigError(f"the captions' phrasings must be readable: {path}: {error.strerror}") from error
    if not isinstance(data, dict) or data.get("schema") != "muze.captions/1":
        raise ConfigError(f"{path} must have the schema muze.captions/1")
    return data


def mood_values(mood: str) -> tuple[float, float]:
    """Return a mood's valence, −1…1, and energy, 0…1.

    Raises:
        ConfigError: no such mood is in the table.
    """
    known = phrasings()["moods"].get(mood)
    if known is None:
        raise ConfigError(f"a corpus knows the moods {', '.join(phrasings()['moods'])}, not '{mood}'")
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

    def write(self) -> str:
        clauses = self._clauses()
        if self._rng.random() < 0.25:
            return ", ".join(self._tags(clauses))
        style = self._rng.choices(("plain", "wish", "account"), (0.6, 0.2, 0.2))[0]
        opener = self._rng.choice(self._data["openers"][style])
        head = self._head()
        text = opener.replace("{a head}", f"{_article(head)} {head}").replace("{head}", head)
        text = self._joined(text, clauses)
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
        nouns = self._data["nouns" if self._facts.voice else "nouns_instrumental"]
        forms = self._data["genres"].get(self._facts.genre) or [
            f"{self._facts.genre.replace('_', ' ')} {{noun}}"
        ]
        return str(self._rng.choice(forms)).replace("{noun}", self._rng.choice(nouns))

    def _mood(self) -> str | None:
        known = [mood for mood in self._facts.moods if mood in self._data["moods"]]
        if not known or self._rng.random() < 0.2:
            return None
        told = [self._rng.choice(self._data["moods"][mood]["words"]) for mood in known]
        return " and ".join(told[: 1 + (self._rng.random() < 0.4)])

    def _pace(self) -> str | None:
        if self._rng.random() < 0.5:
            return None
        return str(self._rng.choice(self._data["pace"][self._facts.pace]))

    def _clauses(self) -> list[str]:
        """Return what is told besides the head, in an order drawn anew each time."""
        facts, rng = self._facts, self._rng
        told: list[str] = []
        if rng.random() < 0.45:
            told.append(self._say("tempo", bpm=f"{facts.tempo_bpm:g}"))
        if rng.random() < 0.4:
            told.append(self._say("key", key=facts.key))
        elif rng.random() < 0.25:
            told.append(self._say("mode", mode=facts.mode))
        if rng.random() < (0.15 if facts.time_signature == "4/4" else 0.7):
            metre = rng.choice(self._data["metres"].get(facts.time_signature, [facts.time_signature]))
            told.append("in waltz time" if metre == "waltz time" else self._say("metre", metre=metre))
        if facts.instruments and rng.random() < 0.75:
            told.append(self._say("instruments", list=self._listed(facts.instruments)))
        if facts.absent and rng.random() < 0.6:
            told.append(self._say("without", list=_enumerated(list(facts.absent), "or")))
        if facts.voice and rng.random() < 0.7:
            told.append(str(rng.choice(self._data["vocals"][facts.voice])))
        elif not facts.voice and rng.random() < 0.3:
            told.append(str(rng.choice(self._data["instrumental"])))
        if rng.random() < 0.25 and (level := _level(facts.energy)):
            told.append(str(rng.choice(self._data["energy"][level])))
        forms = [name for name in self._data["form"] if name in facts.sections]
        if forms and rng.random() < 0.2:
            told.append(str(rng.choice(self._data["form"][rng.choice(forms)])))
        rng.shuffle(told)
        return told

    def _say(self, fact: str, **words: str) -> str:
        return str(self._rng.choice(self._data[fact])).format(**words)

    def _listed(self, names: Sequence[str]) -> str:
        count = self._rng.randint(1, min(MAX_LISTED, len(names)))
        words = self._data["instrument_words"]
        return _enumerated(
            [self._rng.choice(words.get(name, [name.replace("_", " ")])) for name in names[:count]], "and"
        )

    def _tags(self, clauses: Sequence[str]) -> list[str]:
        tags = [tag for tag in (self._genre(), self._mood(), self._pace()) if tag]
        return [*tags, *(_as_tag(clause) for clause in clauses if not clause.startswith(SENTENCE))]

    def _joined(self, text: str, clauses: Sequence[str]) -> str:
        """Append clauses: phrases with a blank or a comma, then the sentences of their own."""
        phrases = [clause for clause in clauses if not clause.startswith(SENTENCE)]
        sentences = [clause.removeprefix(SENTENCE) for clause in clauses if clause.startswith(SENTENCE)]
        for phrase in phrases:
            joins = phrase.startswith(("with ", "in ", "at ")) and "," not in text
            text += f" {phrase}" if joins else f", {phrase}"
        text = ". ".join([text, *(sentence[0].upper() + sentence[1:] for sentence in sentences)])
        return text + ("." if sentences or self._rng.random() < 0.3 else "")


def _named(form: str) -> list[str]:
    return [name for name in ("genre", "mood", "pace") if f"{{{name}}}" in form]


def _article(noun: str) -> str:
    first = noun.split()[0].lower()
    spelled = first in ("edm", "r&b", "rnb")  # said letter by letter, with a vowel first
    return "an" if spelled or (first[0] in "aeiou" and not first.startswith(("uni", "eu"))) else "a"


def _enumerated(items: Sequence[str], last: str) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def _level(energy: float) -> str | None:
    return "low" if energy < 0.3 else "high" if energy > 0.75 else None


def _as_tag(clause: str) -> str:
    """Return a clause as a tag: "with piano and flute" → "piano and flute"."""
    return clause.removeprefix("featuring ").removeprefix("with a ").removeprefix("with ")
