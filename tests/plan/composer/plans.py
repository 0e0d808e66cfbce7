"""Plans written by hand: every genre, many metres, chords for each bar."""

from __future__ import annotations

from dataclasses import replace

from muzecli.song.chord import Chord
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import Plan, Section, SectionType

POP_FORM = (
    "intro4:.35 verse8:.45v pre_chorus4:.55v chorus8:.8v verse8:.5v chorus8:.85v "
    "bridge4:.4 chorus8:.95v outro4:.3"
)
DANCE_FORM = "intro8:.35 verse8:.5 buildup4:.7 drop8:.95 breakdown8:.3 buildup4:.75 drop8:1 outro8:.35"
HEAD_FORM = "intro4:.3 verse8:.5 verse8:.55 bridge8:.45 verse8:.55 solo16:.75 verse8:.6 outro4:.4"
ARC_FORM = "intro8:.1 verse8:.2 chorus8:.45 breakdown8:.2 chorus8:.5 outro8:.1"
SCORE_FORM = "intro4:.15 verse8:.35 buildup4:.6 chorus8:.9 breakdown4:.25 buildup4:.7 chorus8:1 outro4:.5"

POP = "C:maj | G:maj | A:min | F:maj"
MINOR = "A:min | F:maj | C:maj | G:maj"
JAZZ = "D:min7 | G:7 | C:maj7 | A:7"
BLUES = "C:7 | F:7 | C:7 | C:7 | F:7 | F:7 | C:7 | A:7 | D:min7 | G:7 | C:7 A:7 | D:min7 G:7"
SLASH = "C:maj | G:maj/B | A:min | F:maj C:maj/E"
ALMOST_ALL = "D:min9 G:13 | C:maj9 | F:maj7 | B:hdim7 E:7b9"

# genre → tempo, metre, key, form, chords, chords of the chorus, instruments
GENRES: dict[str, tuple[float, str, str, str, str, str, str]] = {
    "electronic": (128, "4/4", "A minor", DANCE_FORM, MINOR, "F:maj | G:maj | A:min | C:maj",
                   "electronic_drums synth_bass polysynth warm_pad synth_pluck saw_lead"),
    "house": (123, "4/4", "A minor", DANCE_FORM, "A:min7 | F:maj7 | D:min7 | E:min7", MINOR,
              "electronic_drums synth_bass piano warm_pad"),
    "techno": (132, "4/4", "A minor", DANCE_FORM, "A:min | A:min | A:min | F:maj", "A:min | A:min | G:maj | A:min",
               "drum_machine synth_bass polysynth sweep_pad square_lead"),
    "trance": (138, "4/4", "A minor", DANCE_FORM, MINOR, "F:maj | G:maj | A:min | A:min",
               "electronic_drums synth_bass saw_lead warm_pad synth_pluck"),
    "drum_and_bass": (174, "4/4", "D minor", DANCE_FORM, "D:min9 | Bb:maj7 | G:min7 | A:min7",
                      "D:min7 | C:maj | Bb:maj7 | A:min7",
                      "electronic_drums sub_bass electric_piano warm_pad"),
    "hip_hop": (92, "4/4", "A minor", POP_FORM, "A:min7 | D:min7 | F:maj7 | E:7", "F:maj7 | E:min7 | D:min7 | A:min7",
                "drums electric_bass electric_piano strings male_vocals"),
    "trap": (142, "4/4", "C minor", POP_FORM, "C:min | Ab:maj | C:min | G:min", "Ab:maj | G:min | C:min | C:min",
             "drum_machine sub_bass piano choir_pad bells male_vocals"),
    "lo_fi": (80, "4/4", "C major", HEAD_FORM, ALMOST_ALL, JAZZ,
              "drums electric_bass electric_piano warm_pad vibraphone"),
    "rock": (126, "4/4", "A minor", POP_FORM, MINOR, "F:maj | G:maj | A:min | A:min G:maj",
             "drums picked_bass overdriven_guitar electric_guitar male_vocals"),
    "metal": (150, "4/4", "E minor", POP_FORM, "E:5 | E:5 | G:5 | A:5", "E:min | C:maj | G:maj | D:maj",
              "power_drums picked_bass distorted_guitar male_vocals"),
    "pop": (112, "4/4", "C major", POP_FORM, POP, "F:maj | G:maj | C:maj | A:min",
            "drums electric_bass piano acoustic_guitar warm_pad female_vocals"),
    "ballad": (68, "4/4", "C major", POP_FORM, SLASH, "F:maj | G:maj | C:maj | A:min",
               "drums electric_bass piano strings cello female_vocals"),
    "rnb": (84, "4/4", "A minor", POP_FORM, "D:min9 | G:9 | C:maj9 | A:min7", "F:maj7 | E:min7 | A:min9 | A:min9",
            "drums electric_bass electric_piano warm_pad muted_guitar female_vocals"),
    "jazz": (140, "4/4", "C major", HEAD_FORM, JAZZ, JAZZ, "jazz_drums acoustic_bass piano tenor_sax"),
    "blues": (104, "4/4", "C major", HEAD_FORM, BLUES, BLUES, "drums electric_bass electric_guitar organ harmonica"),
    "funk": (106, "4/4", "D minor", POP_FORM, "D:min7 | D:min7 | G:9 | G:9", "F:maj7 | G:9 | A:min7 | A:min7",
             "drums slap_bass clavinet muted_guitar brass_section male_vocals"),
    "disco": (118, "4/4", "A minor", POP_FORM, "A:min7 | D:min7 | G:7 | C:maj7", MINOR,
              "drums electric_bass piano muted_guitar strings brass_section female_vocals"),
    "reggae": (76, "4/4", "C major", POP_FORM, "C:maj | F:maj | C:maj | G:maj", "A:min | G:maj | F:maj | G:maj",
               "drums electric_bass electric_guitar organ male_vocals"),
    "folk": (104, "4/4", "G major", POP_FORM, "G:maj | C:maj | G:maj | D:maj", "C:maj | D:maj | G:maj | E:min",
             "hand_drums acoustic_bass acoustic_guitar fiddle female_vocals"),
    "country": (112, "4/4", "G major", POP_FORM, "G:maj | C:maj | D:maj | G:maj", "C:maj | G:maj | D:7 | G:maj",
                "drums electric_bass acoustic_guitar banjo fiddle male_vocals"),
    "ambient": (68, "4/4", "C major", ARC_FORM, "C:maj9 | F:maj7 | A:min9 | G:sus4",
                "F:maj9 | C:add9 | D:min9 | G:sus2",
                "sub_bass warm_pad new_age_pad harp flute"),
    "classical": (100, "4/4", "G major", HEAD_FORM, "G:maj | C:maj/G | D:7/F# | G:maj", "E:min | A:min | D:7 | G:maj",
                  "contrabass strings viola violin oboe"),
    "cinematic": (92, "4/4", "D minor", SCORE_FORM, "D:min | Bb:maj | F:maj | C:maj", "D:min | C:maj | Bb:maj | A:maj",
                  "orchestral_percussion contrabass strings choir french_horn timpani"),
    "latin": (108, "4/4", "A minor", POP_FORM, "A:min7 | D:min7 | E:7 | A:min7", "D:min7 | G:7 | C:maj7 | E:7",
              "latin_percussion acoustic_bass piano trumpet brass_section male_vocals"),
    "synthwave": (102, "4/4", "A minor", DANCE_FORM, MINOR, "F:maj | G:maj | A:min | E:min",
                  "electronic_drums synth_bass polysynth warm_pad synth_pluck saw_lead"),
}  # fmt: skip

