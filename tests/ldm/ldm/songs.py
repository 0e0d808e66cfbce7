"""Recordings as latents that were never audio, with annotations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tests.ldm.bundles import network_config

from muze_ldm.conditioning.from_track import facts_of_track
from muze_ldm.data.controls import ControlCache
from muze_ldm.data.latents import LatentCache
from muze_ldm.data.recordings import Recording
from muze_ldm.data.texts import EmbeddedText
from muze_ldm.ldm.material import Material
from muze_ldm.transformer.config import TransformerConfig
from muzecli.song.documents.tracks import read_track
from muzecli.song.frames import CHANNELS
from muzecli.song.track import Track

RATE_HZ = 25.0
FOLD = 2
TEXT_WIDTH = 16
LATENTS = 8


def network() -> Any:
    """A transformer as small as one can be."""
    found = network_config("transformer", text_width=TEXT_WIDTH)
    assert isinstance(found, TransformerConfig) and found.control_fold == FOLD
    return found


def track(name: str, **more: Any) -> Track:
    """A track of four seconds in the dataset's own words."""
    import json

    fields = {
        "schema": "muze.track/3.1",
        "audio_path": f"{name}.wav",
        "track_id": name,
        "sample_rate": 32_000,
    }
    return read_track(json.dumps({**fields, "duration": 4.0, **more}), name=name)


def text(seed: int, tokens: int) -> EmbeddedText:
    rng = np.random.default_rng(seed)
    pooled, hidden = rng.standard_normal(TEXT_WIDTH), rng.standard_normal((tokens, TEXT_WIDTH))
    return EmbeddedText(pooled.astype(np.float32), hidden.astype(np.float32))


def material(
    lengths: Sequence[int],
    splits: Sequence[str],
    *,
    tracks: Sequence[Track | None] | None = None,
    texts: Sequence[EmbeddedText | None] | None = None,
    scored: Sequence[int] = (),
) -> Material:
    """Recordings of so many latent frames each; those in `scored` have control frames, in 1/127."""
    rng = np.random.default_rng(0)
    annotated = tracks or [None] * len(lengths)
    recordings = [
        Recording(f"song-{index}", Path(f"{index}.wav"), split, known)
        for index, (split, known) in enumerate(zip(splits, annotated, strict=True))
    ]
    arrays: list[Any] = [rng.standard_normal((n, LATENTS, 1)).astype(np.float16) for n in lengths]
    controls: dict[int, Any] = {
        index: rng.integers(0, 128, (lengths[index] * FOLD, len(CHANNELS))).astype(np.int8)
        for index in scored
    }
    config = network()
    facts = [None if known is None else facts_of_track(known, config) for known in annotated]
    return Material(
        LatentCache(recordings, [str(index) for index in range(len(lengths))], arrays),
        ControlCache(controls),
        texts or [None] * len(lengths),
        facts,
        FOLD,
        RATE_HZ,
    )
