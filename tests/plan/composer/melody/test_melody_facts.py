"""What makes a melody: measured over genres and seeds."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from statistics import mean

import pytest
from tests.plan.composer.melody import facts
from tests.plan.composer.melody.songs import DANCE, GENRES, KEYS, sections_of, song, within

from muze_plan.composer.context import SongContext
from muze_plan.composer.melody import write_melodies
from muze_plan.composer.melody.answers import answers
from muze_plan.composer.melody.line import tessitura
from muze_plan.composer.melody.scales import SCALES
from muze_plan.composer.melody.style import melody_style
from muzecli.song.instruments import instruments
from muzecli.song.score import Note, Role

SEEDS = range(6)
SINGER = {Role.VOCALS: ("female_vocals",)}
SPOKEN = ("hip_hop",)  # flow on few notes


@cache
def sung(genre: str, seed: int) -> tuple[SongContext, tuple[Note, ...]]:
    written = song(genre, seed, key=KEYS[seed % 4], band=SINGER)
    return written, tuple(write_melodies(written)[Role.VOCALS, "female_vocals"])


@pytest.mark.parametrize("genre", GENRES)
def test_strong_notes_belong_to_the_chord(genre: str) -> None:
    least = 0.8 if melody_style(genre).dissonance > 0.5 else 0.85
    assert mean(facts.chord_share(*sung(genre, seed)) for seed in SEEDS) >= least


@pytest.mark.parametrize("genre", GENRES)
def test_notes_are_in_the_key_or_explained(genre: str) -> None:
    style = melody_style(genre)
    for seed in SEEDS:
        written, notes = sung(genre, seed)
        colours = {
            (written.key.tonic + step) % 12
            for scale in style.scales[written.key.mode]
            for step in SCALES[scale]
        }
        assert facts.explained_share(written, notes, frozenset(colours)) >= 0.97


@pytest.mark.parametrize("genre", GENRES)
def test_singers_move_mostly_by_step(genre: str) -> None:
    size = mean(facts.mean_interval(sung(genre, seed)[1]) for seed in SEEDS)
    assert (0.9 if genre in SPOKEN else 1.5) <= size <= 3.5


def test_leaps_turn_back() -> None:
    turned = wide = 0
    for genre in GENRES:
        for seed in SEEDS:
            written, notes = sung(genre, seed)
            counted = facts.leaps(notes, written.metre.beat_ticks // 2)
            turned, wide = turned + counted[0], wide + counted[1]
    assert turned >= 0.85 * wide


@pytest.mark.parametrize("genre", GENRES)
def test_phrases_end_on_notes_of_the_chord(genre: str) -> None:
    stable = ends = 0
    for seed in SEEDS:
        written, notes = sung(genre, seed)
        for note in facts.phrase_ends(notes, written.metre.beat_ticks):
            tones = (*facts.chord_tones(written, note.start), *facts.chord_tones(written, note.end - 1))
            stable, ends = stable + (note.pitch % 12 in tones), ends + 1
    assert stable >= 0.93 * ends


def test_singers_breathe() -> None:
    for genre in GENRES:
        written, notes = sung(genre, 0)
        rests = [b.start - a.end for a, b in pairwise(notes)]
        breaths = sum(written.metre.tick_s(written.plan.tempo_bpm) * rest >= 0.2 for rest in rests)
        bars = sum(section.bars for section in written.sections if section.has_vocals)
        assert breaths >= bars / 5, genre


def test_a_section_has_its_highest_note_about_two_thirds_in() -> None:
    there = total = 0
    for genre in GENRES:
        for seed in SEEDS:
            written, notes = sung(genre, seed)
            for section in (*sections_of(written, "verse")[:1], *sections_of(written, "chorus")[:1]):
                heard = within(section, notes)
                top = max(note.pitch for note in heard)
                places = [
                    (n.start - section.start) / (section.end - section.start) for n in heard if n.pitch == top
                ]
                there, total = there + any(0.45 <= place <= 0.85 for place in places), total + 1
    assert there >= 0.93 * total


def returns(genre: str, seed: int) -> bool:
    """Whether all choruses are alike, and clearly more so than a verse and a chorus."""
    written, notes = sung(genre, seed)
    choruses = [facts.tokens(section, notes) for section in sections_of(written, "chorus")]
    verses = [facts.tokens(section, notes) for section in sections_of(written, "verse")]
    same = min(facts.similarity(choruses[0], other) for other in choruses[1:])
    other = max(facts.similarity(verse, chorus) for verse in verses for chorus in choruses[:1])
    return same > 0.8 and same > other + 0.2


def test_a_chorus_returns_as_itself_and_a_verse_differs() -> None:
    right = [returns(genre, seed) for genre in GENRES for seed in range(4)]
    assert sum(right) >= 0.95 * len(right)


@pytest.mark.slow
@pytest.mark.parametrize("genre", GENRES)
def test_a_chorus_returns_as_itself_in_every_genre(genre: str) -> None:
    right = [returns(genre, seed) for seed in range(100)]
    assert sum(right) >= 0.95 * len(right)


def test_a_chorus_is_not_merely_copied() -> None:
    changed = 0
    for seed in SEEDS:
        written, notes = sung("pop", seed)
        choruses = [facts.tokens(section, notes) for section in sections_of(written, "chorus")]
        changed += choruses[0] != choruses[-1]
    assert changed >= 4


def test_a_chorus_lies_above_its_verse() -> None:
    for genre in GENRES:
        for seed in SEEDS:
            written, notes = sung(genre, seed)
            verse, chorus = (
                mean(n.pitch for n in within(sections_of(written, t)[0], notes)) for t in ("verse", "chorus")
            )
            assert chorus > verse, (genre, seed)


def test_seeds_differ() -> None:
    for genre in ("pop", "ambient", "techno"):
        lines = {sung(genre, seed)[1] for seed in SEEDS if KEYS[seed % 4] == KEYS[0]}
        assert len(lines) == len([seed for seed in SEEDS if seed % 4 == 0])


def test_the_same_song_gives_the_same_notes() -> None:
    assert write_melodies(song("jazz", 5)) == write_melodies(song("jazz", 5))


@pytest.mark.parametrize("genre", GENRES)
def test_energy_raises_density_register_and_velocity(genre: str) -> None:
    low, high = (
        [write_melodies(song(genre, s, energy=e))[Role.VOCALS, "female_vocals"] for s in SEEDS]
        for e in (0.2, 0.95)
    )
    assert sum(map(len, high)) > 1.1 * sum(map(len, low))
    assert mean(n.pitch for notes in high for n in notes) > mean(n.pitch for notes in low for n in notes)
    assert mean(n.velocity for notes in high for n in notes) > 15 + mean(
        n.velocity for notes in low for n in notes
    )


def test_ambient_and_techno_are_sparse() -> None:
    def rate(genre: str) -> float:
        return mean(len(sung(genre, s)[1]) / sung(genre, s)[0].plan.duration_s for s in SEEDS)

    assert max(rate("ambient"), rate("techno")) < 0.75 * min(rate("pop"), rate("rnb"), rate("hip_hop"))


def test_solos_are_denser_than_tunes() -> None:
    for genre in ("rock", "jazz", "blues", "metal", "funk"):
        solo = tune = 0.0
        for seed in SEEDS:
            written = song(genre, seed)
            found = write_melodies(written)
            solo += len(within(sections_of(written, "solo")[0], found[Role.LEAD, "electric_guitar"]))
            tune += len(within(sections_of(written, "verse")[0], found[Role.VOCALS, "female_vocals"]))
        assert solo > 1.2 * tune, genre


@pytest.mark.parametrize("genre", ["electronic", "house", "techno", "trance", "drum_and_bass"])
def test_a_drop_has_a_short_riff_that_repeats(genre: str) -> None:
    band = {Role.LEAD: ("saw_lead",), Role.ARPEGGIO: ("synth_pluck",)}
    alike = []
    for seed in SEEDS:
        written = song(genre, seed, key="A minor", form=DANCE, band=band)
        notes = write_melodies(written)[Role.LEAD, "saw_lead"]
        drop = sections_of(written, "drop")[0]
        bars = [
            {
                (n.start - drop.start) % drop.bar_ticks
                for n in notes
                if start <= n.start < start + drop.bar_ticks
            }
            for start in drop.bar_starts
        ]
        alike.append(max(bars.count(bar) for bar in bars))
    assert min(alike) >= 2
    assert mean(alike) >= 3


def test_an_introduction_hints_at_the_hook() -> None:
    """Its notes stand where those of the hook stand, more than where those of the verse do."""
    nearer = 0
    for seed in range(12):
        written = song("pop", seed)
        found = write_melodies(written)
        lead, vocals = found[Role.LEAD, "electric_guitar"], found[Role.VOCALS, "female_vocals"]
        heard, hook, verse = (
            {place for place, _ in facts.tokens(section, notes)}
            for section, notes in (
                (written.sections[0], lead),
                (sections_of(written, "chorus")[0], vocals),
                (sections_of(written, "verse")[0], vocals),
            )
        )
        assert heard
        nearer += len(heard & hook) >= len(heard & verse)
    assert nearer >= 10


def test_instruments_answer_in_the_singers_rests() -> None:
    answered = 0
    style = melody_style("blues")
    for seed in SEEDS:
        written, notes = sung("blues", seed)
        verse = sections_of(written, "verse")[0]
        room = tessitura(instruments()["harmonica"])
        for note in answers(written, style, verse, within(verse, notes), room, name="harmonica"):
            answered += 1
            assert not any(other.start < note.end and other.end > note.start for other in notes)
    assert answered > 10


def test_the_last_chorus_has_a_second_voice_in_thirds_and_sixths() -> None:
    band = {Role.VOCALS: ("female_vocals",), Role.COUNTER: ("voice_oohs",)}
    for seed in SEEDS:
        written = song("pop", seed, band=band)
        found = write_melodies(written)
        last = sections_of(written, "chorus")[-1]
        tune = {note.start: note.pitch for note in within(last, found[Role.VOCALS, "female_vocals"])}
        second = within(last, found[Role.COUNTER, "voice_oohs"])
        assert len(second) >= 0.9 * len(tune)
        near = sum((tune[note.start] - note.pitch) % 12 in (3, 4, 5, 7, 8, 9) for note in second)
        assert near >= 0.95 * len(second)


def test_arpeggios_play_the_chord() -> None:
    for genre in GENRES:
        written = song(genre, 2)
        notes = write_melodies(written)[Role.ARPEGGIO, "synth_pluck"]
        assert all(note.pitch % 12 in facts.chord_tones(written, note.start) for note in notes), genre
