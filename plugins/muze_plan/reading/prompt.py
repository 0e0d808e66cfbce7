"""From the words of a musician to the fields of a song.

Figures are read first, by rules, and are exact; then the lexicon finds the longest phrases it knows; last, and only
where words are left that it lacks, the text encoder is asked for the nearest meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from muze_plan.reading.ensemble import read_ensemble
from muze_plan.reading.figures import Figures
from muze_plan.reading.found import Taken
from muze_plan.reading.genres import choose_genre
from muze_plan.reading.leftovers import read_leftovers
from muze_plan.reading.lexicon import GENRE, Lexicon, load_lexicon
from muze_plan.reading.matching import Match, match_words, mend
from muze_plan.reading.names import read_mode, read_names
from muze_plan.reading.notes import Notes
from muze_plan.reading.overlaps import only_names, softened, visible
from muze_plan.reading.polarity import Wishes, find_wishes
from muze_plan.reading.reading import Reading
from muze_plan.reading.text import Text, Token
from muze_plan.reading.tone import Tone, read_tone
from muzecli.song.instruments import instruments

if TYPE_CHECKING:
    from muze_plan.reading.guesses import Guesser


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
    lexicon = lexicon or load_lexicon()
    text = Text(prompt)
    notes = Notes(text)
    figures = Figures(text, lexicon.languages)
    tokens, corrected = mend(text.tokens, lexicon, figures.taken)
    found = match_words(tokens, lexicon, figures.taken, corrected)
    if figures.take_bare_tempo(lambda place, step: _is_music(tokens, found, figures.taken, place, step)):
        found = match_words(tokens, lexicon, figures.taken, corrected)
    seen = visible(found)
    wishes = find_wishes(tokens, seen)
    # "drop the drums" says nothing of a drop
    matches = [match for match in seen if not wishes.used.issuperset(range(match.first, match.last + 1))]

    reading = figures.reading(notes)
    tone = read_tone(tokens, matches, wishes)
    reading = _with_words(reading, tokens, matches, wishes, tone, notes)
    reading = read_names(reading, tokens, matches, wishes, notes)
    reading = read_mode(reading, figures.first("key"), matches, wishes, tone, notes)
    runs = _left_over(tokens, found, wishes, figures.taken)
    reading, unknown = read_leftovers(reading, runs, text, tokens, wishes, guesser, lexicon, notes)
    return replace(reading, accounts=notes.accounts(), unknown=unknown)


def _with_words(
    reading: Reading,
    tokens: Sequence[Token],
    matches: Sequence[Match],
    wishes: Wishes,
    tone: Tone,
    notes: Notes,
) -> Reading:
    """Return the reading with genre, players, moods and the words for the sound."""
    choice = choose_genre(tokens, matches, wishes)
    genre = choice.match.sense.entry.genre if choice else None
    if choice is not None:
        notes.words(choice.match, "genre", genre, choice.why, choice.confidence)
    ensemble = read_ensemble(
        tokens,
        matches,
        softened(tokens, matches, wishes),
        genre=genre,
        table=instruments(),
        suppressed=only_names(tokens, matches),
    )
    for decision in (*ensemble.decisions, *tone.decisions):
        if decision.field != "energy" or reading.energy is None:
            notes.words(decision.match, decision.field, decision.value, decision.why, decision.confidence)
    return replace(
        reading,
        genre=genre,
        moods=tone.moods,
        energy=tone.energy if reading.energy is None else reading.energy,
        instruments=ensemble.instruments,
        without=ensemble.without,
        has_vocals=reading.has_vocals if ensemble.has_vocals is None else ensemble.has_vocals,
        style_positive=tone.style_positive,
        style_negative=tone.style_negative,
    )


def _is_music(tokens: Sequence[Token], matches: Sequence[Match], taken: Taken, place: int, step: int) -> bool:
    """Whether the word nearest before or after a place names a genre or was read as a figure."""
    if step < 0:
        near = [index for index, token in enumerate(tokens) if token.end <= place][-1:]
    else:
        near = [index for index, token in enumerate(tokens) if token.start >= place][:1]
    for index in near:
        if not taken.free(tokens[index].start, tokens[index].end):
            return True
        here = [match for match in matches if match.first <= index <= match.last]
        return any(match.lane == GENRE or match.kind in ("tempo", "metre") for match in here)
    return False


def _left_over(
    tokens: Sequence[Token], matches: Sequence[Match], wishes: Wishes, taken: Taken
) -> list[list[int]]:
    """Return the indices of the words that nothing was made of, those in a row together."""
    known = set(wishes.used)
    for match in matches:
        known.update(range(match.first, match.last + 1))
    runs: list[list[int]] = []
    for index, token in enumerate(tokens):
        if index in known or not taken.free(token.start, token.end):
            continue
        if runs and runs[-1][-1] == index - 1 and token.joins:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs
