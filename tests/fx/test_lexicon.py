"""The written lexicon: its data, the forms that find it, and what it says when an entry is wrong."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from muze_fx.effects import EFFECTS
from muze_fx.words import inflect
from muze_fx.words.lexicon import BANDS_HZ, KINDS, MAX_GAIN_DB, Lexicon
from muzecli.errors import ConfigError, ExitCode
from muzecli.resources import presets_dir

LEXICON = Lexicon.load()


def name_of(text: str) -> str | None:
    match = LEXICON.find(text)
    return None if match is None else match.descriptor.name


# ---- the data ----


def test_every_descriptor_is_valid_and_counted() -> None:
    LEXICON.validate({name: [p.name for p in effect.parameters()] for name, effect in EFFECTS.items()})
    assert len(LEXICON) == 478
    assert len(LEXICON.forms) > 6000
    assert {descriptor.kind for descriptor in LEXICON} == set(KINDS)


def test_every_setting_is_within_the_range_of_its_effect() -> None:
    for descriptor in LEXICON:
        for effect, settings in descriptor.effects.items():
            EFFECTS[effect].from_dict(settings)


def test_every_file_opens_with_the_command_that_uses_it() -> None:
    paths = sorted((presets_dir() / "lexicon").glob("*.yaml"))
    assert len(paths) == 12
    for path in paths:
        command = re.match(r'# muze fx apply in\.wav "([^"]+)"\n', path.read_text(encoding="utf-8"))
        assert command is not None, path.name
        assert any(LEXICON.find(word) for word in command[1].split()), path.name


def test_opposites_are_exact_mirrors() -> None:
    opposites = [descriptor for descriptor in LEXICON if descriptor.opposite_of is not None]
    assert len(opposites) == 47
    for opposite in opposites:
        assert opposite.opposite_of is not None and opposite.curve_db is None
        base = LEXICON[opposite.opposite_of]
        curve, mirrored = base.effective_curve(), opposite.effective_curve()
        assert curve is not None and mirrored is not None
        assert [a + b for a, b in zip(curve, mirrored, strict=True)] == [0.0] * len(BANDS_HZ)
        assert opposite.name in LEXICON.antonyms(base.name)
        assert LEXICON.antonyms(opposite.name) == (base.name,)


@pytest.mark.parametrize(
    ("word", "antonym"),
    [
        ("warm", "cold"),
        ("bright", "dark"),
        ("clear", "muffled"),
        ("crisp", "dull"),
        ("harsh", "smooth"),
        ("heavy", "light"),
        ("hard", "soft"),
        ("thick", "thin"),
        ("energetic", "calm"),
        ("happy", "sad"),
        ("big", "small"),
        ("deep", "shallow"),
        ("loud", "quiet"),
        ("wide", "narrow"),
        ("wet", "dry"),
        ("near", "far"),
        ("tense", "relaxing"),
    ],
)
def test_antonyms_pull_apart(word: str, antonym: str) -> None:
    one, other = LEXICON.find(word), LEXICON.find(antonym)
    assert one is not None and other is not None
    curve, against = one.descriptor.effective_curve(), other.descriptor.effective_curve()
    assert curve is not None and against is not None
    mean, mean_against = sum(curve) / len(curve), sum(against) / len(against)
    assert sum((a - mean) * (b - mean_against) for a, b in zip(curve, against, strict=True)) < 0


def test_curves_are_bounded_and_smooth() -> None:
    for descriptor in LEXICON:
        curve = descriptor.effective_curve()
        if curve is None:
            continue
        assert max(map(abs, curve)) <= MAX_GAIN_DB
        jumps = [abs(b - a) for a, b in pairwise(curve)]
        limit_db = 9.0 if descriptor.kind == "medium" else 5.0
        assert max(jumps) <= limit_db, descriptor.name
        assert max(curve) > min(curve), descriptor.name


def test_only_names_of_effects_have_no_curve() -> None:
    bare = {descriptor.name for descriptor in LEXICON if descriptor.effective_curve() is None}
    assert {LEXICON[name].kind for name in bare} <= {"effect", "space"}
    assert len(bare) < 15


def test_strengths_are_those_listeners_draw() -> None:
    spans: dict[str, list[float]] = {"timbre": [], "mood": [], "level": []}
    for descriptor in LEXICON:
        curve = descriptor.effective_curve()
        if curve is not None and descriptor.kind in spans:
            spans[descriptor.kind].append(max(curve) - min(curve))
    median = {kind: sorted(values)[len(values) // 2] for kind, values in spans.items()}
    assert 6.5 <= median["timbre"] <= 10.0
    assert 2.0 <= median["mood"] <= 5.0
    assert 2.0 <= median["level"] <= 5.0


def test_words_of_level_change_level() -> None:
    for word, sign in (("loud", 1), ("energetic", 1), ("quiet", -1), ("soft", -1), ("calm", -1)):
        assert sign * float(LEXICON[word].effects["gain"]["gain_db"]) > 0, word


def test_reverberation_follows_the_place() -> None:
    places = ("closet", "bedroom", "bathroom", "studio room", "concert hall", "church", "cathedral", "cavern")
    seconds = [float(LEXICON[place].effects["reverb"]["rt60_s"]) for place in places]
    assert seconds == sorted(seconds) and len(set(seconds)) == len(seconds)
    wet = [
        float(LEXICON[place].effects["reverb"]["mix"])
        for place in ("outdoors", "bedroom", "church", "cavern")
    ]
    assert wet == sorted(wet)
    assert float(LEXICON["intimate"].effects["reverb"]["rt60_s"]) < float(
        LEXICON["distant"].effects["reverb"]["rt60_s"]
    )
    for mood in ("haunting", "dreamy", "epic", "ethereal", "mysterious"):
        assert float(LEXICON[mood].effects["reverb"]["rt60_s"]) > 2.0, mood


def test_only_media_and_eras_have_filters() -> None:
    filtered = [d for d in LEXICON if d.high_pass_hz or d.low_pass_hz]
    assert {d.kind for d in filtered} <= {"medium", "era", "place"}
    for d in filtered:
        assert (d.high_pass_hz or 20.0) < (d.low_pass_hz or 20000.0)


# ---- finding ----


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("warmer", "warm"),
        ("WARMTH", "warm"),
        ("warm-sounding", "warm"),
        ("brighten", "bright"),
        ("brightened", "bright"),
        ("brightening", "bright"),
        ("brightness", "bright"),
        ("brightish", "bright"),
        ("bigger", "big"),
        ("biggest", "big"),
        ("larger", "big"),
        ("widen", "wide"),
        ("wider", "wide"),
        ("muddiness", "muddy"),
        ("muddier", "muddy"),
        ("punchier", "punchy"),
        ("punchiest", "punchy"),
        ("boominess", "boomy"),
        ("smoothly", "smooth"),
        ("heavier", "heavy"),
        ("gently", "gentle"),
        ("gloomily", "gloomy"),
        ("deepening", "deep"),
        ("softened", "soft"),
        ("sparkles", "sparkling"),
        ("distorted", "distortion"),
        ("distorting", "distortion"),
        ("compressed", "compression"),
        ("phased", "phaser"),
        ("echoing", "echoey"),
        ("resonance", "resonant"),
        ("plasticky", "plastic"),
        ("trebly", "treble"),
        ("bassy", "bass"),
        ("basses", "bass"),
        ("cathedral-like", "cathedral"),
        ("dub-style", "dub"),
        ("lofi", "lo-fi"),
        ("lo fi", "lo-fi"),
        ("Lo–Fi", "lo-fi"),
        ("hifi", "hi-fi"),
        ("walkie talkie", "walkie-talkie"),
        ("8bit", "8-bit"),
        ("under-water", "underwater"),
        ("colourful", "lively"),
        ("colorful", "lively"),
        ("theater", "theatre"),
        ("hypnotising", "hypnotic"),
        ("hypnotizing", "hypnotic"),
        ("gray", "dull"),
        ("grey", "dull"),
        ("cozy", "warm"),
        ("cosy", "warm"),
        ("equaliser", "eq"),
        ("1970s", "1970s"),
        ("70s", "1970s"),
        ("'70s", "1970s"),
        ("’70s", "1970s"),
        ("1970's", "1970s"),
        ("seventies", "1970s"),
        ("the 70s", "1970s"),
        ("1973", "1970s"),
        ("2010s", "2010s"),
        ("twenties", "1920s"),
    ],
)
def test_forms_are_found(text: str, name: str) -> None:
    match = LEXICON.find(text)
    assert match is not None and match.descriptor.name == name
    assert match.sign == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("un-muddy", "muddy"),
        ("unclear", "clear"),
        ("undistorted", "distortion"),
        ("uncompressed", "compression"),
        ("de-boom", "boomy"),
        ("de-mud", "muddy"),
        ("bassless", "bass"),
        ("hiss-free", "hissy"),
        ("non-metallic", "metallic"),
    ],
)
def test_negations_turn_the_sign(text: str, name: str) -> None:
    match = LEXICON.find(text)
    assert match is not None and match.descriptor.name == name
    assert match.sign == -1


def test_a_negation_with_a_meaning_of_its_own_is_not_a_negation() -> None:
    for word in ("lifeless", "restless", "airless", "de-ess"):
        match = LEXICON.find(word)
        assert match is not None
        assert match.sign == (-1 if word == "airless" else 1), word


ORDINARY = """
    the a an and or of to in on at with without for from by into it its this that these those my your our
    make makes making made give gives take takes put puts add adds use set sets get gets go goes do does did done
    is are was were be been being has have had can could will would should may might must please thanks hello hey
    track tracks song songs music sound sounds sounding mix mixes recording recordings record records recorded
    file audio voice voices vocal vocals guitar guitars piano drum drums violin instrument instruments
    king ring thing things sing singing bring during string nothing something anything
    more less much many some any every very quite too just only also even still not no yes like as than then
    hardly barely really nearly shortly lately mostly daily family early
    delight design delivery deliver under until union unit number matter matters supply sorry mister mother master
    term terms hour hours our four sour's door floor their there where here when what who why how
    level levels volume gain db hertz ratio release mixes signal signals
    carry marry hurry's car's listen often lesson garden chicken children's kitchen's happen
    water's user users people person time times day's year years week part parts half whole bit bits cut cuts
    quality character tone tones note notes chord chords tempo beat beats bpm tune melody verse intro outro
    up down left right over out off back again around about through well need needs want wants try keep
    better's podcast speech lecture interview band album studio's kind sort lot lots little's
