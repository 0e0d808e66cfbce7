"""Songs laid out by hand, so that melodies can be tested without planner, arranger or styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.style_files import load_style
from muzecli.song.chord import Chord
from muzecli.song.instruments import instruments
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import Plan, Section, SectionType
from muzecli.song.score import ChordEvent, Note, Role

GENRES = (
    "ambient", "ballad", "blues", "cinematic", "classical", "country", "disco", "drum_and_bass", "electronic",
    "folk", "funk", "hip_hop", "house", "jazz", "latin", "lo_fi", "metal", "pop", "reggae", "rnb", "rock",
    "synthwave", "techno", "trance", "trap",
)  # fmt: skip
TEMPOS = {
    "ambient": 68, "ballad": 68, "blues": 104, "cinematic": 92, "drum_and_bass": 174, "funk": 106, "hip_hop": 92,
    "jazz": 132, "lo_fi": 80, "metal": 148, "reggae": 76, "rnb": 84, "rock": 126, "techno": 132, "trance": 138,
    "trap": 142,
}  # fmt: skip
KEYS = ("C major", "A minor", "F# minor", "Eb major")

# Type, bars, energy, whether somebody sings.
Form = Sequence[tuple[str, int, float, bool]]
SONG: Form = (
    ("intro", 4, 0.35, False),
    ("verse", 8, 0.45, True),
    ("pre_chorus", 4, 0.6, True),
    ("chorus", 8, 0.8, True),
    ("verse", 8, 0.5, True),
    ("chorus", 8, 0.85, True),
    ("bridge", 8, 0.5, True),
    ("solo", 8, 0.7, False),
    ("chorus", 8, 0.95, True),
    ("outro", 4, 0.3, False),
)
DANCE: Form = (
    ("intro", 8, 0.3, False),
    ("breakdown", 8, 0.4, False),
    ("buildup", 4, 0.65, False),
    ("drop", 8, 0.95, False),
    ("buildup", 4, 0.7, False),
    ("drop", 8, 1.0, False),
    ("outro", 8, 0.3, False),
)
BAND: Mapping[Role, tuple[str, ...]] = {
    Role.LEAD: ("electric_guitar",),
    Role.COUNTER: ("strings",),
    Role.ARPEGGIO: ("synth_pluck",),
    Role.VOCALS: ("female_vocals",),
}

_TRIADS = {
    "major": ((0, "maj"), (2, "min"), (4, "min"), (5, "maj"), (7, "maj"), (9, "min"), (11, "dim")),
    "minor": ((0, "min"), (2, "dim"), (3, "maj"), (5, "min"), (7, "min"), (8, "maj"), (10, "maj")),
}
_CHORUS = {"major": (4, 5, 1, 6), "minor": (6, 7, 1, 3)}
_DEGREES = {
    "verse": {"major": (1, 6, 4, 5), "minor": (1, 6, 3, 7)},
    "pre_chorus": {"major": (2, 4, 5, 5), "minor": (4, 6, 7, 7)},
    "bridge": {"major": (6, 4, 2, 5), "minor": (4, 1, 6, 5)},
}


def triad(key: Key, degree: int) -> Chord:
    """Return the triad on a degree 1…7 of a key."""
    above, quality = _TRIADS[key.mode][degree - 1]
    return Chord((key.tonic + above) % 12, quality)


def song(
    genre: str = "pop",
    seed: int = 1,
    *,
    key: str = "C major",
    metre: str = "4/4",
    tempo: float | None = None,
    form: Form = SONG,
    lyrics: Mapping[str, str | Sequence[str]] | None = None,
    band: Mapping[Role, tuple[str, ...]] = BAND,
    language: str = "en",
    energy: float | None = None,
    chords: Mapping[str, Sequence[Chord]] | None = None,
) -> SongContext:
    """Return a song whose sections of one type have the same chords, a bar each."""
    tonic, signature, table = Key.parse(key), TimeSignature.parse(metre), instruments()
    starts = [0, *accumulate(bars for _, bars, _, _ in form)]
    sections: list[Section] = []
    contexts: list[SectionContext] = []
    for index, (name, bars, own, sings) in enumerate(form):
        type_ = SectionType(name)
        occurrence = sum(other.type is type_ for other in sections)
        loop = (chords or {}).get(name) or [
            triad(tonic, degree) for degree in _DEGREES.get(name, {}).get(tonic.mode, _CHORUS[tonic.mode])
        ]
        played = [loop[bar % len(loop)] for bar in range(bars)]
        words = (lyrics or {}).get(name)
        if words is not None and not isinstance(words, str):
            words = words[occurrence % len(words)]
        level = own if energy is None else energy
        sections.append(Section(type_, bars, level, sings, tuple((c,) for c in played), words))
        start = starts[index] * signature.bar_ticks
        contexts.append(
            SectionContext(
                index=index,
                type=type_,
                start=start,
                end=starts[index + 1] * signature.bar_ticks,
                start_bar=starts[index],
                bars=bars,
                energy=level,
                has_vocals=sings,
                lyrics=words,
                chords=tuple(
                    ChordEvent(
                        start + bar * signature.bar_ticks, start + (bar + 1) * signature.bar_ticks, chord
                    )
                    for bar, chord in enumerate(played)
                ),
                occurrence=occurrence,
                previous=SectionType(form[index - 1][0]) if index else None,
                next=SectionType(form[index + 1][0]) if index + 1 < len(form) else None,
                next_energy=form[index + 1][2] if index + 1 < len(form) else None,
                players=_players(band, sings),
            )
        )
    plan = Plan(
        "",
        genre,
        TEMPOS.get(genre, 118) if tempo is None else tempo,
        tonic,
        signature,
        seed,
        tuple(sections),
        tuple(dict.fromkeys(name for names in band.values() for name in names)),
        language=language,
    )
    return SongContext(plan, load_style(genre), tuple(contexts), {n: table[n] for n in plan.instruments})


def _players(band: Mapping[Role, tuple[str, ...]], sings: bool) -> dict[Role, tuple[str, ...]]:
    """Return who plays: the singer where there is singing, the leader where there is none."""
    silent = Role.LEAD if sings and Role.VOCALS in band else Role.VOCALS
    return {role: names for role, names in band.items() if role is not silent}


def within(section: SectionContext, notes: Sequence[Note]) -> list[Note]:
    """Return the notes that begin in a section."""
    return [note for note in notes if section.start <= note.start < section.end]


def sections_of(song: SongContext, type_: str) -> list[SectionContext]:
    """Return the sections of a type."""
    return [section for section in song.sections if section.type == type_]
