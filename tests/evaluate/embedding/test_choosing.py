"""Which embedder a word means."""

from __future__ import annotations

import pytest
from tests.evaluate.embedding.test_of_scorer import ByWindows

from muze_evaluate.embedding import choosing
from muze_evaluate.embedding.choosing import check_name, chosen, embedder, names
from muze_evaluate.embedding.logmel import LogMel
from muze_evaluate.embedding.of_scorer import OfScorer
from muzecli.errors import InputMissingError, UnavailableError, UsageError
from muzecli.scoring import Choice


def test_names_are_those_of_ones_own_and_of_all_scorers() -> None:
    assert names()[:3] == ["auto", "logmel", "encodec"]
    assert {"clap", "muze-clap"} <= set(names())


def test_logmel_needs_nothing() -> None:
    assert isinstance(embedder("logmel", device="cpu"), LogMel)


def test_any_scorer_can_be_chosen_and_is_asked_for_on_the_device(monkeypatch) -> None:
    asked = []

    def scorer(name, *, device):
        asked.append((name, device))
        return Choice("toy", ByWindows(), {}, "it is here")

    monkeypatch.setattr(choosing, "chosen_scorer", scorer)
    found = chosen("auto", device="cpu")
    assert isinstance(found.embedder, OfScorer)
    assert (found.reason, found.embedder.device, asked) == ("it is here", "cpu", [("auto", "cpu")])


def test_an_unknown_name_is_refused_with_what_there_is() -> None:
    with pytest.raises(
        UsageError, match=r"--embedding must be one of auto, logmel, encodec, .*'logmal'"
    ) as error:
        check_name("logmal")
    assert error.value.hint == "did you mean logmel?"


def test_a_folder_that_is_not_there_is_missing(tmp_path) -> None:
    with pytest.raises(InputMissingError, match="nowhere is no folder"):
        check_name(str(tmp_path / "nowhere"))


def test_a_device_that_is_none_is_refused_before_anything_is_loaded() -> None:
    with pytest.raises(UsageError, match="--device must be"):
        chosen("logmel", device="abacus")
    with pytest.raises(UnavailableError, match="the device cuda:77 is not on this machine"):
        chosen("auto", device="cuda:77")
