from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from muze_fx.grammar import BandIntent, Parse, SettingIntent, parse
from muze_fx.lexicon import Lexicon

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


def only_band(prompt: str, lexicon: Lexicon) -> tuple[str, float, float | None]:
    bands = [intent for intent in parse(prompt, lexicon).intents if isinstance(intent, BandIntent)]
    others = [intent for intent in parse(prompt, lexicon).intents if isinstance(intent, SettingIntent)]
    assert len(bands) == 1 and not others, prompt
    assert not parse(prompt, lexicon).unknown, prompt
    return bands[0].type, bands[0].freq_hz, bands[0].gain_db


@given(st.data())
def test_verb_gain_and_frequency_in_any_order(lexicon: Lexicon, data: st.DataObject) -> None:
    sign = data.draw(st.sampled_from((1, -1)))
    gain_db, freq_hz = data.draw(gains), data.draw(freqs)
    prompt = data.draw(st.sampled_from(VERB_FIRST)).format(
        verb=data.draw(st.sampled_from(BOOSTS if sign > 0 else CUTS)),
        gain=data.draw(written_gain(gain_db)),
        freq=data.draw(written_freq(freq_hz)),
    )
    kind, found_hz, found_db = only_band(prompt, lexicon)
    assert (kind, found_hz, found_db) == ("peak", pytest.approx(freq_hz), pytest.approx(sign * gain_db)), (
        prompt
    )


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
    assert only_band(prompt, lexicon) == ("peak", pytest.approx(freq_hz), pytest.approx(sign * gain_db)), (
        prompt
    )


@given(st.data())
def test_signed_gain_at_frequency(lexicon: Lexicon, data: st.DataObject) -> None:
    sign = data.draw(st.sampled_from(("+", "-", "−", "–", "plus ", "minus ")))
    gain_db, freq_hz = data.draw(gains), data.draw(freqs)
    prompt = data.draw(st.sampled_from(SIGNED)).format(
        gain=sign + data.draw(written_gain(gain_db)), freq=data.draw(written_freq(freq_hz))
    )
    expected_db = gain_db if sign in ("+", "plus ") else -gain_db
    assert only_band(prompt, lexicon) == ("peak", pytest.approx(freq_hz), pytest.approx(expected_db)), prompt


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
    settings = [intent for intent in parse(prompt, lexicon).intents if isinstance(intent, SettingIntent)]
    assert [(s.effect, dict(s.parameters)) for s in settings] == [
        (effect, {parameter: pytest.approx(number * scale)})
    ], prompt
    assert not [intent for intent in parse(prompt, lexicon).intents if isinstance(intent, BandIntent)]


# -- properties: any input ----------------------------------------------------------------------------------------


@settings(max_examples=300)
@given(st.text(max_size=80))
def test_no_text_raises(lexicon: Lexicon, prompt: str) -> None:
    check_places(parse(prompt, lexicon))


@settings(max_examples=300)
@given(st.data())
def test_no_mixture_of_words_raises(lexicon: Lexicon, data: st.DataObject) -> None:
    words = data.draw(st.lists(st.sampled_from(WORDS), max_size=14))
    check_places(parse(data.draw(st.sampled_from((" ", "", ", "))).join(words), lexicon))


WORDS = tuple(sorted({word for entry in PROMPTS for word in entry["prompt"].split()})) + (
    "½", "1/0", "9" * 400, "--", "+", ":", "🔥", "\n", "'s", "%", "to", "between", "1/4", "half", "a", "of", "dotted",
)  # fmt: skip


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


@given(
    number=st.integers(2, 9999), word=st.sampled_from(("warm", "bright", "cathedral", "punchy", "telephone"))
)
def test_a_number_that_means_nothing_is_reported_and_changes_nothing(
    lexicon: Lexicon, number: int, word: str
) -> None:
    parsed = parse(f"{word} {number} LUFS", lexicon)
    assert [intent.as_dict() for intent in parsed.intents] == [
        intent.as_dict() for intent in parse(word, lexicon).intents
    ]
    assert [unknown.text for unknown in parsed.unknown] == [f"{number} lufs"]


def test_same_prompt_same_parse(lexicon: Lexicon) -> None:
    for entry in PROMPTS[::20]:
        assert parse(entry["prompt"], lexicon) == parse(entry["prompt"], lexicon)
