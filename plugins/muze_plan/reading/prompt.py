"""From the words of a musician to the fields of a song.

Figures are read first, by rules, and are exact; then the lexicon finds the longest phrases it knows; last, and only
where words are left that it lacks, the text encoder is asked for the nearest meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from muze_plan.reading.durations import find_durations
from muze_plan.reading.ensemble import Decision, Ensemble, read_ensemble
from muze_plan.reading.eras import find_eras
from muze_plan.reading.found import Found, Taken, shown
from muze_plan.reading.genres import Choice, choose_genre
from muze_plan.reading.keys import find_keys
from muze_plan.reading.leftovers import read_leftovers
from muze_plan.reading.levels import find_energy, find_languages
from muze_plan.reading.lexicon import GENRE, INSTRUMENT, WORD, Lexicon, load_lexicon
from muze_plan.reading.matching import Match, match_words, mend
from muze_plan.reading.metres import find_metres
from muze_plan.reading.polarity import Wish, Wishes, find_wishes
from muze_plan.reading.reading import Account, Reading, tempo_class
from muze_plan.reading.tempo import find_bare_tempos, find_tempos
from muze_plan.reading.text import Text, Token
from muze_plan.reading.tone import Tone, read_tone, speaks_of_part
from muzecli.song.instruments import instruments
from muzecli.song.pitch import Key

if TYPE_CHECKING:
    from muze_plan.reading.guesses import Guesser

# Instruments that a genre's name contains without asking for them.
_MANY = 40  # names, more than any family has
_IN_NAMES = frozenset({"drum", "drums", "bass", "beat", "beats"})


def read_prompt(prompt: str, *, lexicon: Lexicon | None = None, guesser: Guesser | None = None) -> Reading:
    """Read a prompt.

    Args:
        prompt: words; none at all give an empty reading.
        lexicon: what words mean; that of the presets where None.
        guesser: what is asked about words that the lexicon lacks; the text encoder where None. It is loaded
            only when there are such words.

    Raises:
        ConfigError: a file of words is wrong.

    >>> read_prompt("deep house, 122 bpm, no vocals").tempo_bpm
    122.0
    """
    return _Reader(prompt, lexicon or load_lexicon()).read(guesser)


class _Reader:
    def __init__(self, prompt: str, lexicon: Lexicon) -> None:
        self._text = Text(prompt)
        self._lexicon = lexicon
        self._taken = Taken()
        self._found: list[Found] = []
        self._tokens: tuple[Token, ...] = self._text.tokens
        self._matches: list[Match] = []

    def read(self, guesser: Guesser | None) -> Reading:
        text = self._text
        self._take(find_eras(text))
        self._take(find_durations(text))
        self._take(find_tempos(text))
        self._take(find_energy(text))
        self._take(find_metres(text))
        self._take(find_keys(text))
        self._take(find_languages(text, self._lexicon.languages))
        self._tokens, corrected = mend(text.tokens, self._lexicon, self._taken)
        self._matches = match_words(self._tokens, self._lexicon, self._taken, corrected)
        bare = list(find_bare_tempos(text, self._is_music))
        if bare and not self._value("tempo_bpm"):
            self._take(bare[:1])
            self._matches = match_words(self._tokens, self._lexicon, self._taken, corrected)
        return self._compose(guesser)

    def _take(self, found: Iterator[Found] | Sequence[Found]) -> None:
        self._found += self._taken.take(found)

    def _is_music(self, place: int, step: int) -> bool:
        """Whether the word nearest before or after a place names a genre or was read as a figure."""
        if step < 0:
            before = [i for i, token in enumerate(self._tokens) if token.end <= place]
            index = before[-1] if before else None
        else:
            after = [i for i, token in enumerate(self._tokens) if token.start >= place]
            index = after[0] if after else None
        if index is None:
            return False
        token = self._tokens[index]
        if not self._taken.free(token.start, token.end):
            return True
        return any(
            match.first <= index <= match.last and (match.lane == GENRE or match.kind in ("tempo", "metre"))
            for match in self._matches
        )

    def _value(self, field: str) -> Found | None:
        own = [found for found in self._found if found.field == field]
        return own[0] if own else None

    def _compose(self, guesser: Guesser | None) -> Reading:
        matches = [match for match in self._matches if not self._hidden(match)]
        wishes = find_wishes(self._tokens, matches)
        # "drop the drums" says nothing of a drop
        matches = [m for m in matches if not set(range(m.first, m.last + 1)) <= wishes.used]
        choice = choose_genre(self._tokens, matches, wishes)
        genre = choice.match.sense.entry.genre if choice else None
        suppressed = frozenset(m for m in matches if self._only_a_name(m, matches))
        ensemble = read_ensemble(
            self._tokens,
            matches,
            self._softened(matches, wishes, suppressed),
            genre=genre,
            table=instruments(),
            suppressed=suppressed,
        )
        tone = read_tone(self._tokens, matches, wishes)
        reading = self._figures()
        reading = self._words(reading, matches, wishes, choice, ensemble, tone)
        reading = self._with_mode(reading, matches, wishes, tone)
        reading, guesses, unknown = read_leftovers(
            reading, self._left_over(wishes), self._text, self._tokens, wishes, guesser, self._lexicon
        )
        accounts = [account for _, account in sorted([*self._accounts, *guesses], key=lambda pair: pair[0])]
        return replace(reading, accounts=tuple(accounts), unknown=unknown)

    def _left_over(self, wishes: Wishes) -> list[list[int]]:
        """Return the indices of the words that nothing was made of, those in a row together."""
        known = set(wishes.used)
        for match in self._matches:
            known.update(range(match.first, match.last + 1))
        runs: list[list[int]] = []
        for index, token in enumerate(self._tokens):
            if index in known or not self._taken.free(token.start, token.end):
                continue
            if runs and runs[-1][-1] == index - 1 and token.joins:
                runs[-1].append(index)
            else:
                runs.append([index])
        return runs

    def _hidden(self, match: Match) -> bool:
        """Whether a match is a part of a phrase that says something else: "house" in "haunted house"."""
        if match.lane == WORD:
            return False
        kinds = ("mood", "filler") if match.lane == INSTRUMENT else ("mood", "filler", "style", "energy")
        return any(
            match.inside(other) and other.lane == WORD and other.kind in kinds for other in self._matches
        )

    def _only_a_name(self, match: Match, matches: Sequence[Match]) -> bool:
        """Whether an instrument is only a part of a genre's name: both of them in "drum and bass"."""
        if match.lane != INSTRUMENT:
            return False
        names = {token.text for token in self._tokens[match.first : match.last + 1]}
        return any(
            match.inside(other) and other.lane == GENRE and (names & _IN_NAMES or match.first != other.first)
            for other in matches
        )

    def _softened(self, matches: Sequence[Match], wishes: Wishes, suppressed: frozenset[Match]) -> Wishes:
        """Return the wishes with "no cheesy synths" refusing the cheese, not the synths."""
        of = dict(wishes.of)
        for match in matches:
            if match.lane != INSTRUMENT or match in suppressed or wishes.on(match) is not Wish.REFUSED:
                continue
            if any(self._describes(other, match) and wishes.on(other) is Wish.REFUSED for other in matches):
                of[match.last] = Wish.LESS
        return Wishes(of, wishes.used)

    def _describes(self, word: Match, match: Match) -> bool:
        """Whether a word is the adjective of an instrument, and no part of its name as in "electric guitar"."""
        if word.lane != WORD or word.kind not in ("style", "mood", "energy", "tempo"):
            return False
        if word.last == match.first - 1:
            return self._tokens[match.first].joins
        first = self._tokens[match.first].text
        named = match.kind != "instrument" or match.sense.entry.name.startswith(first)
        return word.inside(match) and word.first == match.first and not named

    def _figures(self) -> Reading:
        """Return the reading of all that rules found; of several values the first counts."""
        values: dict[str, object] = {}
        accounts: list[tuple[int, Account]] = []
        for found in sorted(self._found, key=lambda f: f.start):
            if found.field and found.field not in values:
                values[found.field] = found.value
                accounts.append((found.start, found.account(self._text)))
        self._accounts = accounts
        reading = replace(Reading(self._text.prompt), **values)  # type: ignore[arg-type]
        if reading.tempo_bpm is not None:
            reading = replace(reading, tempo_class=tempo_class(reading.tempo_bpm))
        if reading.language is not None:
            reading = replace(reading, has_vocals=True)
        return reading

    def _words(
        self,
        reading: Reading,
        matches: Sequence[Match],
        wishes: Wishes,
        choice: Choice | None,
        ensemble: Ensemble,
        tone: Tone,
    ) -> Reading:
        if choice is not None:
            genre = choice.match.sense.entry.genre
            reading = replace(reading, genre=genre)
            self._note(choice.match, "genre", genre, choice.why, choice.confidence)
        for decision in (*ensemble.decisions, *tone.decisions):
            self._decided(decision)
        reading = replace(
            reading,
            moods=tone.moods,
            instruments=ensemble.instruments,
            without=ensemble.without,
            has_vocals=reading.has_vocals if ensemble.has_vocals is None else ensemble.has_vocals,
            style_positive=tone.style_positive,
            style_negative=tone.style_negative,
        )
        if reading.energy is None and tone.energy is not None:
            reading = replace(reading, energy=tone.energy)
        return self._named(reading, matches, wishes)

    def _named(self, reading: Reading, matches: Sequence[Match], wishes: Wishes) -> Reading:
        """Return the reading with tempo words, metres, eras and forms: the first of each that is wanted."""
        for match in matches:
            entry = match.sense.entry
            if match.lane != WORD:
                continue
            wish = wishes.on(match)
            if wish is not Wish.WANTED:
                if entry.tempo and reading.tempo_class is None:
                    said = self._said(match)
                    reading = replace(reading, style_negative=(*reading.style_negative, said))
                    self._note(match, "style_negative", said, "is not wanted", 0.9)
                    if wish is Wish.LESS:
                        reading = replace(reading, tempo_class="medium")
                        self._note(match, "tempo_class", "medium", "not too much of it", 0.6)
                continue
            sure = 0.8 if match.corrected else 0.95
            if entry.tempo and reading.tempo_class is None and not speaks_of_part(self._tokens, match):
                reading = replace(reading, tempo_class=entry.tempo)
                self._note(match, "tempo_class", entry.tempo, "a word for the tempo", sure)
            if entry.time_signature and reading.time_signature is None:
                reading = replace(reading, time_signature=entry.time_signature)
                why = "an odd metre; the most usual one" if entry.name == "odd" else "its metre"
                self._note(
                    match, "time_signature", entry.time_signature, why, 0.5 if entry.name == "odd" else sure
                )
            if entry.era and reading.era is None:
                reading = replace(reading, era=entry.era)
                self._note(match, "era", entry.era, "a time", sure)
            if entry.template and reading.template is None:
                reading = replace(reading, template=entry.template)
                self._note(match, "template", entry.template, "names a form", sure)
        return reading

    def _with_mode(self, reading: Reading, matches: Sequence[Match], wishes: Wishes, tone: Tone) -> Reading:
        key = self._value("key")
        if reading.key is not None and key is not None and key.confidence == 1.0:
            return replace(reading, mode=reading.key.mode)
        for match in matches:
            if match.sense.entry.mode and wishes.on(match) is Wish.WANTED:
                mode = match.sense.entry.mode
                self._note(match, "mode", mode, "names the mode", 0.95)
                tonic = None if reading.key is None else Key(reading.key.tonic, mode)
                return replace(reading, mode=mode, key=tonic)
        if reading.key is not None:
            return replace(reading, mode=reading.key.mode)
        if tone.mode is not None:
            decided = [d for d in tone.decisions if d.field == "moods"]
            for decision in decided[:1]:
                self._note(decision.match, "mode", tone.mode, f"{tone.mode} suits the mood", 0.6)
            return replace(reading, mode=tone.mode)
        return reading

    def _said(self, match: Match) -> str:
        return " ".join(token.text for token in self._tokens[match.first : match.last + 1])

    def _decided(self, decision: Decision) -> None:
        value = decision.value
        if isinstance(value, tuple) and len(value) > _MANY:
            value = ("all others",)
        self._note(decision.match, decision.field, value, decision.why, decision.confidence)

    def _note(self, match: Match, field: str, value: object, why: str, confidence: float) -> None:
        first, last = self._text.tokens[match.first], self._text.tokens[match.last]
        if match.corrected:
            why += f" (read as '{match.sense.form}')"
        said = self._text.said(first.start, last.end)
        self._accounts.append((first.start, Account(said, field, shown(value), why, confidence)))
