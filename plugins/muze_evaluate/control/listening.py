"""Letting the registered extractors listen to a song: the very ones that annotate datasets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muze_evaluate.control.measured import ENERGY, FIELDS, LOUDNESS, Measured, measured_from
from muze_evaluate.control.songs import Song
from muzecli.audio.reader import read_audio
from muzecli.errors import BadDataError, ConfigError, UnavailableError
from muzecli.files import file_sha256
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.listening.listen import listen
from muzecli.listening.options import options_with
from muzecli.listening.order import in_order
from muzecli.plugin import extractors

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from muzecli.audio.types import AudioInfo
    from muzecli.plugin import Extractor

MOST_CHANNELS = 2

_CURVE = "material.energy_curve"
_LEAST_S = 0.5  # of audio from the plan's beginning on
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@dataclass(frozen=True)
class Listened:
    """What was heard in a song, and the SHA-256 of its file."""

    measured: Measured
    sha256: str


@dataclass(frozen=True)
class Equipment:
    """Who listens.

    Attributes:
        order: the extractors, each after those it needs.
        unheard: why nobody can look for a field, by field.
    """

    order: tuple[Extractor, ...]
    unheard: Mapping[str, str]

    def provenance(self, options: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return name, version and whatever else decides the results of each extractor, as JSON values."""
        return [
            {"name": one.name, "version": one.version, "depends_on": dict(one.depends_on(options))}
            for one in self.order
        ]


class CurveKept:
    """Keeps the energy curve, which extractors hand to each other and nobody writes down.

    A curve has `rate_hz` and `values` (K,): value i belongs to the time i / rate_hz.
    """

    name = "energy-curve"
    version = "1"
    needs: Sequence[str] = (_CURVE,)
    uses: Sequence[str] = ()
    gives: Sequence[str] = (ENERGY,)
    cost_per_second = 0.0

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing: it changes nothing."""
        return {}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the curve as JSON values."""
        curve = heard.value(_CURVE)
        if curve is None:
            return {ENERGY: absent(heard.reason(_CURVE) or "there is none")}
        values = [float(value) for value in curve.values]
        return {ENERGY: Finding({"rate_hz": float(curve.rate_hz), "values": values}, "as it was found")}


def equipment(available: Mapping[str, Extractor], options: Mapping[str, Any]) -> Equipment:
    """Return who listens for `FIELDS`: of several that give a field the cheapest, as in a dataset's build.

    Args:
        available: extractors by name.
        options: of the run; see `muzecli.listening.options`.
    """
    kept = CurveKept()
    all_of_them: dict[str, Extractor] = {kept.name: kept, **available}
    wanted: dict[str, None] = {}
    unheard: dict[str, str] = {}
    for field in FIELDS:
        able = [name for name, one in all_of_them.items() if field in one.gives]
        if not able:
            unheard[field] = f"no extractor of {field} is installed"
            continue
        chosen = min(able, key=lambda name: (all_of_them[name].cost_per_second, name))
        why = _unfit(all_of_them, chosen, options)
        if why is None:
            wanted[chosen] = None
        else:
            unheard[field] = why
    return Equipment(in_order(all_of_them, wanted), unheard)


def _unfit(available: Mapping[str, Extractor], name: str, options: Mapping[str, Any]) -> str | None:
    """Return why an extractor cannot look for anything here; None where it can."""
    try:
        order = in_order(available, [name])
        for one in order:
            depends_on = one.depends_on(options)
            if "weights" in depends_on and depends_on["weights"] is None:
                reason = depends_on.get("reason")
                return f"{one.name} lacks its weights" + (f": {reason}" if reason else "")
    except (ConfigError, UnavailableError) as error:
        return error.line
    return None


@cache
def installed(device: str) -> Equipment:
    """Return who listens in this process; models stay loaded.

    Args:
        device: a PyTorch device name.
    """
    working, faults = extractors.working()
    equipped = equipment(working, options_with({"device": device}))
    broken = "; ".join(fault.line for fault in faults)
    if not broken:
        return equipped
    return Equipment(equipped.order, {field: f"{why} ({broken})" for field, why in equipped.unheard.items()})


def hear(song: Song, *, device: str) -> Listened:
    """Listen to a song, from where its plan begins to the end of the audio.

    Args:
        song: whose audio is read.
        device: where models run.

    Raises:
        InputMissingError, BadDataError: the audio cannot be read, or ends before its plan begins.
        StageError: an extractor failed.
    """
    samples, info = read_audio(song.path)
    if len(samples) > MOST_CHANNELS:
        raise BadDataError(f"it must be mono or stereo, and it has {len(samples)} channels")
    start = round(song.start_s * info.rate_hz)
    if samples.shape[1] - start < _LEAST_S * info.rate_hz:
        length_s = samples.shape[1] / info.rate_hz
        raise BadDataError(
            f"it must sound from {song.start_s:g} s on, where its plan begins, and it is {length_s:g} s long"
        )
    measured = heard_from(samples, info.rate_hz, start=start, device=device, path=song.path, info=info)
    return Listened(measured, file_sha256(song.path))


def heard_from(
    samples: npt.NDArray[np.float32],
    rate_hz: int,
    *,
    device: str,
    start: int = 0,
    path: Path | None = None,
    info: AudioInfo | None = None,
) -> Measured:
    """Return what the installed extractors hear.

    Args:
        samples: (C, N) of one or two channels.
        rate_hz: their rate.
        device: where models run.
        start: the sample with which the plan begins.
        path: the file, where it is one.
        info: of the file.

    Raises:
        StageError: an extractor failed.
    """
    equipped = installed(device)
    options = options_with({"device": device})

    def found(part: npt.NDArray[np.float32], order: Sequence[Extractor]) -> dict[str, Finding]:
        heard = Heard(path=path, samples=part, rate_hz=rate_hz, info=info, options=options)
        return {name: one for group in listen(heard, order).values() for name, one in group.items()}

    findings = found(samples[:, start:], equipped.order)
    if start and LOUDNESS not in equipped.unheard:  # the loudness that is asked for is the whole file's
        levels = [one for one in equipped.order if LOUDNESS in one.gives]
        findings |= found(samples, in_order({one.name: one for one in equipped.order}, [levels[0].name]))
    reasons = {name: one.reason for name, one in findings.items() if one.reason is not None}
    return measured_from(
        {name: one.value for name, one in findings.items()},
        duration_s=(samples.shape[1] - start) / rate_hz,
        unheard=frozenset(equipped.unheard),
        reasons={name: why for name, why in {**reasons, **equipped.unheard}.items() if name in FIELDS},
        doubts={name: one.fallback for name, one in findings.items() if one.fallback and name in FIELDS},
    )


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes that are started in the block use one thread each for numbers: they are what runs side by side."""
    import os

    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
