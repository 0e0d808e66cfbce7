"""The files that `muze plan` writes: checked before any work, made in full, then written."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muze_plan.commands.options import AUTO, BUILT_IN, SAMPLED, PlanOptions
from muzecli.errors import UnavailableError, UsageError
from muzecli.files import atomic_path, check_outputs, is_stdout, write_bytes, write_json, write_text
from muzecli.options import Run
from muzecli.sidecar import configuration_id, sidecar_document, sidecar_path
from muzecli.song.documents import document_text, plan_document, score_document
from muzecli.song.plan import Plan
from muzecli.song.score import Score

if TYPE_CHECKING:
    from muzecli.plugin import Rendering

DEVICE = "cpu"


@dataclass(frozen=True)
class Targets:
    """Where results go.

    Attributes:
        plan: the plan's file; None for none.
        stdout: whether the plan goes to standard output.
        score: the notes as JSON.
        midi: the notes as MIDI.
        plot: the picture.
        preview: the audio.
        sidecar: what stands beside the audio.
    """

    plan: Path | None
    stdout: bool
    score: Path | None
    midi: Path | None
    plot: Path | None
    preview: Path | None
    sidecar: Path | None

    @property
    def named(self) -> dict[str, Path]:
        """Kind → file, of all that were asked for."""
        kinds = {
            "plan": self.plan,
            "score": self.score,
            "midi": self.midi,
            "plot": self.plot,
            "preview": self.preview,
        }
        return {kind: path for kind, path in kinds.items() if path is not None}

    @property
    def need_score(self) -> bool:
        """Whether notes have to be written."""
        return any(path is not None for path in (self.score, self.midi, self.plot))


def targets_of(options: PlanOptions, *, json_output: bool) -> Targets:
    """Return where results go, after checking all of it.

    Raises:
        UsageError: two results have one name, one has the name of an input, or it says nothing about the format.
        OutputExistsError, OutputError: a file is there already, or cannot be written.
    """
    stdout = options.output is not None and is_stdout(options.output)
    if stdout and json_output:
        raise UsageError(
            "-o - and --json both write to standard output", hint="--json holds the plan: jq .plan"
        )
    if options.plot is not None:
        from muzecli.pictures import picture_format

        picture_format(options.plot.suffix, example="song.png")
    plan = Path(str(options.output)) if options.output is not None and not stdout else None
    sidecar = None
    if options.preview is not None:
        from muzecli.audio.formats import container_of

        try:
            container_of(options.preview)
        except UsageError as error:
            raise UsageError(error.message, hint="for example preview.wav") from error
        sidecar = sidecar_path(options.preview)
        if sidecar in (plan, options.score):  # `-o song.json --preview song.wav`
            sidecar = options.preview.with_name(f"{options.preview.name}.json")
    targets = Targets(plan, stdout, options.score, options.midi, options.plot, options.preview, sidecar)
    paths = [*targets.named.values(), *([sidecar] if sidecar else [])]
    inputs = {os.path.realpath(path): path for path in options.inputs}
    taken: set[str] = set()
    for path in paths:
        if is_stdout(path):
            raise UsageError("only the plan can go to standard output", hint="name a file")
        place = os.path.realpath(path)  # `a/../p.json` is `p.json`, and so is a link to it
        if place in taken:
            raise UsageError(f"each result needs a file of its own, and two are named {path}")
        taken.add(place)
        if place in inputs and not (path == targets.plan and inputs[place] == options.plan_file):
            raise UsageError(
                f"a result must not replace what it is made from, and {path} is an input",
                hint="name another file",
            )
    check_outputs(paths, overwrite=options.overwrite)
    return targets


def made(
    run: Run, plan: Plan, score: Score | None, targets: Targets, options: PlanOptions
) -> list[Callable[[], None]]:
    """Make every result; return what writes them, so that nothing is written where one of them fails.

    Raises:
        UsageError: there is no such engine.
        UnavailableError: the engine lacks something; the hint says what to install.
    """
    overwrite = options.overwrite
    writers: list[Callable[[], None]] = []
    if targets.plan is not None:
        text = document_text(plan_document(plan))
        writers.append(partial(write_text, targets.plan, _ended(text), overwrite=overwrite))
    if score is not None and targets.score is not None:
        text = document_text(score_document(score))
        writers.append(partial(write_text, targets.score, _ended(text), overwrite=overwrite))
    if score is not None and targets.midi is not None:
        from muzecli.song.midi import midi_bytes

        writers.append(partial(write_bytes, targets.midi, midi_bytes(score), overwrite=overwrite))
    if score is not None and targets.plot is not None:
        from muze_plan.show.picture import picture_bytes

        picture = picture_bytes(score, plan, targets.plot.suffix)
        writers.append(partial(write_bytes, targets.plot, picture, overwrite=overwrite))
    if targets.preview is not None and targets.sidecar is not None:
        writers.append(_preview(run, plan, targets.preview, targets.sidecar, options))
    return writers


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _preview(run: Run, plan: Plan, target: Path, sidecar: Path, options: PlanOptions) -> Callable[[], None]:
    """Play the plan; return what writes the audio and its sidecar."""
    name, rendering = _rendered(run, plan, options)
    return partial(_write_preview, run, plan, name, rendering, target, sidecar, options.overwrite)


def _rendered(run: Run, plan: Plan, options: PlanOptions) -> tuple[str, Rendering]:
    """Return the engine that played the plan, and what it played."""
    if options.engine != AUTO:
        return options.engine, _played(run, plan, options.engine, options)
    try:
        return SAMPLED, _played(run, plan, SAMPLED, options)
    except UnavailableError as error:
        if options.soundfont is not None:  # whoever names one wants to hear it
            raise
        run.console.warn(f"{error.message}; the built-in synthesiser plays instead ({error.hint})")
        return BUILT_IN, _played(run, plan, BUILT_IN, options)


def _played(run: Run, plan: Plan, name: str, options: PlanOptions) -> Rendering:
    from muzecli.plugin import engines

    engine = engines.get(name)
    settings: dict[str, Any] = {}
    if options.soundfont is not None:
        settings["soundfont"] = options.soundfont
    done = 0.0
    with run.console.progress("playing", 100, unit="%") as bar:

        def on_progress(share: float) -> None:
            nonlocal done
            bar.advance(100 * share - done)
            done = 100 * share

        return engine.render(plan, seed=plan.seed, device=DEVICE, options=settings, on_progress=on_progress)


def _write_preview(
    run: Run,
    plan: Plan,
    engine: str,
    rendering: Rendering,
    target: Path,
    sidecar: Path,
    overwrite: bool,
) -> None:
    from muzecli.audio.formats import choose_subtype, container_of
    from muzecli.audio.loudness import LoudnessMeter
    from muzecli.audio.peaks import ceiling_for, decide_peak
    from muzecli.audio.writer import AudioWriter

    container = container_of(target).name
    samples, rate_hz = rendering.samples, rendering.rate_hz
    meter = LoudnessMeter(rate_hz, samples.shape[0])
    meter.add(samples)
    peak = decide_peak(meter.true_peak_dbtp, "normalize", ceiling_dbtp=ceiling_for(container))
    warnings = [peak.warning] if peak.warning else []
    for warning in warnings:
        run.console.warn(f"{target}: {warning}")
    if peak.gain_db:
        samples = samples * samples.dtype.type(peak.gain)
    document = sidecar_document(
        run,
        audio=target.name,
        seed=plan.seed,
        configuration=configuration_id({"plan": plan_document(plan), "engine": engine}),
        inputs=(),
        weights=rendering.weights,
        loudness={
            "integrated_lufs": round(meter.integrated_lufs + peak.gain_db, 2),
            "true_peak_dbtp": round(meter.true_peak_dbtp + peak.gain_db, 2),
        },
        warnings=warnings,
        engine=engine,
        plan=plan_document(plan),
    )
    with (
        atomic_path(target, overwrite=overwrite) as part,
        AudioWriter(
            part,
            rate_hz=rate_hz,
            channels=samples.shape[0],
            container=container,
            subtype=choose_subtype(container, None, None),
        ) as writer,
    ):
        writer.write(samples)
    write_json(sidecar, document, overwrite=overwrite)
