"""What the model is told of each window: the plan, the score and the words, as conditions.

Shapes: n windows of L latent frames, D text width.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from muze_ldm.conditioning.collate import collate
from muze_ldm.conditioning.dropout import without
from muze_ldm.conditioning.facts import Window
from muze_ldm.conditioning.from_plan import facts_of_plan
from muze_ldm.conditioning.vocabulary import artist_bucket
from muze_ldm.data.texts import embed
from muzecli.errors import BadDataError, UsageError
from muzecli.text import load_text_encoder
from muzecli.training.stored import CONFIG_FILE

if TYPE_CHECKING:
    from muze_ldm.bundle import Bundle
    from muze_ldm.conditioning.config import ConditioningConfig
    from muze_ldm.conditioning.keys import Conditions
    from muze_ldm.diffusion.windows import Windows
    from muze_ldm.engine.options import LdmOptions
    from muze_ldm.engine.timeline import Timeline
    from muzecli.song.plan import Plan
    from muzecli.song.score import Score
    from muzecli.text import TextEncoder

Floats = npt.NDArray[np.float32]

_ANYWHERE = ("beat", "downbeat", "energy", "section")
"""Groups of control channels that say the same in every bar of a section."""
SCORE_GROUPS = ("control", "num_beats", "beat_positions", "chord", "pitch", "phonemes", "breaths")
"""Groups of conditions that only a score tells."""


def window_conditions(
    bundle: Bundle,
    plan: Plan,
    score: Score,
    timeline: Timeline,
    windows: Windows,
    options: LdmOptions,
    *,
    device: str,
) -> dict[str, Tensor]:
    """Return the conditions of the n windows, in order, as one batch.

    Args:
        bundle: whose model is asked.
        plan: what to play; its prompt, where there is one, goes to every window.
        score: its notes.
        timeline: when frames are.
        windows: where windows lie.
        options: whether the model is shown the score.
        device: where the tensors are to be.
    """
    config = bundle.network.config
    given = _text(bundle, plan.prompt, device)
    if options.style_of is not None:
        given["artist"] = artist_bucket(options.style_of)
    facts = facts_of_plan(plan, score, config, given=given)
    items = []
    for start in windows.starts:
        window = Window(timeline.seconds(start), windows.width, timeline.rate_hz)
        item = facts.window(window)
        if window.start_s < 0.0 and "control" in item:
            item["control"] = _led_in(item["control"], window, config, bar_s=plan.bar_s)
        items.append(item)
    conditions: Conditions = collate(items)
    if not options.score_control:
        conditions = without(conditions, SCORE_GROUPS)
    return {name: value.to(device) for name, value in conditions.items()}


def _led_in(control: Floats, window: Window, config: ConditioningConfig, *, bar_s: float) -> Floats:
    """Return control frames (F, T) in which beats and section go on backwards before the plan begins.

    What is played there is not known; that there is no beat would be wrong.

    Args:
        control: frames, 0 before the plan.
        window: where they lie.
        config: whose channels they are.
        bar_s: length of a bar.
    """
    rate_hz = window.rate_hz * config.control_fold
    before = min(control.shape[1], round(-window.start_s * rate_hz))  # columns
    at_s = (np.arange(-before, 0) / rate_hz) % bar_s
    source = np.floor(at_s * rate_hz + 1e-6).astype(np.int64) + before  # of the first bar
    source = np.minimum(source, control.shape[1] - 1)
    rows = [row for row, group in enumerate(config.control_owners) if group in _ANYWHERE]
    led_in = control.copy()
    led_in[np.ix_(rows, range(before))] = control[np.ix_(rows, source)]
    return led_in


def negative_of(bundle: Bundle, plan: Plan, options: LdmOptions, *, device: str) -> dict[str, Tensor] | None:
    """Return the text conditions, of one item, of what it should not sound like; None where nothing is said.

    The option's words go before what the plan says is not wanted. Without guidance by text there is nothing that
    they could stand for.
    """
    words = options.negative_prompt
    if words is None:
        words = ", ".join(plan.style_negative)
    if options.cfg_scale == 1.0 or not words.strip():
        return None
    return {name: value.to(device) for name, value in collate([_text(bundle, words, device)]).items()}


def _text(bundle: Bundle, words: str, device: str) -> dict[str, Any]:
    """Return the conditions that words make; none where there are none."""
    if not words.strip():
        return {}
    name = bundle.files.settings.text_encoder
    try:
        encoder = _encoder(name, device)
    except UsageError as error:  # nobody typed the name: it stands in a file
        raise BadDataError(
            f"{bundle.files.ldm.folder / CONFIG_FILE}: text_encoder must be one that this muze knows, and it is"
            f" '{name}'",
            hint="it may come from a newer muze",
        ) from error
    embedded = embed(encoder, words)
    return {"context": embedded.tokens, "prompt": embedded.pooled}


@functools.lru_cache(maxsize=2)
def _encoder(name: str, device: str) -> TextEncoder:
    return load_text_encoder(name, device)
