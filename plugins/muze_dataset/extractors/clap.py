"""CLAP's vectors of the recording and of its prompt, 512 numbers each, in one space."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from muzecli.entrypoints import entry_points
from muzecli.errors import BadDataError, MuzeError, UnavailableError
from muzecli.listening.heard import Finding, Heard, absent

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from muzecli.plugin import Scorer

    Array = npt.NDArray[np.float32]

WIDTH = 512
GROUP = "muze.scorers"
_AUDIO, _TEXT = "clap_audio_embedding", "clap_text_embedding"
_DECIMALS = 6


class _Space:
    """A model that places sound and words in one space."""

    def __init__(
        self,
        method: str,
        fallback: str | None,
        audio: Callable[[Heard], Array],
        text: Callable[[str], Array],
    ) -> None:
        self.method, self.fallback, self.audio, self.text = method, fallback, audio, text

    def finding(self, vector: Array, what: str) -> Finding:
        """Return a vector at length 1."""
        import numpy as np

        if vector.shape != (WIDTH,):
            return absent(f"{self.method} gives {vector.size} numbers, and {WIDTH} are needed")
        length = float(np.linalg.norm(vector.astype(np.float64)))
        if not np.isfinite(length) or length == 0.0:
            return absent(f"{self.method} gave a vector without a direction")
        numbers = [round(float(x) / length, _DECIMALS) for x in vector]
        return Finding(numbers, f"{self.method}, {what}", fallback=self.fallback)


class Clap:
    """Embeds all windows of ten seconds, and the prompt.

    The model is CLAP by transformers; where its weights are not here, a scorer of the house that gives as many
    numbers, marked as the fallback it is: vectors of different models lie in different spaces.
    """

    name = "clap"
    version = "1"
    needs = ("audio", "prompt")
    uses = ()
    gives = (_AUDIO, _TEXT)
    cost_per_second = 0.1

    def __init__(self) -> None:
        self._space: tuple[tuple[str, str], _Space] | None = None

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the hash of the weights, or the scorers that could stand in.

        Raises:
            UnavailableError: a model was asked for by name and is not there.
        """
        from muze_dataset.hearing.clap.place import asked_for, find_clap

        try:
            return {"weights": find_clap(options).sha256}
        except (UnavailableError, BadDataError) as error:
            if asked_for(options):
                raise
            scorers = [[entry.name, entry.value, entry.distribution] for entry in entry_points(GROUP)]
            return {"weights": None, "scorers": scorers, "reason": error.line}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return both vectors, or why there are none."""
        try:
            space = self._loaded(heard)
        except (UnavailableError, BadDataError) as error:
            return dict.fromkeys(self.gives, absent(error.line))
        audio = space.finding(space.audio(heard), "mean of all windows of 10 s")
        prompt = heard.value("prompt")
        if prompt is None:
            return {_AUDIO: audio, _TEXT: absent(f"there is no prompt: {heard.reason('prompt')}")}
        return {_AUDIO: audio, _TEXT: space.finding(space.text(prompt), "the prompt")}

    def _loaded(self, heard: Heard) -> _Space:
        from muze_dataset.hearing.clap.place import OPTION

        key = (str(heard.options["device"]), str(heard.options.get(OPTION)))
        if self._space is None or self._space[0] != key:
            self._space = (key, _space(heard.options))
        return self._space[1]


def _space(options: Mapping[str, Any]) -> _Space:
    from muze_dataset.hearing.clap.place import asked_for

    try:
        return _of_transformers(options)
    except (UnavailableError, BadDataError) as error:
        if asked_for(options):
            raise
        return _of_a_scorer(error)


def _of_transformers(options: Mapping[str, Any]) -> _Space:
    from muze_dataset.hearing.clap.place import find_clap
    from muze_dataset.hearing.clap.windows import windows

    weights = find_clap(options)
    from muze_dataset.hearing.clap.towers import Clap as Towers  # only now: it imports torch and transformers

    towers = Towers(weights, str(options["device"]))
    batch = max(int(options["batch_size"]), 1)

    def audio(heard: Heard) -> Array:
        import numpy as np

        total, count = np.zeros(towers.width), 0
        pending: list[Array] = []
        for window in windows(heard.audio, heard.rate_hz, towers.rate_hz):
            pending.append(window)
            count += 1
            if len(pending) == batch:
                total += towers.embed_windows(pending).sum(axis=0)
                pending = []
        if pending:
            total += towers.embed_windows(pending).sum(axis=0)
        return np.asarray(total / count, dtype=np.float32)

    return _Space(f"CLAP ({weights.name})", None, audio, towers.embed_text)


def _of_a_scorer(why: MuzeError) -> _Space:
    """Return the first scorer that gives vectors of `WIDTH`.

    Raises:
        UnavailableError: none does; it says why, of CLAP and of each scorer.
    """
    from muzecli.plugin import scorers

    working, broken = scorers.working()
    faults = [fault.line for fault in broken]
    for name, scorer in working.items():
        try:
            shape = scorer.embed_texts(["music"]).shape
        except MuzeError as error:  # it lacks something of its own: the next one may not
            faults.append(f"scorer {name}: {error.line}")
            continue
        if shape == (1, WIDTH):
            return _scorer_space(name, scorer, why.line)
        faults.append(f"scorer {name} gives {shape[-1]} numbers, and {WIDTH} are needed")
    if not faults:
        raise why
    raise UnavailableError("; ".join((why.line, *faults))) from why


def _scorer_space(name: str, scorer: Scorer, why: str) -> _Space:
    return _Space(
        f"scorer {name}",
        f"another model's space: {why}",
        lambda heard: scorer.embed_audio([(heard.audio, heard.rate_hz)])[0],
        lambda text: scorer.embed_texts([text])[0],
    )
