"""Digests and versions."""

from __future__ import annotations

import numpy
import pytest
import soundfile

from muze_evaluate.provenance import audio_versions, canonical, digest, of_set, versions
from muzecli.errors import BugError


def test_a_digest_is_of_the_contents_whatever_their_order() -> None:
    assert digest(["a", "b", "b"]) == digest(["b", "a", "b"])
    assert digest(["a", "b"]) != digest(["a", "b", "b"])
    assert digest(["ab"]) != digest(["a", "b"])
    assert len(digest([])) == 64


def test_a_set_says_only_what_is_known() -> None:
    assert of_set("songs", kind="folder", contents=["a"]) == {
        "name": "songs",
        "kind": "folder",
        "items": 1,
        "failed": 0,
        "digest": digest(["a"]),
    }
    assert (
        of_set("x", kind="folder", contents=["a"], seconds=1.23456, windows=3, failed=2).items()
        >= {
            "seconds": 1.235,
            "windows": 3,
            "failed": 2,
        }.items()
    )


def test_versions_are_those_that_are_installed_and_name_libsndfile() -> None:
    assert versions("numpy") == {"numpy": numpy.__version__}
    found = audio_versions("torch")
    assert found["libsndfile"] == soundfile.__libsndfile_version__
    assert set(found) == {"soundfile", "libsndfile", "soxr", "torch"}


def test_an_identity_has_one_text_whatever_the_order_of_its_keys() -> None:
    assert canonical({"b": 1, "a": [None, "ü"]}) == canonical({"a": [None, "ü"], "b": 1})
    with pytest.raises(BugError, match="JSON values"):
        canonical({"x": float("nan")})
