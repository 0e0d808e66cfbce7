from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from muze_fx.effects import EFFECTS
from muze_fx.grammar import BandIntent, Parse, SettingIntent, parse
from muze_fx.grammar.parameters import DEFAULTS, PARAMETERS
from muze_fx.grammar.slopes import section_qualities
from muze_fx.grammar.spelling import correct_spelling
from muze_fx.grammar.tokens import tokenise
from muze_fx.words.lexicon import Lexicon

PROMPTS = yaml.safe_load((Path(__file__).parent / "prompts.yaml").read_text(encoding="utf-8"))["prompts"]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def identity(name: str, lexicon: Lexicon) -> str:
    match = lexicon.find(name)
    return name if match is None else match.descriptor.name


def plain(intent: Mapping[str, Any], lexicon: Lexicon) -> dict[str, Any]:
    """Return an intent in the file's form with numbers rounded and names resolved, so that equals compare equal."""
    if "band" in intent:
        return {"band": {key: tidy(value) for key, value in intent["band"].items()}}
    named = {
        key: identity(value, lexicon) if key in ("word", "cap") else tidy(value)
        for key, value in intent.items()
    }
    if "word" in intent:
        named["strength"] = tidy(intent.get("strength", 1))
    return named


def tidy(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return list(value) if isinstance(value, list | tuple) else value
    return 0.0 if value == 0 else round(float(value), 6 - math.floor(math.log10(abs(value))))


def described(intents: list[dict[str, Any]]) -> str:
    return "\n".join(f"    {intent}" for intent in intents) or "    (nothing)"


def difference(parsed: Parse, entry: Mapping[str, Any], lexicon: Lexicon) -> str:
    """Say in which intents a parse differs from the expected one; empty where it does not."""
    got = [plain(intent.as_dict(), lexicon) for intent in parsed.intents]
    missing = []
    for intent in (plain(intent, lexicon) for intent in entry["expect"]):
        if intent in got:
            got.remove(intent)
        else:
            missing.append(intent)
    unknown = [word.text for word in parsed.unknown]
    lines = []
    if missing or got:
        lines.append(f"  missing:\n{described(missing)}\n  not asked for:\n{described(got)}")
    if "unknown" in entry and unknown != [str(word).lower() for word in entry["unknown"]]:
        lines.append(f"  unknown words: expected {entry['unknown']}, got {unknown}")
    return "\n".join(lines)


@pytest.mark.parametrize("entry", PROMPTS, ids=[entry["prompt"] for entry in PROMPTS])
def test_frozen_prompt(entry: Mapping[str, Any], lexicon: Lexicon) -> None:
    wrong = difference(parse(entry["prompt"], lexicon), entry, lexicon)
    assert not wrong, f"{entry['prompt']!r}\n{wrong}"


# -- further wordings ---------------------------------------------------------------------------------------------


def brief(intent: Mapping[str, Any], lexicon: Lexicon) -> str:
    """Return an intent as one short line, the notation of wordings.txt."""
    if "band" in intent:
        band = intent["band"]
        gain = f" {band['gain_db']:+g} dB" if "gain_db" in band else ""
        quality = f" q {band['q']:.4g}" if "q" in band else ""
        return f"{band['type']} {band['freq_hz']:.5g}{gain}{quality}"
    if "setting" in intent:
        values = [f"{name}={value:.6g}" for name, value in sorted(intent.items()) if name != "setting"]
        return " ".join([intent["setting"], *values])
    if "order" in intent:
        return " < ".join(intent["order"])
    if "word" in intent:
        return f"{identity(intent['word'], lexicon)} x {intent['strength']:g}"
    kind, name = next(iter(intent.items()))
    return f"{kind} {identity(name, lexicon) if kind == 'cap' else name}"


def resolved(line: str, lexicon: Lexicon) -> str:
    """Return a line of that notation with words and caps by their identity in the lexicon."""
    if line.startswith("cap "):
        return f"cap {identity(line[4:], lexicon)}"
    name, times, strength = line.rpartition(" x ")
    return f"{identity(name, lexicon)}{times}{strength}" if times else line


WORDINGS = [
    tuple(line.split(" => "))
    for line in (Path(__file__).parent / "wordings.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("prompt", "expected"), WORDINGS, ids=[prompt for prompt, _ in WORDINGS])
def test_wording(prompt: str, expected: str, lexicon: Lexicon) -> None:
    parsed = parse(prompt.replace("\\n", "\n").replace("\\t", "\t"), lexicon)
    got = sorted(brief(intent.as_dict(), lexicon) for intent in parsed.intents)
    wanted = [] if expected == "nothing" else expected.split("; ")
    assert got == sorted(resolved(line, lexicon) for line in wanted)
    assert not parsed.unknown


@pytest.mark.parametrize(
    ("prompt", "unknown"),
    [
        ("300 LUFS", ["300 lufs"]),
        ("low shelf +3 dB at 100 Hz, 24 dB/oct", ["24 db/oct"]),
        ("vocals 2-4k", ["2-4k"]),
        ("steep", ["steep"]),
        ("🔥", ["🔥"]),  # an emoji is an ornament only beside words
        ("normalize to -1 dB", ["normalize", "-1 db"]),
        ("tilt +2 dB", ["tilt", "+2 db"]),
        ("quarter note delay", ["quarter note"]),  # no tempo
        ("don't boost 3 dB at 100 Hz", ["3 db", "100 hz"]),
        ("not more than 3 dB", ["3 db"]),
        ("44.1 kHz", ["44.1 khz"]),
        ("reduce the hiss by 6 dB", ["6 db"]),
        ("3 dB of compression", ["3 db"]),
        ("blorpy", ["blorpy"]),
    ],
)
def test_what_no_effect_can_do_is_unknown(prompt: str, unknown: list[str], lexicon: Lexicon) -> None:
    assert [word.text for word in parse(prompt, lexicon).unknown] == unknown


def test_an_unknown_word_keeps_its_degree_and_negation(lexicon: Lexicon) -> None:
    parsed = parse("not blorpy, slightly zanky", lexicon)
    assert [(word.text, word.strength) for word in parsed.unknown] == [("blorpy", -1.0), ("zanky", 0.5)]
    assert [parsed.prompt[slice(*word.span)] for word in parsed.unknown] == ["blorpy", "zanky"]


def test_the_engine_has_every_parameter_that_can_be_named() -> None:
    named = {
        (effect, name)
        for effects in PARAMETERS.values()
        for effect, name in effects.items()
        if effect != "chain"
    }
    named |= {(effect, name) for effect, names in DEFAULTS.items() for name in names.values()}
    engine = {(effect, parameter.name) for effect, kind in EFFECTS.items() for parameter in kind.parameters()}
    assert named <= engine


def test_later_statements_win(lexicon: Lexicon) -> None:
    assert [intent.as_dict() for intent in parse("very bright, a bit bright", lexicon)] == [
        {"word": "bright", "strength": 0.5}
    ]
    assert parse("20% wet reverb, reverb 30% wet", lexicon).intents[0].as_dict() == {
        "setting": "reverb",
        "mix": 0.3,
    }


def test_text_is_what_made_the_intent(lexicon: Lexicon) -> None:
    parsed = parse("please cut 3 dB at 300 Hz and make it a bit less boomy", lexicon)
    assert [intent.text for intent in parsed] == ["cut 3 dB at 300 Hz", "a bit less boomy"]
    assert [parsed.prompt[slice(*intent.span)] for intent in parsed] == [intent.text for intent in parsed]


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("revreb 30%", "revreb 30%"),
        ("slighlty brigther", "slighlty brigther"),
        ("comprssor 4:1", "comprssor 4:1"),
        ("warmmm", "warmmm"),
    ],
)
def test_a_slip_is_read_as_meant_and_reported_as_typed(prompt: str, text: str, lexicon: Lexicon) -> None:
    parsed = parse(prompt, lexicon)
    assert [intent.text for intent in parsed] == [text]
    assert not parsed.unknown


@pytest.mark.parametrize("word", ["horse", "blare", "dolor", "blorpy", "wram", "tehncial", "baker"])
def test_ordinary_far_and_short_words_are_not_corrected(word: str, lexicon: Lexicon) -> None:
    parsed = parse(word, lexicon)
    assert not parsed.intents
    assert [unknown.text for unknown in parsed.unknown] == [word]


def test_no_known_word_counts_as_a_slip(lexicon: Lexicon) -> None:
    for entry in PROMPTS:
        tokens = tokenise(entry["prompt"])
        assert correct_spelling(tokens, lexicon) == tokens


@pytest.mark.parametrize(
    ("slope_db", "qualities"),
    [
        (6, [0.7071]),
        (12, [0.7071]),
        (18, [0.5412, 1.3066]),
        (24, [0.5412, 1.3066]),
        (36, [0.5176, 0.7071, 1.9319]),
        (48, [0.5098, 0.6013, 0.9, 2.5629]),
    ],
)
def test_sections_of_a_slope_are_those_of_butterworth(slope_db: float, qualities: list[float]) -> None:
    assert section_qualities(slope_db) == qualities


@pytest.mark.parametrize("sections", range(1, 9))
def test_sections_in_a_row_fall_3_db_at_the_corner(sections: int) -> None:
    # At its corner a second-order low-pass has the gain Q, so the product of all must be 1/√2.
    assert math.prod(section_qualities(12.0 * sections)) == pytest.approx(math.sqrt(0.5), rel=1e-3)


@pytest.mark.parametrize("number", ["-14", "14", "− 14", "minus fourteen", "-14.0", "-14,0"])
@pytest.mark.parametrize(
    "wording", ["normalise to {} LUFS", "{} lufs", "master it at {} LUFS", "make it {} LUFS loud"]
)
def test_a_loudness_target_is_below_full_scale(wording: str, number: str, lexicon: Lexicon) -> None:
    parsed = parse(wording.format(number), lexicon)
    assert [intent.as_dict() for intent in parsed] == [{"setting": "chain", "loudness_lufs": -14.0}]
    assert not parsed.unknown


# -- properties: numbers in any wording ---------------------------------------------------------------------------

CUTS = (
    "cut",
    "dip",
    "reduce",
    "lower",
    "drop",
    "attenuate",
    "take out",
    "scoop out",
    "pull out",
    "remove",
    "tame",
)
BOOSTS = ("boost", "raise", "lift", "add", "increase", "push", "bump", "bring up", "enhance")
VERB_FIRST = (
    "{verb} {gain} at {freq}",
    "{verb} {gain} around {freq}",
    "{verb} by {gain} at {freq}",
    "{verb} {freq} by {gain}",
    "please {verb} about {gain} near {freq}",
    "at {freq} {verb} {gain}",
    "at {freq}, {verb} {gain}",
    "I would like to {verb} {gain} @ {freq}",
    "make it warm, then {verb} {gain} at {freq}",
    "{verb} {gain} at {freq} and add reverb",
)
NOUN = (
    "a {gain} {noun} at {freq}",
    "{noun} of {gain} at {freq}",
    "{gain} {noun} around {freq}",
    "slight {gain} {noun} at {freq}",
    "{freq} {noun} of {gain}",
)
SIGNED = (
    "{gain} at {freq}",
    "{gain} @ {freq}",
    "{freq} {gain}",
    "{freq}: {gain}",
    "{gain}@{freq}",
    "eq {gain} at {freq}",
    "warm, {gain} at {freq}",
    "{gain} around {freq} please",
)
gains = st.integers(1, 36).map(lambda halves: halves / 2)
freqs = st.sampled_from(
    (31.5, 50.0, 63.0, 80.0, 120.0, 250.0, 300.0, 440.0, 630.0, 1000.0, 1250.0, 2000.0, 3500.0, 12000.0)
)


@st.composite
def written_freq(draw: st.DrawFn, freq_hz: float) -> str:
    forms = [f"{freq_hz:g} Hz", f"{freq_hz:g}hz", f"{freq_hz:g} hertz"]
    if freq_hz >= 1000:
        forms += [
            f"{freq_hz / 1000:g} kHz",
            f"{freq_hz / 1000:g}k",
            f"{freq_hz / 1000:g}KHZ",
            f"{freq_hz:,.0f} Hz",
        ]
        forms += [f"{freq_hz / 1000:g} kHz".replace(".", ",")]
    return draw(st.sampled_from(forms))


@st.composite
def written_gain(draw: st.DrawFn, gain_db: float) -> str:
    forms = [f"{gain_db:g} dB", f"{gain_db:g}dB", f"{gain_db:g} decibels", f"{gain_db:g}db"]
    return draw(st.sampled_from([*forms, f"{gain_db:g} dB".replace(".", ",")]))


def assert_band(prompt: str, lexicon: Lexicon, freq_hz: float, gain_db: float) -> None:
    """Exactly this one peak is read, no setting, and nothing is left over."""
    parsed = parse(prompt, lexicon)
    numeric = [intent for intent in parsed.intents if isinstance(intent, BandIntent | SettingIntent)]
    assert len(numeric) == 1, prompt
    band = numeric[0]
    assert isinstance(band, BandIntent), prompt
    assert band.type == "peak" and band.freq_hz == pytest.approx(freq_hz), prompt
    assert band.gain_db == pytest.approx(gain_db), prompt
    assert not parsed.unknown, prompt


@settings(deadline=None)
@given(st.data())
def test_verb_gain_and_frequency_in_any_order(lexicon: Lexicon, data: st.DataObject) -> None:
    sign = data.draw(st.sampled_from((1, -1)))
    gain_db, freq_hz = data.draw(gains), data.draw(freqs)
    prompt = data.draw(st.sampled_from(VERB_FIRST)).format(
        verb=data.draw(st.sampled_from(BOOSTS if sign > 0 else CUTS)),
        gain=data.draw(written_gain(gain_db)),
        freq=data.draw(written_freq(freq_hz)),
    )
    assert_band(prompt, lexicon, freq_hz, sign * gain_db)


@settings(deadline=None)
@given(st.data())
def test_noun_of_gain_at_frequency(lexicon: Lexicon, data: st.DataObject) -> None:
    sign = data.draw(st.sampled_from((1, -1)))
    gain_db, freq_hz = data.draw(gains), data.draw(freqs)
    prompt = data.draw(st.sampled_from(NOUN)).format(
        noun=data.draw(
            st.sampled_from(("boost", "bump", "lift") if sign > 0 else ("cut", "dip", "scoop", "reduction"))
        ),
        gain=data.draw(written_gain(gain_db)),
        freq=data.draw(written_freq(freq_hz)),
    )
    assert_band(prompt, lexicon, freq_hz, sign * gain_db)


@settings(deadline=None)
@given(st.data())
def test_signed_gain_at_frequency(lexicon: Lexicon, data: st.DataObject) -> None:
    sign = data.draw(st.sampled_from(("+", "-", "−", "–", "plus ", "minus ")))
    gain_db, freq_hz = data.draw(gains), data.draw(freqs)
    prompt = data.draw(st.sampled_from(SIGNED)).format(
        gain=sign + data.draw(written_gain(gain_db)), freq=data.draw(written_freq(freq_hz))
    )
    expected_db = gain_db if sign in ("+", "plus ") else -gain_db
    assert_band(prompt, lexicon, freq_hz, expected_db)


@settings(deadline=None)
@given(st.data())
def test_a_list_of_bands_keeps_each_number_with_its_own(lexicon: Lexicon, data: st.DataObject) -> None:
    places = data.draw(st.lists(freqs, min_size=2, max_size=5, unique=True))
    signed = [data.draw(gains) * data.draw(st.sampled_from((1, -1))) for _ in places]
    template = data.draw(
        st.sampled_from(("{gain} dB at {freq} Hz", "{freq} Hz {gain} dB", "{gain}dB@{freq}Hz"))
    )
    separator = data.draw(st.sampled_from((", ", "; ", " and ", " then ", ",", ", and ", "\n")))
    prompt = separator.join(
        template.format(gain=f"{g:+g}", freq=f"{f:g}") for g, f in zip(signed, places, strict=True)
    )
    bands = [intent for intent in parse(prompt, lexicon).intents if isinstance(intent, BandIntent)]
    assert [(band.freq_hz, band.gain_db) for band in bands] == list(zip(places, signed, strict=True)), prompt


SETTINGS = (
    ("{n:g} s of reverb", "reverb", "rt60_s", 1, (0.3, 12)),
    ("reverb {n:g} seconds", "reverb", "rt60_s", 1, (0.3, 12)),
    ("decay {n:g}s", "reverb", "rt60_s", 1, (0.3, 12)),
    ("{n:g} ms pre-delay", "reverb", "pre_delay_ms", 1, (1, 200)),
    ("reverb with a predelay of {n:g}ms", "reverb", "pre_delay_ms", 1, (1, 200)),
    ("{n:g}% wet", "chain", "mix", 0.01, (1, 100)),
    ("reverb, {n:g} percent wet", "reverb", "mix", 0.01, (1, 100)),
    ("{n:g} % reverb", "reverb", "mix", 0.01, (1, 100)),
    ("delay of {n:g} ms", "delay", "time_s", 0.001, (20, 900)),
    ("{n:g} ms echo", "delay", "time_s", 0.001, (20, 900)),
    ("delay feedback {n:g}%", "delay", "feedback", 0.01, (1, 90)),
    ("compress {n:g}:1", "compressor", "ratio", 1, (2, 20)),
    ("compression with a ratio of {n:g} to 1", "compressor", "ratio", 1, (2, 20)),
    ("compressor, threshold -{n:g} dB", "compressor", "threshold_db", -1, (3, 60)),
    ("attack {n:g} ms", "compressor", "attack_ms", 1, (1, 200)),
    ("{n:g} ms release", "compressor", "release_ms", 1, (1, 900)),
    ("gate at -{n:g} dB", "noise_gate", "threshold_db", -1, (10, 80)),
    ("limit to -{n:g} dB", "limiter", "ceiling_db", -1, (0.5, 12)),
    ("drive {n:g} dB", "distortion", "drive_db", 1, (1, 40)),
    ("tremolo at {n:g} Hz", "tremolo", "rate_hz", 1, (0.5, 20)),
    ("chorus rate {n:g} hz", "chorus", "rate_hz", 1, (0.5, 10)),
    ("phaser {n:g}Hz", "phaser", "rate_hz", 1, (0.5, 10)),
    ("width {n:g}%", "stereo_width", "width", 0.01, (1, 200)),
    ("pitch down {n:g} semitones", "pitch", "semitones", -1, (1, 24)),
    ("transpose up {n:g} st", "pitch", "semitones", 1, (1, 24)),
    ("detune by {n:g} cents", "pitch", "semitones", 0.01, (1, 90)),
    ("{n:g} bit", "bitcrush", "bits", 1, (2, 16)),
    ("{n:g} dB louder", "gain", "gain_db", 1, (0.5, 20)),
    ("turn it down by {n:g} dB", "gain", "gain_db", -1, (0.5, 20)),
    ("formants up {n:g} semitones", "pitch", "formant_semitones", 1, (1, 12)),
)


@pytest.mark.parametrize("template", SETTINGS, ids=[template[0] for template in SETTINGS])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_setting_takes_exactly_its_number(
    template: tuple[str, str, str, float, tuple[float, float]], lexicon: Lexicon, data: st.DataObject
) -> None:
    wording, effect, parameter, scale, (low, high) = template
    number = data.draw(st.integers(math.ceil(2 * low), int(2 * high)).map(lambda halves: halves / 2))
    around = data.draw(
        st.sampled_from(("{}", "warm, {}", "{}, not too bright", "please give me {} now", "{} and no phaser"))
    )
    around = around.replace("phaser", "vinyl")
    prompt = around.format(wording.format(n=number))
    found = [intent for intent in parse(prompt, lexicon).intents if isinstance(intent, SettingIntent)]
    assert [(intent.effect, list(intent.parameters)) for intent in found] == [(effect, [parameter])], prompt
    assert found[0].parameters[parameter] == pytest.approx(number * scale), prompt
    assert not [intent for intent in parse(prompt, lexicon).intents if isinstance(intent, BandIntent)]


@settings(deadline=None)
@given(st.data())
def test_values_in_step_go_to_their_places(lexicon: Lexicon, data: st.DataObject) -> None:
    places = data.draw(st.lists(freqs, min_size=2, max_size=5, unique=True))
    values = [data.draw(gains) for _ in places]
    listed = [
        ", ".join(parts[:-1]) + " and " + parts[-1]
        for parts in (
            [f"{f:g} Hz" for f in places],
            [f"{g:g} dB" for g in values],
        )
    ]
    verb, sign = data.draw(st.sampled_from((("boost", 1), ("cut", -1))))
    prompt = f"{verb} {listed[0]} by {listed[1]}{data.draw(st.sampled_from(('', ' respectively')))}"
    parsed = parse(prompt, lexicon)
    bands = [intent for intent in parsed.intents if isinstance(intent, BandIntent)]
    assert [(band.freq_hz, band.gain_db) for band in bands] == [
        (f, sign * g) for f, g in zip(places, values, strict=True)
    ], prompt
    assert len(bands) == len(parsed.intents) and not parsed.unknown


PROTECTING = (
    "don't touch {}", "leave {} alone", "keep {} as it is", "without changing {}", "leave {} untouched",
    "do not alter {}", "keep {} the same",
)  # fmt: skip


@pytest.mark.parametrize("wording", PROTECTING)
@pytest.mark.parametrize(
    "thing", ["the low end", "the vocals", "the reverb", "the highs or the mids", "everything above 8 kHz"]
)
@pytest.mark.parametrize("frame", ["{}", "{}, cut 3 dB at 300 Hz", "cut 3 dB at 300 Hz but {}"])
def test_what_is_left_alone_asks_for_nothing(wording: str, thing: str, frame: str, lexicon: Lexicon) -> None:
    parsed = parse(frame.format(wording.format(thing)), lexicon)
    asked = [{"band": {"type": "peak", "freq_hz": 300.0, "gain_db": -3.0}}] if "cut" in frame else []
    assert [intent.as_dict() for intent in parsed] == asked
    assert not parsed.unknown


# -- properties: any input ----------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_no_text_raises(lexicon: Lexicon, prompt: str) -> None:
    check_places(parse(prompt, lexicon))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_mixture_of_words_raises(lexicon: Lexicon, data: st.DataObject) -> None:
    words = data.draw(st.lists(st.sampled_from(WORDS), max_size=14))
    check_places(parse(data.draw(st.sampled_from((" ", "", ", "))).join(words), lexicon))


ODD_WORDS = {
    "½", "1/0", "9" * 400, "--", "+", ":", "🔥", "\n", "'s", "%", "to", "between", "1/4", "half", "a", "of", "dotted",
}  # fmt: skip
WORDS = sorted({word for entry in PROMPTS for word in entry["prompt"].split()} | ODD_WORDS)


def check_places(parsed: Parse) -> None:
    """Every intent and unknown word lies inside the prompt, and every number is finite."""
    for part in (*parsed.intents, *parsed.unknown):
        start, end = part.span
        assert 0 <= start < end <= len(parsed.prompt)
    for intent in parsed.intents:
        if isinstance(intent, SettingIntent):
            assert all(math.isfinite(value) for value in intent.parameters.values())
    starts = [intent.span for intent in parsed.intents]
    assert starts == sorted(starts)


@settings(deadline=None)
@given(
    number=st.integers(3000, 9999),
    word=st.sampled_from(("warm", "bright", "cathedral", "punchy", "telephone")),
)
def test_a_number_that_means_nothing_is_reported_and_changes_nothing(
    lexicon: Lexicon, number: int, word: str
) -> None:
    parsed = parse(f"{word} {number} parsecs", lexicon)
    assert [intent.as_dict() for intent in parsed.intents] == [
        intent.as_dict() for intent in parse(word, lexicon).intents
    ]
    assert [unknown.text for unknown in parsed.unknown] == [str(number), "parsecs"]


def calls_in(prompt: str, lexicon: Lexicon) -> int:
    """Count the calls that a parse makes, a measure of its work that does not depend on the machine."""
    count = 0

    def profile(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(profile)
    try:
        parse(prompt, lexicon)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "piece",
    [
        "warm ", "very ", "a ", "- ", "300 ", "not warm, ", "20% wet, ", "reverb 2 s, ", "3 dB at 300 Hz ",
        "one hundred ", "1/4 delay at ", "cut 100, ", "don't touch ", "leave ", "roll ", "hp/lp ", "( ",
        "attack fast ", "1) ", "blorpy ",
    ],
)  # fmt: skip
def test_work_grows_no_faster_than_the_prompt(piece: str, lexicon: Lexicon) -> None:
    parse(piece, lexicon)  # fills the lexicon's cache
    once, twice = (calls_in(piece * (length // len(piece)), lexicon) for length in (1500, 3000))
    assert twice < 2.4 * once


def test_same_prompt_same_parse(lexicon: Lexicon) -> None:
    for entry in PROMPTS[::20]:
        assert parse(entry["prompt"], lexicon) == parse(entry["prompt"], lexicon)
