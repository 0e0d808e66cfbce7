"""Lyrics set to notes: which phonemes each note is sung on.

A note's lyric is a syllable; a word that goes on ends with "-". In a part that has lyrics, a note without one that
directly follows another note holds its vowel (a melisma); after a rest it is sung on "oo". A part without
any lyrics is sung on one open vowel a phrase.

Words are phonemised whole, a phrase at a time, and their syllables are given to the notes by the letters that
they share; what has more syllables than notes shares a note, what has fewer holds its last vowel.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from muzecli.song.score import Part, Score
from muzecli.text.phonemes import Syllable, Word, phonemise

PHRASE_GAP_S = 0.22
"""A rest of this length ends a phrase."""

_OPEN_VOWELS = ("ɑː", "oː", "uː")
_HELD_VOWEL = "uː"
_NEUTRAL = "ə"


@dataclass(frozen=True)
class SungNote:
    """A note in seconds; nobody else sounds in the part meanwhile.

    Attributes:
        start_s: its beat.
        end_s: its end.
        pitch: MIDI pitch.
        velocity: 1…127.
        lyric: as in the score.
    """

    start_s: float
    end_s: float
    pitch: int
    velocity: int
    lyric: str | None


@dataclass(frozen=True)
class Unit:
    """One sung syllable.

    Attributes:
        onset: consonants before the beat.
        nucleus: what starts on the beat and is held.
        coda: consonants at the end.
        notes: the notes it is held over, at least one; their times may be parts of a score's note.
        word: the text of the word it belongs to; empty on vowels without words.
    """

    onset: tuple[str, ...]
    nucleus: str
    coda: tuple[str, ...]
    notes: tuple[SungNote, ...]
    word: str = ""


def sung_notes(part: Part, score: Score) -> tuple[SungNote, ...]:
    """Return a part's notes as one voice sings them: the highest of a chord, each until the next begins."""
    highest: dict[int, SungNote] = {}
    for note in sorted(part.notes, key=lambda n: (n.start, n.pitch)):
        highest[note.start] = SungNote(
            score.seconds(note.start), score.seconds(note.end), note.pitch, note.velocity, note.lyric
        )
    notes = list(highest.values())
    ends = [min(a.end_s, b.start_s) for a, b in pairwise(notes)] + [n.end_s for n in notes[-1:]]
    return tuple(
        SungNote(n.start_s, end, n.pitch, n.velocity, n.lyric) for n, end in zip(notes, ends, strict=True)
    )


def phrases(notes: Sequence[SungNote]) -> tuple[tuple[SungNote, ...], ...]:
    """Divide notes at rests of at least `PHRASE_GAP_S`."""
    parts: list[list[SungNote]] = []
    for note in notes:
        if parts and note.start_s - parts[-1][-1].end_s < PHRASE_GAP_S:
            parts[-1].append(note)
        else:
            parts.append([note])
    return tuple(tuple(part) for part in parts)


def set_phrase(
    notes: Sequence[SungNote], *, language: str, has_lyrics: bool, rng: random.Random
) -> tuple[Unit, ...]:
    """Return the syllables of a phrase.

    Args:
        notes: one phrase.
        language: of the lyrics.
        has_lyrics: whether anything in the part has.
        rng: chooses the vowel of a phrase without words.

    Raises:
        UsageError: the language or the letters are not known.
        UnavailableError: there are words, and eSpeak NG is not here.
    """
    if not has_lyrics:
        vowel = rng.choice(_OPEN_VOWELS)
        return tuple(Unit((), vowel, (), (note,)) for note in notes)
    first = next((i for i, note in enumerate(notes) if _text(note)), len(notes))
    units = [Unit((), _HELD_VOWEL, (), (note,)) for note in notes[:first]]
    if first == len(notes):
        return tuple(units)
    words = _written_words(notes[first:])
    spoken = _speak([word.text for word in words], language)
    carried: tuple[str, ...] = ()
    for word, said in zip(words, spoken, strict=True):
        syllables, carried = _syllables(said, carried)
        units += _share(word, syllables)
    if carried and units:
        last = units[-1]
        units[-1] = Unit(last.onset, last.nucleus, (*last.coda, *carried), last.notes, last.word)
    return tuple(units)


@dataclass
class _Piece:
    """A lyric and the notes it is sung on."""

    text: str
    notes: list[SungNote]


@dataclass
class _Written:
    """A word as the notes spell it."""

    pieces: list[_Piece] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def _text(note: SungNote) -> str:
    """Return a note's lyric without its hyphen; empty where it holds ("_", "~") or has none."""
    text = (note.lyric or "").strip().removesuffix("-")
    return text if any(mark.isalnum() for mark in text) else ""


