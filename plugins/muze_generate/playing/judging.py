"""Who ranks takes: a scorer by the words, a judge by the plan; both are kept with their models for all of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from muze_generate.asking.request import PLAN, WORDS
from muzecli.device import choose_device
from muzecli.plugin import Judge, judges, scorers
from muzecli.scoring import AUTO, Choice, chosen_scorer


@dataclass(frozen=True)
class Panel:
    """Those who rank takes; one of them at least.

    Attributes:
        scorer: hears how well a take fits the words; None where it is not asked.
        judge: hears how far it follows the plan; None where it is not asked.
        device: where their models run.
    """

    scorer: Choice | None
    judge: Judge | None
    device: str

    def document(self) -> dict[str, Any]:
        """Return what a sidecar says of them: names, models and the hashes of their weights among it."""
        scorer, judge = self.scorer, self.judge
        return {
            "scorer": None if scorer is None else {"name": scorer.name, **scorer.identity},
            "judge": None if judge is None else {"name": judge.name, **judge.identity(device=self.device)},
        }


def panel(name: str, rank_by: str, *, device: str) -> Panel | None:
    """Return who ranks takes; None where nobody is installed who could.

    Args:
        name: of a scorer, a folder with a model, or "auto".
        rank_by: "words", "plan" or "both".
        device: as typed.

    Raises:
        UnavailableError: none of the scorers that are installed has its weights here, or the device is not on this
            machine.
        MuzeError: as `muzecli.scoring.chosen_scorer`.
    """
    if not can_rank(name, rank_by):
        return None
    return _kept(name, rank_by, choose_device(device).name)


def can_rank(name: str, rank_by: str) -> bool:
    """Say whether somebody is to rank takes, without asking whether they can."""
    return _reads(name, rank_by) or _follows(rank_by)


def _reads(name: str, rank_by: str) -> bool:
    return rank_by != PLAN and (name != AUTO or bool(scorers.names()))


def _follows(rank_by: str) -> bool:
    return rank_by != WORDS and bool(judges.names())


@lru_cache(maxsize=1)
def _kept(name: str, rank_by: str, device: str) -> Panel:
    scorer = chosen_scorer(name, device=device) if _reads(name, rank_by) else None
    judge = judges.get(judges.names()[0]) if _follows(rank_by) else None
    return Panel(scorer, judge, device)
