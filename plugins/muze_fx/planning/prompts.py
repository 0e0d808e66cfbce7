"""From the words on a command line to a chain: the lexicon, presets by name, the neighbours of unknown words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from muze_fx.planning.planner import Plan, plan_chain
from muze_fx.planning.understanding import Neighbour, understand
from muze_fx.preset import Preset
from muze_fx.stored import load_preset
from muze_fx.words.lexicon import Lexicon
from muzecli.errors import UsageError

if TYPE_CHECKING:
    from muze_fx.words.semantics import Neighbours


@lru_cache(maxsize=1)
def shipped_lexicon() -> Lexicon:
    """Return the lexicon that ships with muze, loaded once."""
    return Lexicon.load()


class LazyFinder:
    """Finds descriptors by meaning; the model is loaded when the first unknown word needs it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._neighbours: Neighbours | None = None

    def resolve(self, phrase: str) -> Neighbour | None:
        """Return the descriptor that a phrase means, or None below the threshold."""
        return self._load().resolve(phrase)

    def nearest(self, phrase: str, count: int = 5) -> Sequence[Neighbour]:
        """Return the nearest descriptors, whatever their confidence."""
        return self._load().nearest(phrase, count)

    def _load(self) -> Neighbours:
        if self._neighbours is None:
            from muze_fx.words.semantics import Neighbours

            self._neighbours = Neighbours(self._lexicon)
        return self._neighbours


def chain_for(prompt: str, *, base: str | Preset | None = None) -> Plan:
    """Return the chain that a prompt means.

    Args:
        prompt: free text.
        base: a preset, or its file or name, to change by the prompt.

    Raises:
        NotUnderstoodError: nothing of the prompt means anything.
        ConfigError: the base is no valid preset, or a number is out of range.
    """
    lexicon = shipped_lexicon()
    start = load_preset(base) if isinstance(base, str) else base
    return plan_chain(understand(prompt, lexicon, LazyFinder(lexicon)), lexicon, base=start)


def weights_of(plan: Plan) -> tuple[Mapping[str, str], ...]:
    """Return the name and SHA-256 of the model that understood words which the lexicon lacks, if any."""
    if all(account.confidence is None for account in plan.accounts):
        return ()
    from muzecli.weights import MINILM, find_weights

    return ({"name": MINILM.name, "sha256": find_weights(MINILM).sha256},)


def parse_frequencies(text: str) -> list[float]:
    """Return the frequencies of a comma-separated list, in Hz; `2k` is 2000.

    Raises:
        UsageError: an item is not a frequency above 0 Hz.
    """
    found = []
    for item in text.split(","):
        word = item.strip().lower().removesuffix("hz").strip()
        factor = 1000.0 if word.endswith("k") else 1.0
        try:
            freq_hz = float(word.removesuffix("k")) * factor
        except ValueError:
            freq_hz = 0.0
        if not 0 < freq_hz < 1e6:
            raise UsageError(
                f"--response takes frequencies in Hz, such as 100,1k,10000, and '{item}' is none"
            )
        found.append(freq_hz)
    return found