"""


def test_ordinary_words_mean_nothing() -> None:
    words = [word for word in ORDINARY.split() if "'" not in word]
    assert {word: name_of(word) for word in words if name_of(word) is not None} == {}


def test_an_article_does_not_join_its_noun() -> None:
    assert name_of("alive") == "lively"
    assert name_of("a live") is None
    assert name_of("") is None
    assert name_of("?!") is None


SPEC_PROMPTS = {
    "in a cathedral": ["cathedral"],
    "intimate bedroom recording": ["intimate", "bedroom"],
    "wide stereo field with ambient space": ["wide stereo", "ambient", "space"],
    "concert hall acoustics": ["concert hall"],
    "outdoor natural reverb": ["outdoor", "natural", "reverb"],
    "warm analog tape saturation": ["warm", "analog", "tape", "saturation"],
    "vintage 1970s sound": ["vintage", "1970s"],
    "tube amplifier warmth": ["tube amplifier", "warmth"],
    "crystal clear digital quality": ["crystal clear", "digital"],
    "lo-fi vintage sound": ["lo-fi", "vintage"],
    "brighter with crisp highs": ["brighter", "crisp", "highs"],
    "bass-heavy and punchy": ["bass-heavy", "punchy"],
    "enhance vocal presence": ["vocal presence"],
    "boost midrange clarity": ["midrange", "clarity"],
    "gentle compression for smoothness": ["gentle", "compression", "smoothness"],
    "heavy compression for punch": ["heavy", "compression", "punch"],
    "vintage opto compressor sound": ["vintage", "opto compressor"],
    "small studio": ["small studio"],
}


@pytest.mark.parametrize("prompt", SPEC_PROMPTS)
def test_key_words_of_promised_prompts_are_known(prompt: str) -> None:
    for word in SPEC_PROMPTS[prompt]:
        assert word in prompt
        assert LEXICON.find(word) is not None, word


def test_phrases_come_longest_first_and_are_found() -> None:
    counts = [phrase.count(" ") for phrase in LEXICON.phrases]
    assert counts == sorted(counts, reverse=True)
    assert LEXICON.max_words == counts[0] + 1
    assert "concert hall" in LEXICON.phrases and "lo fi" in LEXICON.phrases
    assert all(LEXICON.find(phrase) is not None for phrase in LEXICON.phrases)


def test_every_stored_form_finds_its_own_descriptor() -> None:
    for form, name in LEXICON.forms.items():
        match = LEXICON.find(form)
        assert match is not None and (match.descriptor.name, match.sign, match.form) == (name, 1, form)


def test_no_word_is_written_twice() -> None:
    written = Counter(inflect.normalise(word) for d in LEXICON for word in (d.name, *d.synonyms))
    assert [word for word, times in written.items() if times > 1] == []


# ---- a wrong lexicon ----

GOOD = """\
schema: muze.lexicon/1
descriptors:

  warm:
    kind: timbre
    curve_db: [3, 4, 4, 3, 2, 0, -1, -3, -4, -4]
    synonyms: [toasty]
    note: body
  cold: {kind: timbre, opposite_of: warm, note: mirror}
