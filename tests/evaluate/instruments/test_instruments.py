"""The extractor, its listeners, and what is kept of what they tell."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from tests.evaluate.instruments.naming import Namer
from tests.scorers import register

from muze_evaluate.instruments import tables
from muze_evaluate.instruments.extractor import FIELD, Instruments
from muze_evaluate.instruments.listeners import NamesFamilies, find_listener, odds, probability_of
from muzecli.errors import UnavailableError
from muzecli.listening.heard import Finding, Heard
from muzecli.listening.options import DEFAULTS
from muzecli.plugin import Extractor
from muzecli.song.instruments import FAMILIES

HERE = "tests.evaluate.instruments.naming"
LEVELS = (0.2, 0.9, 0.1, 0.0, 1.0, 0.5, 0.3, 0.05)


def heard(*levels: float) -> Finding:
    samples = np.array([levels], np.float32)
    return Instruments().extract(Heard(samples=samples, rate_hz=8000))[FIELD]


def measured(monkeypatch: pytest.MonkeyPatch, **families: dict[str, float | bool]) -> None:
    """Pretend that the scorer was measured."""
    document = json.loads(tables.TABLES.read_text())
    document["measured"] = {Namer.sha256: {"families": families}}
    monkeypatch.setattr(tables, "_document", lambda: document)


def test_a_family_counts_from_its_threshold_on(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, namer=f"{HERE}:Namer")
    finding = heard(*LEVELS)
    assert list(finding.value) == list(FAMILIES)
    assert finding.value["drums"] == pytest.approx(0.5)
    for family, level in zip(FAMILIES, LEVELS, strict=True):
        assert (finding.value[family] >= 0.5) == (level >= 0.2)
        assert 0.0 <= finding.value[family] <= 1.0
    assert finding.method.startswith("scorer namer")
    assert finding.fallback is not None and "nobody has measured" in finding.fallback


def test_families_that_are_not_told_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, namer=f"{HERE}:Namer")
    measured(monkeypatch, drums={"kept": True}, bass={"kept": False}, winds={"kept": True})
    finding = heard(*LEVELS)
    assert list(finding.value) == ["drums", "winds"]
    assert finding.fallback is None
    measured(monkeypatch, drums={"kept": False})
    assert heard(*LEVELS).reason == "namer tells no family better than a guess by their frequency"


def test_any_scorer_tells_by_words_for_and_against(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, wordy=f"{HERE}:Wordy")
    loud, quiet, against = heard(0.5).value, heard(0.05).value, heard(-0.5).value
    assert loud["drums"] > quiet["drums"] > 0.5 > against["drums"]
    assert loud["bass"] == pytest.approx(0.5)


def test_thresholds_of_words_are_data(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, wordy=f"{HERE}:Wordy")
    plain = heard(0.05).value["drums"]
    measured(monkeypatch, drums={"kept": True, "threshold": odds(plain)})
    assert heard(0.05).value == {"drums": pytest.approx(0.5, abs=1e-4)}


def test_who_names_families_comes_before_who_has_words(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, a=f"{HERE}:Wordy", namer=f"{HERE}:Namer")
    assert find_listener("cpu").name == "namer"
    register(monkeypatch, a=f"{HERE}:Wordy", namer=f"{HERE}:AbsentNamer")
    assert find_listener("cpu").name == "a"


def test_a_damaged_model_is_passed_over_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, namer=f"{HERE}:DamagedNamer", wordy=f"{HERE}:Wordy")
    listener = find_listener("cpu")
    assert (listener.name, listener.passed_over) == (
        "wordy",
        ("namer: the weights of the namer are cut short",),
    )
    assert Instruments().depends_on(DEFAULTS)["passed_over"] == list(listener.passed_over)
    assert str(heard(0.5).fallback).startswith(
        "passed over namer: the weights of the namer are cut short; nobody"
    )
    register(monkeypatch, namer=f"{HERE}:AbsentNamer", wordy=f"{HERE}:Wordy")
    assert find_listener("cpu").passed_over == ()


def test_without_a_scorer_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, namer=f"{HERE}:AbsentNamer")
    with pytest.raises(UnavailableError, match="the weights of the namer are not here"):
        find_listener("cpu")
    assert "the weights of the namer are not here" in (heard(*LEVELS).reason or "")
    depends_on = Instruments().depends_on(DEFAULTS)
    assert depends_on["weights"] is None
    assert "the weights of the namer are not here" in depends_on["reason"]


def test_silence_has_no_instruments(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, namer=f"{HERE}:Namer")
    assert heard(0.0, 0.0).reason == "there is nothing to hear"


def test_what_decides_the_results_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, namer=f"{HERE}:Namer")
    depends_on = Instruments().depends_on(DEFAULTS)
    assert depends_on["identity"]["sha256"] == Namer.sha256
    assert depends_on["identity"]["thresholds"]["drums"] == 0.2
    assert depends_on["tables"] == tables.tables_sha256()
    json.dumps(depends_on)


def test_it_keeps_the_protocol() -> None:
    assert isinstance(Instruments(), Extractor)


def test_the_shipped_scorer_names_families() -> None:
    from muze_evaluate.clap.scorer import MuzeClap

    assert isinstance(MuzeClap(), NamesFamilies)


def test_every_family_has_words_for_and_against() -> None:
    assert tuple(tables.words()) == FAMILIES
    for said in tables.words().values():
        assert len(said.with_it) >= 2 and len(said.without) >= 2
        assert not set(said.with_it) & set(said.without)


@pytest.mark.parametrize("probability", [0.0, 0.01, 0.5, 0.9, 1.0])
def test_log_odds_and_back(probability: float) -> None:
    assert math.isfinite(odds(probability))
    assert probability_of(odds(probability)) == pytest.approx(probability, abs=1e-5)
