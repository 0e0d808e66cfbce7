"""What a runner is, and which ones there are.

A runner takes units from an iterator and yields an outcome for each, in the order in which they end. It holds no more
of them at a time than it has workers, so a build of a million recordings takes no more memory than one of ten. A
worker of any runner is the same:

    listener = Listener(task)                  once: extractors are made, and keep the models that they load
    outcome = listener.hear(unit, on_stage)    for each unit, one at a time; raises OutOfMemoryError
    Failure(…, lasting=False)                  from the runner itself, for each place of a unit whose worker died,
                                               ran out of time or of memory; its stage is the last one reported

What was found travels by the item files, which the workers write below `task.items`: a cluster's machines must see
`task.folder` and `task.items` under the same paths. Outcomes are small.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol

from muze_dataset.build.units import Outcome, Task, Unit
from muzecli.errors import UnavailableError
from muzecli.interrupts import StopFlag

_RAY = "muze_dataset.build.runners.ray"


class Runner(Protocol):
    """Works on many recordings at once."""

    def outcomes(self, units: Iterator[Unit], stop: StopFlag) -> Iterator[Outcome]:
        """Yield what became of each unit, as they end.

        Once `stop` is set no further unit is taken, and those under way are finished. When the iterator is closed
        before its end, whatever is under way is stopped at once.

        Raises:
            MuzeError: no worker can do this task, whatever the unit: an extractor cannot be loaded, the disk is full.
        """
        ...


def runner_for(
    name: str, task: Task, *, jobs: int, timeout_s: float, ray_address: str | None = None
) -> Runner:
    """Return the runner of that name.

    Args:
        name: `local` or `ray`.
        task: what is the same for all units.
        jobs: how many workers.
        timeout_s: how long a unit may take, for each of its places.
        ray_address: of the cluster; None for the one that the environment names.

    Raises:
        UnavailableError: it needs a package that is not installed.
    """
    if name == "ray":
        check_ray()
        module = import_module(_RAY)
        ray: Runner = module.RayRunner(task, jobs=jobs, timeout_s=timeout_s, address=ray_address)
        return ray
    from muze_dataset.build.runners.local import LocalRunner

    return LocalRunner(task, jobs=jobs, timeout_s=timeout_s)


def check_ray() -> None:
    """Check that Ray is there, without importing it.

    Raises:
        UnavailableError: it is not.
    """
    from importlib.util import find_spec

    if find_spec("ray") is None or find_spec(_RAY) is None:
        raise UnavailableError(
            "--runner ray needs the package 'ray', which is not installed", hint="pip install 'muze[dist]'"
        )
