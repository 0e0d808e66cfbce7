"""Vectors of the recording and of its prompt, 512 numbers each, in one space: by whichever scorer is here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from muzecli.errors import BadDataError, UnavailableError
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.plugin import scorers
from muzecli.scoring import Choice, chosen_scorer, preferred_scorer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float32]

WIDTH = 512
SCORER = "clap"
"""Whose space the fields are named for."""
OPTION = "clap_model"
_AUDIO, _TEXT = "clap_audio_embedding", "clap_text_embedding"
_DECIMALS = 6


class Clap:
    """Embeds all windows of the recording, and the prompt.

    The model is CLAP, by the scorer of that name; where its weights are not here, another scorer that gives as many
    numbers, marked as the fallback it is: vectors of different models lie in different spaces.
    """

    name = "clap"
    version = "2"
    needs = ("audio", "prompt")
    uses = ()
    gives = (_AUDIO, _TEXT)
    cost_per_second = 0.1

    def __init__(self) -> None:
        self._chosen: tuple[tuple[str, str | None], Choice, str | None] | None = None

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the scorer says of itself, its weights' hash among it; or why there is none.

        Raises:
            UnavailableError, BadDataError: a model was asked for by name and is not there, or is none.
            ConfigError: a variable names a model that is not there.
        """
        try:
            choice, why = _choose(options[OPTION], "cpu")
        except UnavailableError as error:
            if options[OPTION] is not None:
                raise
            return {"scorer": None, "reason": error.line}
        return {"scorer": choice.name, "identity": dict(choice.identity), "instead": why is not None}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return both vectors, or why there are none.

        Raises:
            UnavailableError, BadDataError: as in `depends_on`.
        """
        prompt = heard.value("prompt")
        try:
            choice, why = self._kept(heard)
            audio = choice.scorer.embed_audio([(heard.audio, heard.rate_hz)])[0]
            text = None if prompt is None else choice.scorer.embed_texts([prompt])[0]
        except (UnavailableError, BadDataError) as error:
            if heard.options[OPTION] is not None:
                raise
            return dict.fromkeys(self.gives, absent(error.line))
        window_s = choice.identity.get("window_s")
        windows = "mean of all windows" + ("" if window_s is None else f" of {window_s:g} s")
        return {
            _AUDIO: _finding(choice, why, audio, windows),
            _TEXT: absent(f"there is no prompt: {heard.reason('prompt')}")
            if text is None
            else _finding(choice, why, text, "the prompt"),
        }

    def _kept(self, heard: Heard) -> tuple[Choice, str | None]:
        """Return the scorer with its model, the same for all recordings of a run."""
        key = (str(heard.options["device"]), heard.options[OPTION])
        if self._chosen is None or self._chosen[0] != key:
            self._chosen = (key, *_choose(key[1], key[0]))
        return self._chosen[1:]


def _choose(model: str | None, device: str) -> tuple[Choice, str | None]:
    """Return the scorer and, where it is not the one that is meant, why.

    Raises:
        UnavailableError: no scorer can do, or the model that was asked for is not there.
        BadDataError: what was asked for is no CLAP.
        ConfigError: a variable names a model that is not there.
    """
    try:
        if SCORER not in scorers.names():
            raise UnavailableError(f"no scorer named '{SCORER}' is installed", hint="muze plugins list")
        return chosen_scorer(SCORER, model=model, device=device), None
    except (UnavailableError, BadDataError) as error:
        if model is not None:
            raise
        missing = error
    return (
        preferred_scorer(dimensions=WIDTH, device=device),
        f"another model's space: {missing.line}",
    )


def _finding(choice: Choice, why: str | None, vector: Array, what: str) -> Finding:
    """Return a vector at length 1."""
    import numpy as np

    if vector.shape != (WIDTH,):
        return absent(f"the scorer '{choice.name}' gives {vector.size} numbers, and {WIDTH} are needed")
    length = float(np.linalg.norm(vector.astype(np.float64)))
    if not np.isfinite(length) or length == 0.0:
        return absent(f"the scorer '{choice.name}' gave a vector without a direction")
    numbers = [round(float(x) / length, _DECIMALS) for x in vector]
    model = choice.identity.get("model", "a model of its own")
    return Finding(numbers, f"scorer {choice.name} ({model}), {what}", fallback=why)
