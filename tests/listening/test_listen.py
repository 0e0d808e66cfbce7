"""Letting extractors listen, and the keys of what they found."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from muzecli.errors import BugError, ConfigError, ExitCode, UnavailableError, UsageError
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.listening.listen import StageError, footing_of, keys_from, keys_of, listen, to_ask
from muzecli.listening.options import DEFAULTS, options_with
from muzecli.listening.order import in_order, names_given
from muzecli.listening.sidecars import sidecars_of

INPUTS = {"audio": "a", "file": "f", "sidecars": "s"}


class One:
    """An extractor that gives what it is told to."""

    def __init__(self, name, gives, needs=(), uses=(), *, find=None, cost=1.0, version="1", rests_on=None):
        self.name, self.gives, self.needs, self.uses = name, tuple(gives), tuple(needs), tuple(uses)
        self.cost_per_second, self.version, self._rests_on = cost, version, rests_on or {}
        self._find = find or (lambda heard: {field: Finding(f"{name}'s", "x") for field in self.gives})

    def depends_on(self, options):
        return self._rests_on

    def extract(self, heard):
        return self._find(heard)


def chain():
    return {
        "wave": One("wave", ["material.wave"], ["audio"], cost=0.1),
        "beats": One(
            "beats", ["tempo", "beat_positions"], ["material.wave"], ["material.chroma", "fact.tuning"]
        ),
        "chroma": One("chroma", ["material.chroma", "fact.tuning"], ["material.wave"], cost=0.2),
        "tags": One("tags", ["title"], ["file"], cost=0.01),
    }


def ordered(extractors, wanted=None):
    return [one.name for one in in_order(extractors, wanted)]


# ---- order ----


def test_each_comes_after_what_it_needs_and_uses_and_the_cheap_come_first():
    assert ordered(chain()) == ["tags", "wave", "chroma", "beats"]
    assert ordered(dict(reversed(chain().items()))) == ["tags", "wave", "chroma", "beats"]


def test_needs_come_along_and_uses_do_not():
    assert ordered(chain(), ["beats"]) == ["wave", "beats"]
    assert names_given(in_order(chain(), ["beats"])) == ["material.wave", "tempo", "beat_positions"]


def test_what_cannot_be_ordered_is_refused():
    with pytest.raises(UsageError, match="no extractor named 'beat'") as caught:
        in_order(chain(), ["beat"])
    assert caught.value.hint == "did you mean beats?"
    with pytest.raises(ConfigError, match="needs nothing, and no extractor gives it"):
        in_order({"x": One("x", ["y"], ["nothing"])})
    with pytest.raises(ConfigError, match="both give y"):
        in_order({"a": One("a", ["y"]), "b": One("b", ["y"])})
    with pytest.raises(ConfigError, match="wait for each other: a, b"):
        in_order({"a": One("a", ["x"], ["y"]), "b": One("b", ["y"], ["x"])})


# ---- listening ----


def test_findings_travel_and_materials_are_not_kept():
    seen, stages, told = [], [], {}
    extractors = chain()
    extractors["beats"]._find = lambda heard: (
        seen.append((heard.value("material.chroma"), heard.value("fact.tuning"), heard.reason("nothing"))),
        {"tempo": Finding(120.0, "x"), "beat_positions": absent("no beats")},
    )[1]
    found = listen(
        Heard(), in_order(extractors), on_stage=stages.append, on_found=lambda name, f: told.update({name: f})
    )
    assert seen == [("chroma's", "chroma's", "nobody looked for nothing")]
    assert stages == ["tags", "wave", "chroma", "beats"]
    assert set(found["chroma"]) == {"fact.tuning"}
    assert found["wave"] == {}
    assert told == found


def test_nobody_sees_what_they_did_not_ask_for():
    seen = []

    def look(heard):
        seen.append((set(heard.findings), heard.samples is None, heard.info is None))
        return {"x": absent("no")}

    extractors = chain()
    extractors["beats"]._find = lambda heard: (
        look(heard),
        {f: absent("no") for f in extractors["beats"].gives},
    )[1]
    extractors["sly"] = One("sly", ["x"], ["audio", "tempo"], find=look)
    listen(Heard(samples=np.zeros((1, 8), np.float32), rate_hz=8), in_order(extractors))
    assert seen == [
        ({"material.wave", "material.chroma", "fact.tuning"}, True, True),
        ({"tempo"}, False, True),
    ]


def test_what_is_known_is_not_asked_again_and_materials_only_when_wanted():
    order = in_order(chain())
    known = listen(Heard(), order)
    assert to_ask(order, known) == ()
    without = {name: found for name, found in known.items() if name != "beats"}
    assert [one.name for one in to_ask(order, without)] == ["wave", "chroma", "beats"]
    without = {name: found for name, found in known.items() if name != "tags"}
    assert [one.name for one in to_ask(order, without)] == ["tags"]
    assert listen(Heard(), order, known=known)["tags"] == known["tags"]


def test_a_value_is_the_same_whether_found_now_or_read_from_a_file():
    seen = []
    extractors = {
        "a": One("a", ["x"], find=lambda heard: {"x": Finding(((1, 2), np.float64(0.5)), "x")}),
        "b": One(
            "b", ["y"], ["x"], find=lambda heard: (seen.append(heard.value("x")), {"y": absent("no")})[1]
        ),
    }
    assert listen(Heard(), in_order(extractors))["a"]["x"].value == [[1, 2], 0.5] == seen[0]
    assert type(seen[0][1]) is float


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], np.int64(3), np.zeros(2), {1, 2}])
def test_values_that_no_file_could_hold_are_a_fault_of_the_extractor(value):
    one = One("odd", ["x"], find=lambda heard: {"x": Finding(value, "x")})
    with pytest.raises(StageError, match="odd: x must be a finite JSON value") as caught:
        listen(Heard(), [one])
    assert caught.value.exit_code == ExitCode.SOFTWARE


def test_whoever_says_nothing_of_a_field_is_told():
    with pytest.raises(StageError, match="quiet: it must say of x, y"):
        listen(Heard(), [One("quiet", ["x", "y"], find=lambda heard: {})])


def test_a_failure_names_its_stage_and_keeps_its_hint_and_code_across_processes():
    def fail(heard):
        raise UnavailableError("no model", hint="get one")

    with pytest.raises(StageError) as caught:
        listen(Heard(), [One("voice", ["x"], find=fail)])
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.stage, error.message, error.hint) == ("voice", "voice: no model", "get one")
    assert error.exit_code == ExitCode.UNAVAILABLE


@pytest.mark.parametrize(
    "error",
    [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9")],
)
def test_the_end_of_the_memory_is_no_fault_of_the_extractor(error):
    def fail(heard):
        raise error

    with pytest.raises(MemoryError, match="voice met the end of the memory"):
        listen(Heard(), [One("voice", ["x"], find=fail)])


# ---- keys ----


def changed(extractors, options=DEFAULTS, inputs=INPUTS):
    before = keys_of(in_order(chain()), DEFAULTS, INPUTS)
    after = keys_of(in_order(extractors), options, inputs)
    return {name for name in before if before[name] != after[name]}


def test_a_key_changes_with_all_that_the_result_rests_on_and_with_nothing_else():
    assert changed(chain()) == set()
    assert changed(chain(), inputs=INPUTS | {"file": "g"}) == {"tags"}
    assert changed(chain(), inputs=INPUTS | {"audio": "b"}) == {"wave", "chroma", "beats"}
    assert changed(chain(), options=options_with({"device": "cuda"})) == set()
    newer = chain()
    newer["chroma"].version = "2"
    assert changed(newer) == {"chroma", "beats"}
    resting = chain()
    resting["wave"]._rests_on = {"model": "m"}
    assert changed(resting) == {"wave", "chroma", "beats"}


def test_the_footing_of_a_run_gives_the_same_keys():
    order = in_order(chain())
    footing = pickle.loads(pickle.dumps(footing_of(order, DEFAULTS)))
    assert keys_from(footing, INPUTS) == keys_of(order, DEFAULTS, INPUTS)


# ---- findings ----


def test_a_finding_has_a_value_or_a_reason():
    with pytest.raises(BugError, match="either a value or the reason"):
        Finding(None)
    with pytest.raises(BugError, match="either a value or the reason"):
        Finding(1.0, "x", reason="no")
    with pytest.raises(BugError, match="by which method"):
        Finding(1.0)
    with pytest.raises(BugError, match="within 0…1"):
        Finding(1.0, "x", 1.5)
    with pytest.raises(BugError, match="must have `audio` among its needs"):
        _ = Heard(path=Path("a.wav")).audio


# ---- sidecars ----


def test_texts_of_the_same_stem_belong_to_a_file(tmp_path):
    for name in ("a.txt", "a.lrc", "a.ultrastar.txt", "ab.txt", "a.b.txt", "A.lrc", "a.TXT", "a.json"):
        (tmp_path / name).write_text("x")
    (tmp_path / "a.LRC").mkdir()
    found = [path.name for path in sidecars_of(tmp_path / "a.ogg")]
    assert found == ["a.lrc", "a.ultrastar.txt", "a.txt", "a.TXT"]
    assert [path.name for path in sidecars_of(tmp_path / "a.b.wav")] == ["a.b.txt"]
    assert sidecars_of(tmp_path / "none.wav") == ()
