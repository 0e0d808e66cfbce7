"""One pair: read, taken through a model where that is asked for, made comparable, measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muze_evaluate.document import Row
from muze_evaluate.recon.keeping import keep
from muze_evaluate.recon.matched import matched
from muze_evaluate.recon.measures import measure
from muze_evaluate.recon.summary import Measurement
from muze_evaluate.recon.through import Through
from muzecli.audio.reader import read_audio
from muzecli.files import file_sha256


@dataclass(frozen=True)
class Task:
    """A pair to measure.

    Attributes:
        id: of the pair.
        group: its column.
        reference: the original's file.
        evaluated: what is measured; None where it is made here.
        way: how; None where it is there.
        target: where what comes back is kept.
        document: its sidecar, but for what the work finds.
    """

    id: str
    group: str
    reference: Path
    evaluated: Path | None = None
    way: Through | None = None
    target: Path | None = None
    document: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class How:
    """What every pair is measured with.

    Attributes:
        device: where models run, a PyTorch name.
        align: take delays out.
        max_delay_ms: the most that is looked for.
        rate_hz: what to measure at; None for the lower of both rates.
        overwrite: whether files may be replaced.
    """

    device: str
    align: bool
    max_delay_ms: float
    rate_hz: int | None
    overwrite: bool


def work(how: How, task: Task) -> Measurement:
    """Measure one pair, in whatever process.

    Raises:
        InputMissingError, BadDataError: a file cannot be read, or the two cannot be compared.
        OutputExistsError, OutputError: what came back cannot be kept.
    """
    samples, info = read_audio(task.reference)
    sha256 = file_sha256(task.reference)
    reference, path, evaluated_sha256 = (samples, info.rate_hz), None, None
    if task.way is not None:
        evaluated = task.way.reconstruct(samples, info.rate_hz, device=how.device)
        if task.target is not None:
            document = {**task.document, "inputs": [{"name": str(task.reference), "sha256": sha256}]}
            keep(task.target, *evaluated, document, overwrite=how.overwrite)
            path = str(task.target)
    else:
        assert task.evaluated is not None
        other, other_info = read_audio(task.evaluated)
        evaluated, path = (other, other_info.rate_hz), str(task.evaluated)
        evaluated_sha256 = file_sha256(task.evaluated)
    pair = matched(reference, evaluated, align=how.align, max_delay_ms=how.max_delay_ms, rate_hz=how.rate_hz)
    result = measure(pair)
    seconds = pair.reference.shape[1] / pair.rate_hz
    values = {
        **result.values,
        "rate_hz": pair.rate_hz,
        "channels": pair.reference.shape[0],
        "seconds": round(seconds, 3),
        "delay_ms": round(pair.delay_ms, 3) if pair.delay.sure else None,
        "reference": str(task.reference),
    }
    note = "; ".join((*pair.notes, *result.notes))
    late_ms = pair.delay_ms if pair.delay.sure and not pair.aligned else 0.0
    return Measurement(
        Row(task.id, values, path=path, group=task.group, note=note),
        result.by_band_nats,
        sha256,
        evaluated_sha256,
        pair.rate_hz,
        info.rate_hz,
        seconds,
        late_ms,
    )
