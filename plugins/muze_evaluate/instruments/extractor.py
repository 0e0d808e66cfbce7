"""The families of instruments that play in a recording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muze_evaluate.instruments.listeners import Listener, find_listener, probability_of
from muze_evaluate.instruments.tables import tables_sha256
from muzecli.errors import BadDataError, UnavailableError
from muzecli.listening.heard import Finding, Heard, absent

FIELD = "fact.instruments"

_DECIMALS = 4


class Instruments:
    """Tells families of instruments by a text-audio model; a family counts as found from ½ on.

    Families that the model was measured not to tell better than by their frequency are left out. A model that nobody
    has measured is asked for all, and the finding says so.
    """

    name = "instruments"
    version = "1"
    needs = ("audio",)
    uses = ()
    gives = (FIELD,)
    cost_per_second = 0.005

    def __init__(self) -> None:
        self._listener: tuple[str, Listener] | None = None

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the listener says of itself and the tables; or why there is none."""
        try:
            listener = find_listener("cpu")  # where it runs decides nothing
        except UnavailableError as error:
            return {"weights": None, "reason": error.line}
        told = {"listener": listener.name, "identity": dict(listener.identity), "tables": tables_sha256()}
        return {**told, "passed_over": list(listener.passed_over)} if listener.passed_over else told

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the probability of each family, or why there is none."""
        if not heard.audio.size or not heard.audio.any():
            return {FIELD: absent("there is nothing to hear")}
        try:
            listener = self._kept(str(heard.options["device"]))
            log_odds = listener.log_odds(heard.audio, heard.rate_hz)
        except (UnavailableError, BadDataError) as error:
            return {FIELD: absent(error.line)}
        judged = listener.judged
        found = {
            family: round(probability_of(value), _DECIMALS)
            for family, value in log_odds.items()
            if judged is None or family in judged.kept
        }
        if not found:
            return {FIELD: absent(f"{listener.name} tells no family better than a guess by their frequency")}
        doubts = [f"passed over {one}" for one in listener.passed_over]
        if judged is None:
            doubts.append("nobody has measured how well this model tells families")
        method = f"scorer {listener.name}: {listener.how}"
        return {FIELD: Finding(found, method, fallback="; ".join(doubts) or None)}

    def _kept(self, device: str) -> Listener:
        if self._listener is None or self._listener[0] != device:
            self._listener = (device, find_listener(device))
        return self._listener[1]
