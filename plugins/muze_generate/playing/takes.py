"""Several takes of one song: made one after another, held against the words and the plan, ranked.

The first take has the song's seed, so that it is what a run without `--candidates` makes; the others have seeds of
their own. Takes that have to wait for the ranking wait on disk once they are long.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_generate.finishing.work import Finished, Work
from muze_generate.playing.judging import Panel
from muze_generate.playing.player import Player
from muze_generate.playing.ranking import Marks, adherence, order
from muzecli.audio.spool import Spool
from muzecli.errors import BugError
from muzecli.plugin import Scorer
from muzecli.seeds import item_seed

NO_MARKS = Marks()


@dataclass(frozen=True)
class Take:
    """One rendering of the song, finished.

    Attributes:
        number: from 1, in the order of making.
        seed: its seed.
        finished: loudness and warnings; its samples are read with `samples`.
        weights: name and SHA-256 of each model used.
        marks: what the panel says of it.
        adherence: how far it follows the plan, 0…1, by what can be said of all takes; None where nothing can.
        spool: where its samples wait; None while they are in memory.
    """

    number: int
    seed: int
    finished: Finished
    weights: tuple[dict[str, str], ...] = ()
    marks: Marks = NO_MARKS
    adherence: float | None = None
    spool: Spool | None = field(default=None, repr=False)

    def samples(self) -> npt.NDArray[np.float32]:
        """Return its samples (C, N)."""
        if self.spool is None:
            return self.finished.samples
        return np.concatenate(list(self.spool.blocks()), axis=1)


def take_seed(seed: int, number: int) -> int:
    """Return the seed of a take: of the first that of the song."""
    return seed if number == 1 else item_seed(seed, f"candidate/{number}")


@contextmanager
def takes(
    work: Work,
    player: Player,
    *,
    seed: int,
    number: int,
    prompt: str,
    panel: Panel | None,
    on_progress: Callable[[float], None],
) -> Iterator[list[Take]]:
    """Give the takes of a song, best first where somebody ranks them; they can be read within the block.

    Args:
        work: what is played, and how it is finished.
        player: who plays it.
        seed: of the first take.
        number: how many.
        prompt: the words that takes are scored against.
        panel: who ranks them; None leaves them in the order of making.
        on_progress: told the share that is done, 0…1.
    """
    with ExitStack() as stack:
        made: list[Take] = []
        for index in range(number):
            own_seed = take_seed(seed, index + 1)
            rendering = player.play(
                work.plan,
                seed=own_seed,
                reference=work.reference,
                on_progress=lambda share, before=index: on_progress((before + share) / number),  # type: ignore[misc]
            )
            finished = work.finished(rendering, seed=own_seed)
            weights = tuple(dict(item) for item in rendering.weights)
            del rendering
            marks = NO_MARKS if panel is None else _marks(panel, work, prompt, finished)
            take = Take(index + 1, own_seed, finished, weights, marks)
            made.append(take if number == 1 else _shelved(take, stack))
        follows = adherence([take.marks for take in made])
        made = [replace(take, adherence=figure) for take, figure in zip(made, follows, strict=True)]
        yield [made[place] for place in order([take.marks for take in made])]


def scores_document(made: Sequence[Take]) -> list[dict[str, Any]]:
    """Return what the sidecar says about all takes, in the order of making."""
    return [
        {
            "number": take.number,
            "seed": take.seed,
            "score": take.marks.score,
            "adherence": take.adherence,
            "follows": {name: round(share, 6) for name, share in take.marks.follows.items()},
        }
        for take in sorted(made, key=lambda take: take.number)
    ]


def _marks(panel: Panel, work: Work, prompt: str, finished: Finished) -> Marks:
    """Return what a panel says of a take, as it is in the file."""
    score = None if panel.scorer is None else _score(panel.scorer.scorer, prompt, finished)
    if panel.judge is None:
        return Marks(score)
    start = round(float(work.document()["plan_start_s"]) * finished.rate_hz)
    samples = finished.samples[:, start:]
    return Marks(score, panel.judge.judge(work.song, samples, finished.rate_hz, device=panel.device))


def _score(scorer: Scorer, prompt: str, finished: Finished) -> float:
    (score,) = scorer.score([prompt], [(finished.samples, finished.rate_hz)])
    if not math.isfinite(score):
        raise BugError(f"the scorer '{scorer.name}' must give finite scores, and gave {score}")
    return round(float(score), 6)


def _shelved(take: Take, stack: ExitStack) -> Take:
    """Return the take with its samples on a shelf that needs little memory."""
    spool = stack.enter_context(Spool(take.finished.samples.shape[0]))
    spool.append(take.finished.samples)
    return replace(take, finished=replace(take.finished, samples=take.finished.samples[:, :0]), spool=spool)