def _written_words(notes: Sequence[SungNote]) -> list[_Written]:
    words: list[_Written] = []
    goes_on = False
    for note in notes:
        text = _text(note)
        if not text:
            words[-1].pieces[-1].notes.append(note)
            continue
        if not goes_on:
            words.append(_Written())
        words[-1].pieces.append(_Piece(text, [note]))
        goes_on = (note.lyric or "").strip().endswith("-")
    return words


def _speak(texts: Sequence[str], language: str) -> list[list[Word]]:
    """Phonemise a phrase as one line, and give each written word what was read of it."""
    line = " ".join(texts)
    starts, place = [], 0
    for text in texts:
        starts.append(place)
        place += len(text) + 1
    spoken: list[list[Word]] = [[] for _ in texts]
    for word in phonemise(line, language):
        owner = max(index for index, start in enumerate(starts) if start <= word.start)
        spoken[owner].append(word)
    return spoken


def _syllables(
    words: Sequence[Word], carried: tuple[str, ...]
) -> tuple[list[tuple[Syllable, int]], tuple[str, ...]]:
    """Return a written word's syllables with the letter each begins at, and consonants left for the next."""
    found: list[tuple[Syllable, int]] = []
    place = 0
    for word in words:
        if not word.syllables:  # Polish "w": it leans on the word that follows
            carried = (*carried, *word.phonemes)
        for syllable in word.syllables:
            onset = (*carried, *syllable.onset)
            found.append(
                (Syllable(syllable.text, onset, syllable.nucleus, syllable.coda, syllable.stress), place)
            )
            carried = ()
            place += len(syllable.text)
        place += 1
    return found, carried


def _share(word: _Written, syllables: Sequence[tuple[Syllable, int]]) -> list[Unit]:
    if not syllables:
        notes = tuple(note for piece in word.pieces for note in piece.notes)
        return [Unit((), _NEUTRAL, (), notes, word.text)]
    if len(syllables) == len(word.pieces):
        owners = list(range(len(syllables)))
    else:
        owners = _owners(word, [place + len(s.text) / 2 for s, place in syllables])
    units: list[Unit] = []
    held: list[SungNote] = []
    for index, piece in enumerate(word.pieces):
        mine = [s for (s, _), owner in zip(syllables, owners, strict=True) if owner == index]
        if not mine and not units:
            held += piece.notes
        elif not mine:
            last = units[-1]
            units[-1] = Unit(last.onset, last.nucleus, last.coda, (*last.notes, *piece.notes), last.word)
        else:
            units += _over_notes(mine, [*held, *piece.notes], word.text)
            held = []
    return units


def _owners(word: _Written, middles: Sequence[float]) -> list[int]:
    """Return, for each syllable, the piece its middle letter is in; as many pieces as can be get one."""
    ends, place = [], 0
    for piece in word.pieces:
        place += len(piece.text)
        ends.append(place)
    owners: list[int] = []
    for index, middle in enumerate(middles):
        owner = next((i for i, end in enumerate(ends) if middle < end), len(ends) - 1)
        if len(middles) < len(ends):  # fewer syllables than notes: no two on one note
            owner = max(owner, owners[-1] + 1 if owners else 0)
            owner = min(owner, len(ends) - (len(middles) - index))
        else:  # no note without a syllable
            owner = min(max(owner, len(ends) - (len(middles) - index)), index)
            owner = min(owner, owners[-1] + 1) if owners else 0
        owners.append(owner)
    return owners


def _over_notes(syllables: Sequence[Syllable], notes: Sequence[SungNote], text: str) -> list[Unit]:
    """Give each syllable its notes; the last holds the rest, and syllables too many divide the last note."""
    count = len(syllables)
    slots = [[note] for note in notes]
    if count > len(notes):
        last, extra = notes[-1], count - len(notes) + 1
        step = (last.end_s - last.start_s) / extra
        slots[-1:] = [
            [
                SungNote(
                    last.start_s + i * step,
                    last.start_s + (i + 1) * step,
                    last.pitch,
                    last.velocity,
                    last.lyric,
                )
            ]
            for i in range(extra)
        ]
    slots[count - 1 :] = [[note for slot in slots[count - 1 :] for note in slot]]
    return [
        Unit(s.onset, s.nucleus, s.coda, tuple(slot), text) for s, slot in zip(syllables, slots, strict=True)
    ]
