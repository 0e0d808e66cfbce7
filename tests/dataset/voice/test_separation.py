"""Vocals come from whichever separator is registered, works, and has a stem of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from muze_dataset.extractors.separation import NONE_THERE, NOT_ASKED, Separation
from muzecli import entrypoints
from muzecli.errors import BugError
from muzecli.listening.heard import Finding, Heard
from muzecli.listening.options import options_with

CODE = """
import numpy as np
from muzecli.errors import UnavailableError

class Middle:
    name = "middle"
    stems = ("vocals", "accompaniment")

    def separate(self, samples, rate_hz, *, device):
        middle = np.broadcast_to(samples.mean(axis=0), samples.shape).astype(np.float32)
        return {"vocals": middle, "accompaniment": samples - middle}

class Drums(Middle):
    stems = ("drums",)

class Lacking(Middle):
    def separate(self, samples, rate_hz, *, device):
        raise UnavailableError("its weights are not here", hint="get them")

class Short(Middle):
    def separate(self, samples, rate_hz, *, device):
        return {"vocals": samples[:, 1:]}
"""

SAMPLES = np.random.default_rng(0).standard_normal((2, 4000)).astype(np.float32)
Install = Callable[[dict[str, str]], None]


@pytest.fixture
def install(
    plugin: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Install]:
    """Register separators of a toy plugin in this process."""

    def lay_out(entries: dict[str, str]) -> None:
        site = plugin("toysep", CODE, entries, registry="muze.separators")["PYTHONPATH"]
        monkeypatch.setattr(sys, "path", [site, *sys.path])
        entrypoints._scan.cache_clear()

    yield lay_out
    entrypoints._scan.cache_clear()
    for name in [name for name in sys.modules if name.startswith("toysep")]:
        del sys.modules[name]


def vocals(**options: Any) -> Finding:
    heard = Heard(samples=SAMPLES, rate_hz=8000, options=options_with(options))
    return Separation().extract(heard)["material.vocals"]


def test_nobody_asked(install: Install) -> None:
    install({"middle": "toysep.cli:Middle"})
    assert vocals().reason == NOT_ASKED
    assert Separation().depends_on(options_with({})) == {"separate_vocals": False}


def test_nobody_can() -> None:
    assert vocals(separate_vocals=True).reason == NONE_THERE


def test_a_registered_separator_is_asked(install: Install) -> None:
    install({"drums": "toysep.cli:Drums", "middle": "toysep.cli:Middle"})
    found = vocals(separate_vocals=True)
    assert found.method == "separated by middle" and found.fallback is None
    assert found.value.shape == SAMPLES.shape and found.value.dtype == np.float32
    np.testing.assert_allclose(found.value[0], SAMPLES.mean(axis=0), atol=1e-6)


def test_what_is_installed_decides_the_key(install: Install) -> None:
    asked = options_with({"separate_vocals": True})
    before = Separation().depends_on(asked)
    install({"middle": "toysep.cli:Middle"})
    assert Separation().depends_on(asked) != before


def test_one_that_lacks_something_is_passed_over_and_told(install: Install) -> None:
    install({"lacking": "toysep.cli:Lacking", "middle": "toysep.cli:Middle"})
    assert vocals(separate_vocals=True).fallback == "lacking: its weights are not here (get them)"
    install({"lacking": "toysep.cli:Lacking"})
    assert vocals(separate_vocals=True).reason == "lacking: its weights are not here (get them)"


def test_a_stem_of_another_length_is_a_fault(install: Install) -> None:
    install({"short": "toysep.cli:Short"})
    with pytest.raises(BugError, match=r"'short' must return finite vocals of the mix's shape \(2, 4000\)"):
        vocals(separate_vocals=True)