"""


def load(folder: Path, text: str) -> Lexicon:
    (folder / "words.yaml").write_text(text, encoding="utf-8")
    lexicon = Lexicon.load(folder)
    lexicon.validate()
    return lexicon


def test_a_small_lexicon_loads(tmp_path: Path) -> None:
    lexicon = load(tmp_path, GOOD)
    assert lexicon.names == ("warm", "cold")
    assert "cold" in lexicon and "toasty" not in lexicon
    assert lexicon["cold"].effective_curve() == (-3, -4, -4, -3, -2, 0, 1, 3, 4, 4)
    assert lexicon.antonyms("warm") == ("cold",)
    with pytest.raises(KeyError):
        lexicon["toasty"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "note: body",
            "note: body\n    colour: red",
            r"words\.yaml: 'warm', colour: unknown key, known are kind",
        ),
        ("-4, -4]", "-4]", r"words\.yaml: 'warm', curve_db: must be 10 numbers in dB, found 9"),
        ("[3, 4", "[3, loud", r"'warm', curve_db: must be 10 numbers in dB, found 10"),
        ("[3, 4", "[3, 15.5", r"'warm', curve_db: must stay within ±15 dB, found 15\.5"),
        ("[3, 4", "[.nan, 4", r"'warm', curve_db: must stay within ±15 dB, found nan"),
        (
            "opposite_of: warm",
            "opposite_of: hot",
            r"'cold', opposite_of: must name a descriptor, 'hot' is none",
        ),
        (
            "opposite_of: warm",
            "opposite_of: cold",
            r"'cold', opposite_of: 'cold' is itself the opposite of 'cold'",
        ),
        (
            "mirror}",
            "mirror, curve_db: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}",
            r"'cold', curve_db: must be left out",
        ),
        (
            "note: body",
            "low_pass_hz: 900\n    note: body",
            r"'warm' must have a curve, and no filters, to mirror",
        ),
        (
            "note: body",
            "low_pass_hz: 5\n    note: body",
            r"'warm', low_pass_hz: must be a frequency of 20 to 20000",
        ),
        ("kind: timbre\n", "kind: mud\n", r"'warm', kind: must be one of timbre, .*, found 'mud'"),
        ("note: body", "note: ''", r"'warm', note: must say why in a line"),
        ("[toasty]", "[1970]", r"'warm', synonyms: must be a list of words"),
        (
            "[toasty]",
            "[cold]",
            r"a word must belong to one descriptor, but 'cold' is in 'warm' .* and in 'cold'",
        ),
        ("[toasty]", "\n      - toasty", r"'warm', synonyms: must be one list in brackets"),
        ("note: body", "effects: [tape]\n    note: body", r"'warm', effects: must map effects to settings"),
        (
            "note: body",
            "effects: {tape: 3}\n    note: body",
            r"'warm', effects: tape must map its parameters",
        ),
        ("  cold:", "  warm:", r"words\.yaml: 'warm': must be written once, words\.yaml has it too"),
        ("  cold:", "   cold:", r"words\.yaml: not valid YAML"),
        (
            "schema: muze.lexicon/1",
            "schema: muze.lexicon/2",
            r"schema must be 'muze\.lexicon/1', found 'muze\.lexicon/2'",
        ),
        ("descriptors:", "author: me\ndescriptors:", r"words\.yaml: unknown key 'author'"),
        ("{kind: timbre, opposite_of", "{kind: timbre, : [opposite_of", r"words\.yaml: not valid YAML"),
        (
            "cold: {kind: timbre, opposite_of: warm, note: mirror}",
            "cold: {kind: timbre, note: n}",
            r"must do something",
        ),
        (
            "cold: {kind: timbre, opposite_of: warm, note: mirror}",
            "cold: icy",
            r"'cold': must hold a mapping",
        ),
    ],
)
def test_errors_name_file_word_and_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(ConfigError, match=message) as caught:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert caught.value.exit_code == ExitCode.CONFIG
    assert caught.value.hint


def test_effects_are_checked_against_an_engine(tmp_path: Path) -> None:
    lexicon = load(tmp_path, GOOD.replace("note: body", "effects: {tape: {drive_db: 3}}\n    note: body"))
    lexicon.validate({"tape": ["drive_db"]})
    with pytest.raises(ConfigError, match=r"'warm', effects: the engine has no effect 'tape'"):
        lexicon.validate({"reverb": ["mix"]})
    with pytest.raises(ConfigError, match=r"'warm', effects: tape has no parameter 'drive_db'"):
        lexicon.validate({"tape": ["drive"]})


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="must hold YAML files"):
        Lexicon.load(tmp_path)
    (tmp_path / "empty.yaml").write_text("schema: muze.lexicon/1\ndescriptors:\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="descriptors must not be empty"):
        Lexicon.load(tmp_path)