METRES = {
    "ballad 6/8": ("ballad", "6/8"),
    "classical 3/4": ("classical", "3/4"),
    "jazz 5/4": ("jazz", "5/4"),
    "blues 12/8": ("blues", "12/8"),
    "metal 7/8": ("metal", "7/8"),
    "folk 6/8": ("folk", "6/8"),
    "house 3/4": ("house", "3/4"),  # no pattern of its own: by the rule
    "techno 5/4": ("techno", "5/4"),
    "rock 2/4": ("rock", "2/4"),
    "electronic 7/8": ("electronic", "7/8"),
    "funk 12/8": ("funk", "12/8"),
    "pop 9/8": ("pop", "9/8"),
    "cinematic 11/8": ("cinematic", "11/8"),
    "trance 2/2": ("trance", "2/2"),
    "latin 5/8": ("latin", "5/8"),
    "hip_hop 7/4": ("hip_hop", "7/4"),
}


def bars(text: str, count: int) -> tuple[tuple[Chord, ...], ...]:
    """Repeat a progression until it has so many bars."""
    progression = [tuple(map(Chord.parse, bar.split())) for bar in text.split("|")]
    return tuple(progression[i % len(progression)] for i in range(count))


def sections(form: str, chords: str, chorus: str, *, closing: str) -> tuple[Section, ...]:
    """Read a form: type, bars, energy, v for vocals."""
    found = []
    for word in form.split():
        head, energy = word.split(":")
        name, count = head.rstrip("0123456789"), int(head.lstrip("abcdefghijklmnopqrstuvwxyz_"))
        type_ = SectionType(name)
        text = chorus if type_ in (SectionType.CHORUS, SectionType.DROP, SectionType.BRIDGE) else chords
        found.append(
            Section(type_, count, float(energy.rstrip("v")), energy.endswith("v"), bars(text, count))
        )
    last = found[-1]
    found[-1] = replace(last, chords=(*last.chords[:-1], (Chord.parse(closing),)))
    return tuple(found)


def plan(genre: str, *, seed: int = 1, metre: str | None = None, tempo_bpm: float | None = None) -> Plan:
    """Return the plan of a genre."""
    tempo, usual, key, form, chords, chorus, instruments = GENRES[genre]
    tonic = Key.parse(key)
    closing = f"{str(tonic).split()[0]}:{'min' if tonic.mode == 'minor' else 'maj'}"
    return Plan(
        prompt="",
        genre=genre,
        tempo_bpm=tempo_bpm or tempo,
        key=tonic,
        time_signature=TimeSignature.parse(metre or usual),
        seed=seed,
        sections=sections(form, chords, chorus, closing=closing),
        instruments=tuple(instruments.split()),
    )
