"""What is made of words that the lexicon lacks: a guess by meaning, or they stay unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from muze_plan.reading.found import shown
from muze_plan.reading.lexicon import GENRE, INSTRUMENT, WORD, Lexicon
from muze_plan.reading.notes import Notes
from muze_plan.reading.polarity import Wish, Wishes
from muze_plan.reading.reading import Account, Reading
from muze_plan.reading.text import Text, Token
from muzecli.errors import UnavailableError

if TYPE_CHECKING:
    from muze_plan.reading.guesses import Guess, Guesser

_SHORTEST = 4  # letters of a word that the text encoder is asked about
_LONGEST = 4  # words of a phrase that it is asked about as a whole


def read_leftovers(
    reading: Reading,
    runs: Sequence[Sequence[int]],
    text: Text,
    tokens: Sequence[Token],
    wishes: Wishes,
    guesser: Guesser | None,
    lexicon: Lexicon,
    notes: Notes,
) -> tuple[Reading, tuple[str, ...]]:
    """Guess at the words that are left.

    Without the encoder's weights nothing is guessed, and an account says so.

    Args:
        reading: what was read so far.
        runs: indices of the words, those in a row together.
        text: the prompt.
        tokens: its words.
        wishes: what is said of them.
        guesser: what to ask; the default one where None, which is loaded only if there is anything to ask.
        lexicon: what the default one knows.
        notes: where the guesses are noted.

    Returns:
        the reading with what was guessed, and the words that stay unknown.
    """

    def said(indices: Sequence[int]) -> str:
        return text.said(tokens[indices[0]].start, tokens[indices[-1]].end)

    guessed: set[int] = set()
    asked = [part for run in runs for part in _parts(run) if any(_is_content(tokens[i]) for i in part)]
    if asked and guesser is None:
        from muze_plan.reading.guesses import guesser_of

        guesser = guesser_of(lexicon)
    for part in asked:
        if guesser is None or guessed.intersection(part):
            continue
        start = tokens[part[0]].start
        try:
            guess = guesser.guess(" ".join(tokens[index].text for index in part))
        except UnavailableError as error:
            notes.guess(start, Account(said(part), "unknown", "", f"not in the lexicon, and {error}", 0.0))
            break
        if guess is None:
            continue
        guessed.update(part)
        for field, value in _changes(
            reading, guess, said(part), wishes.of.get(part[-1], Wish.WANTED)
        ).items():
            reading = replace(reading, **{field: value})  # type: ignore[arg-type]
            newest = value[-1:] if isinstance(value, tuple) else value
            why = f"the lexicon lacks it; nearest is '{guess.form}'"
            notes.guess(start, Account(said(part), field, shown(newest), why, round(guess.confidence, 2)))
    unknown = tuple(said([index]) for run in runs for index in run if index not in guessed)
    return reading, unknown


def _parts(run: Sequence[int]) -> list[Sequence[int]]:
    """Return what is asked about: a short run as a whole, then its words."""
    whole = [run] if 1 < len(run) <= _LONGEST else []
    return [*whole, *([index] for index in run)]


def _is_content(token: Token) -> bool:
    return len(token.text) >= _SHORTEST and token.text.replace("'", "").isalpha()


def _changes(reading: Reading, guess: Guess, said: str, wish: Wish) -> dict[str, object]:
    """Return the fields that a guess changes; what is read already stays."""
    entry = guess.entry
    if guess.lane == INSTRUMENT:
        wanted = wish is Wish.WANTED
        field, other = ("instruments", "without") if wanted else ("without", "instruments")
        names = [name for name in entry.instruments if name not in getattr(reading, other)]
        return {field: tuple(dict.fromkeys((*getattr(reading, field), *names)))} if names else {}
    if wish is not Wish.WANTED:
        return {"style_negative": (*reading.style_negative, said.lower())}
    if guess.lane == GENRE:
        return {} if reading.genre else {"genre": entry.genre}
    assert guess.lane == WORD
    changes: dict[str, object] = {"moods": tuple(dict.fromkeys((*reading.moods, *entry.moods)))}
    if reading.energy is None:
        changes["energy"] = entry.energy
    return changes
