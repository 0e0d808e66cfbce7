"""Which descriptors are alike or contrary, and which spellings say the opposite."""

from types import SimpleNamespace

import pytest

from muze_fx.words.kinship import Kinship, opposed, poles_apart

TILT = (-4.0, -3.0, -2.0, -1.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0)


def descriptor(name, curve=None, effects=None, opposite_of=None, synonyms=()):
    return SimpleNamespace(
        name=name,
        synonyms=synonyms,
        effects=effects or {},
        opposite_of=opposite_of,
        effective_curve=lambda: curve,
    )


def scaled(factor):
    return tuple(factor * gain_db for gain_db in TILT)


def room(name, rt60_s, **more):
    return descriptor(name, effects={"reverb": {"rt60_s": rt60_s}, **more})


def relation(kin, first, second):
    a, b = kin.names.index(first), kin.names.index(second)
    assert kin.alike[a, b] == kin.alike[b, a] and kin.contrary[a, b] == kin.contrary[b, a]
    return {(1, 0): "alike", (0, 1): "contrary", (0, 0): "neither"}[kin.alike[a, b], kin.contrary[a, b]]


def test_pronounced_curves_are_compared_by_shape():
    kin = Kinship.of(
        [
            descriptor("bright", TILT),
            descriptor("crisp", scaled(0.6)),
            descriptor("dark", scaled(-1), opposite_of="bright"),
            descriptor("dull", scaled(-0.5)),
            descriptor("faint tilt", scaled(-0.1)),
            descriptor("boxy", (-2.0, -2.0, 0.0, 3.0, 4.0, 4.0, 3.0, 0.0, -2.0, -2.0)),
        ]
    )
    assert relation(kin, "bright", "crisp") == "alike"
    assert relation(kin, "bright", "dark") == "contrary"
    assert relation(kin, "bright", "dull") == "contrary"
    assert relation(kin, "bright", "boxy") == "neither"
    assert relation(kin, "bright", "faint tilt") == "neither"
    assert kin.antonyms.sum() == 2 and kin.alike.diagonal().all()


def test_rooms_are_compared_by_their_length():
    kin = Kinship.of(
        [
            room("cathedral", 6.0),
            room("basilica", 5.0),
            room("bathroom", 0.7),
            room("dub", 4.0, delay={"time_s": 0.4}, distortion={"drive_db": 3}),
            descriptor("dry"),
        ]
    )
    assert relation(kin, "cathedral", "basilica") == "alike"
    assert relation(kin, "cathedral", "bathroom") == "neither"
    assert relation(kin, "cathedral", "dub") == "neither"
    assert relation(kin, "cathedral", "dry") == "neither"


def test_inflections_count_once_and_names_come_first():
    kin = Kinship.of(
        [
            descriptor("Muffled", synonyms=("muffle", "muffling", "in a muffle", "foggy", "Foggy")),
            descriptor("clear"),
        ]
    )
    assert kin.groups == (("muffled", "in a muffle", "foggy"), ("clear",))
    assert kin.forms == ("muffled", "in a muffle", "foggy", "clear")
    assert kin.owners.tolist() == [0, 0, 0, 1]


def test_an_empty_lexicon():
    assert Kinship.of([]).forms == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("forgiving", "unforgiving"),
        ("intolerable", "tolerable"),
        ("weightless", "hefty"),
        ("not shiny", "glossy"),
        ("without bass", "bass"),
        ("de-stressed", "stressed"),
        ("higher formants", "lower formants"),
        ("pitched up", "pitched down"),
        ("light hearted", "heavy-hearted"),
    ],
)
def test_opposite_spellings(first, second):
    assert opposed(first, second) and opposed(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("shiny", "glossy"),
        ("unbroken", "unwashed"),
        ("weightless", "bodyless"),
        ("intimate", "in a small room"),
        ("unit", "module"),
        ("dense", "dark"),
        ("inside a barrel", "barrel"),
    ],
)
def test_spellings_that_are_not_opposite(first, second):
    assert not opposed(first, second) and not opposed(second, first)


def test_poles():
    assert poles_apart("Octave up", "octave-down")
    assert not poles_apart("octave up", "an octave higher")
