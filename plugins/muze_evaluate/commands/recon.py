"""`muze evaluate recon`: recordings and what became of them, measured pair by pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from muze_evaluate import provenance
from muze_evaluate.document import Evaluation, Failure
from muze_evaluate.recon import pairs as pairing
from muze_evaluate.recon import summary
from muze_evaluate.recon.keeping import targets
from muze_evaluate.recon.measures import MEASURES
from muze_evaluate.recon.spectral import LSD_FLOOR_DB, RESOLUTIONS, mel_spec
from muze_evaluate.recon.summary import Measurement
from muze_evaluate.recon.through import Through, ways
from muze_evaluate.recon.waveform import MOST_DB
from muze_evaluate.recon.work import How, Task, work
from muze_evaluate.sets.audio import AudioSet
from muze_evaluate.statistics.bootstrap import LEVEL, RESAMPLES
from muze_evaluate.telling import check_output, tell
from muzecli.batch import Outcome, run_batch
from muzecli.device import check_device_name, choose_device
from muzecli.errors import FailedError, InterruptedRunError, UsageError
from muzecli.files import check_outputs
from muzecli.options import Run
from muzecli.sidecar import configuration_id, sidecar_document, sidecar_path


@dataclass(frozen=True)
class Request:
    """What is asked of `muze evaluate recon`.

    Attributes:
        audio: recordings, folders or datasets; the reference and the evaluated one where there is no way.
        through: ways there and back, as typed.
        split: only a dataset's tracks of this split.
        most: at most so many recordings, spread over all; None for all.
        keep: where what comes back is written; None keeps nothing.
        align: take delays out.
        max_delay_ms: the most that is looked for.
        rate_hz: what to measure at; None for the lower of both rates.
        partial: go on without what has no counterpart.
        jobs: processes.
        device: where models run.
        seed: of the intervals.
        output: where the document goes.
        overwrite: whether files may be replaced.
    """

    audio: Sequence[str]
    through: Sequence[str] = ()
    split: str | None = None
    most: int | None = None
    keep: Path | None = None
    align: bool = False
    max_delay_ms: float = 100.0
    rate_hz: int | None = None
    partial: bool = False
    jobs: int = 1
    device: str = "auto"
    seed: int = 0
    output: Path | None = None
    overwrite: bool = False


def measured(run: Run, request: Request) -> None:
    """Measure, print and write.

    Raises:
        UsageError, InputMissingError, BadDataError, UnavailableError: what was asked for cannot be.
        FailedError: pairs could not be measured; the rest has been told by then.
        InterruptedRunError: the user asked to stop; nothing has been written but what was to be kept.
    """
    _check(request)
    evaluation = _through(run, request) if request.through else _compared(run, request)
    tell(run, evaluation, output=request.output, overwrite=request.overwrite)


def _check(request: Request) -> None:
    """Check all options that need nothing to be read."""
    check_device_name(request.device)
    check_output(request.output, overwrite=request.overwrite)
    if not request.through:
        if len(request.audio) != 2:
            raise UsageError(
                f"without --through there must be two arguments, REF and EVAL; found {len(request.audio)}",
                hint="--through vae measures what an autoencoder loses of recordings",
            )
        if request.keep is not None:
            raise UsageError("--keep writes what comes back through a model, and there is no --through")
    ways(request.through)


def _through(run: Run, request: Request) -> Evaluation:
    chosen = ways(request.through)
    identities = {way.label: dict(way.identity()) for way in chosen}
    sets = pairing.all_recordings(request.audio, split=request.split)
    missing = pairing.check_whole(sets, partial=request.partial)
    items = pairing.spread([item for one in sets for item in one.items], request.most)
    _check_keep(request)
    kept = _targets(request, chosen, [item.id for item in items])
    tasks = [
        Task(
            item.id,
            way.label,
            item.path,
            way=way,
            target=kept.get((way.label, item.id)),
            document=_sidecar(run, way, identities[way.label]) if kept else {},
        )
        for way in chosen
        for item in items
    ]
    device = choose_device(request.device).name
    found, failed = _worked(run, request, tasks, device=device)
    remarks = [
        f"{label}: {remark}"
        for label, identity in identities.items()
        for remark in identity.get("remarks", ())
    ]
    origin: dict[str, Any] = {
        "through": identities,
        "device": device,
        "reference": _of_sets(sets, found, len(items)),
    }
    return _evaluation(request, found, failed, missing, [*remarks], origin, packages=("torch",))


def _compared(run: Run, request: Request) -> Evaluation:
    reference, evaluated = (pairing.recordings_of(text, split=request.split) for text in request.audio)
    missing = pairing.check_whole((reference, evaluated), partial=request.partial)
    paired = pairing.pair_up(reference, evaluated)
    missing += pairing.check_paired(paired, reference.name, evaluated.name, partial=request.partial)
    tasks = [
        Task(pair.id, "", pair.reference.path, evaluated=pair.evaluated.path)
        for pair in pairing.spread(paired.pairs, request.most)
    ]
    found, failed = _worked(run, request, tasks, device="cpu")
    origin = {
        "reference": _of_sets((reference,), found, len(tasks)),
        "evaluated": provenance.of_set(
            evaluated.name,
            kind=evaluated.kind,
            contents=[one.evaluated_sha256 for one in found if one.evaluated_sha256],
            failed=len(failed),
        ),
    }
    return _evaluation(request, found, failed, missing, [], origin)


# ---- the work ----


def _worked(
    run: Run, request: Request, tasks: Sequence[Task], *, device: str
) -> tuple[list[Measurement], list[Failure]]:
    """Return the pairs that could be measured, in the order of the tasks, and why others could not."""
    how = How(device, request.align, request.max_delay_ms, request.rate_hz, request.overwrite)
    found: dict[tuple[str, str], Measurement] = {}
    failed: dict[tuple[str, str], Failure] = {}

    def on_outcome(outcome: Outcome[Task]) -> None:
        task = outcome.item
        if outcome.error is not None:
            reason = outcome.error.line.removeprefix(f"{task.reference}: ").removeprefix(
                f"{task.evaluated}: "
            )
            failed[task.group, task.id] = Failure(task.id, reason, task.group)
        else:
            found[task.group, task.id] = outcome.result

    result = run_batch(
        tasks,
        partial(work, how),
        jobs=request.jobs,
        console=run.console,
        label="measuring",
        name=lambda task: task.id,
        on_outcome=on_outcome,
    )
    if result.stopped and len(result.outcomes) < len(tasks):
        raise InterruptedRunError(
            f"stopped after {len(result.outcomes)} of {len(tasks)} pairs; no figure was made"
        )
    keys = [(task.group, task.id) for task in tasks]
    return [found[key] for key in keys if key in found], [failed[key] for key in keys if key in failed]


# ---- kept ----


def _check_keep(request: Request) -> None:
    """Check that what comes back does not lie among the recordings: the next run would measure it, too.

    Raises:
        UsageError: it does.
    """
    if request.keep is None:
        return
    place = request.keep.resolve()
    for text in request.audio:
        folder = Path(text).resolve()
        if folder.is_dir() and place.is_relative_to(folder):
            raise UsageError(
                f"--keep must name a folder outside of the recordings, and {request.keep} lies in {text}"
            )


def _targets(request: Request, chosen: Sequence[Through], ids: Sequence[str]) -> dict[tuple[str, str], Path]:
    """Return where everything is to be written, and check that it can be."""
    if request.keep is None:
        return {}
    found = {
        (way.label, name): path
        for way in chosen
        for name, path in targets(request.keep, way.label, ids).items()
    }
    if len(set(found.values())) < len(found):
        raise UsageError(
            "--keep needs ways and recordings whose names differ as files", hint="run them apart"
        )
    audio = list(found.values())
    check_outputs([*audio, *map(sidecar_path, audio)], overwrite=request.overwrite)
    return found


def _sidecar(run: Run, way: Through, identity: Mapping[str, Any]) -> dict[str, Any]:
    weights = [{"name": way.name, "sha256": identity["sha256"]}] if identity.get("sha256") else []
    return sidecar_document(
        run,
        audio="",
        seed=None,
        configuration=configuration_id({"through": way.label, "identity": dict(identity)}),
        inputs=[],
        weights=weights,
        through={"name": way.name, **identity},
    )


# ---- told ----


def _of_sets(sets: Sequence[AudioSet], found: Sequence[Measurement], count: int) -> dict[str, Any]:
    """Return what the document says of the originals."""
    once = {one.row.id: one for one in found}
    return provenance.of_set(
        ", ".join(one.name for one in sets),
        kind=", ".join(dict.fromkeys(one.kind for one in sets)),
        contents=[one.reference_sha256 for one in once.values()],
        seconds=sum(one.seconds for one in once.values()),
        failed=count - len(once),
    )


def _evaluation(
    request: Request,
    found: Sequence[Measurement],
    failed: Sequence[Failure],
    missing: Sequence[str],
    warnings: Sequence[str],
    origin: Mapping[str, Any],
    packages: Sequence[str] = (),
) -> Evaluation:
    """Return all that was found.

    Raises:
        FailedError: nothing could be measured.
    """
    if not found:
        raise FailedError(
            f"none of {len(failed)} pairs could be measured: {failed[0].id}: {failed[0].reason}",
            details={"failed": [asdict(failure) for failure in failed]},
        )
    groups: dict[str, Sequence[Measurement]] = {
        name: [one for one in found if one.row.group == name]
        for name in dict.fromkeys(one.row.group for one in found)
    }
    curves = (summary.curve(each, name) for name, each in groups.items())
    return Evaluation(
        "recon",
        figures=tuple(
            figure
            for name, each in groups.items()
            for figure in summary.figures(each, name, seed=request.seed)
        ),
        rows=tuple(
            sorted((one.row for one in found), key=lambda row: (list(groups).index(row.group), row.id))
        ),
        curves=tuple(each for each in curves if each is not None),
        failed=tuple(failed),
        missing=tuple(missing),
        warnings=(*warnings, *summary.warnings(groups)),
        settings={
            "through": list(request.through),
            "split": request.split,
            "limit": request.most,
            "partial": request.partial,
            "align": request.align,
            "max_delay_ms": request.max_delay_ms,
            "rate_hz": request.rate_hz,
            "seed": request.seed,
            "level": LEVEL,
            "resamples": RESAMPLES,
        },
        provenance={
            **origin,
            "measures": {
                "names": [each.name for each in MEASURES],
                "mel": {str(rate): asdict(mel_spec(rate)) for rate in sorted({one.rate_hz for one in found})},
                "stft": [asdict(stft) for stft in RESOLUTIONS],
                "lsd_floor_db": LSD_FLOOR_DB,
                "most_db": MOST_DB,
            },
            "versions": provenance.audio_versions(*packages),
        },
    )
