"""What a run may ask of extractors: one set of names for all of them.

An extractor says in `depends_on` which of these decide its results. Those that only decide where and how fast
something is computed (`device`, `batch_size`) never do.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class F0Model(StrEnum):
    """What can be asked to find the pitch of voices."""

    CREPE_TINY = "crepe-tiny"
    CREPE_FULL = "crepe-full"
    PYIN = "pyin"
    YIN = "yin"


DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "device": "cpu",  # where models run, a PyTorch device name
        "batch_size": 16,  # windows that a model is given at once
        "separate_vocals": False,  # whether voices are measured on separated vocals
        "whisper_model": None,  # a recogniser's name or folder; None for one that is there
        "whisper_full": False,  # whether the recogniser hears whole songs, and not the sung parts alone
        "f0_model": None,  # one of F0Model; None lets the recording decide
        "clap_model": None,  # a CLAP's name or folder; None for one that is there
        "llm_url": None,  # an endpoint that writes prompts; None for the grammar
        "llm_model": None,  # the model it is asked for
    }
)


def options_with(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return all options, those that were not given at their defaults."""
    return MappingProxyType({**DEFAULTS, **given})
