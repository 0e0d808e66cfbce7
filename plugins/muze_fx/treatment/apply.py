"""What `muze fx apply` does, from the words on the command line to the files: check all, then treat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from muze_fx.preset import Preset
from muze_fx.treatment import runs
from muze_fx.treatment.destinations import STDIN_NAME, Task, check_stdin, source_file, to_file, to_stdout
from muze_fx.treatment.folders import to_folder
from muze_fx.treatment.inputs import Input, find_inputs
from muze_fx.treatment.request import (
    ApplyRequest,
    container_for,
    file_target,
    raw_format,
    split_words,
    tail_of,
)
from muze_fx.treatment.treat import Encoding, Settings
from muzecli.audio.formats import choose_subtype
from muzecli.audio.peaks import PeakPolicy
from muzecli.console import binary_stdout
from muzecli.errors import UsageError
from muzecli.files import STDIO, check_outputs, is_stdout, write_json
from muzecli.options import Run


def apply_fx(run: Run, request: ApplyRequest) -> None:
    """Treat the inputs of a request.

    Raises:
        MuzeError: with the exit code of what went wrong; where one of several inputs fails, FailedError (1).
    """
    names, prompt = split_words(request)
    raw = raw_format(request.raw_input)
    tail_of(request.tail)
    from_stdin = names == [STDIO]
    if STDIO in names and not from_stdin:
        raise UsageError("'-' must be the only input", hint="give files, or one stream")
    if from_stdin and not request.dry_run:
        check_stdin()
    out_is_stdout = request.output is not None and is_stdout(request.output)
    if out_is_stdout and not request.dry_run:
        binary_stdout()  # refuses a terminal before any work
    inputs = [] if from_stdin else find_inputs(names, output=Path(request.output or request.output_dir))
    if out_is_stdout and len(inputs) > 1:
        raise UsageError(
            f"only one file can go to standard output, and there are {len(inputs)}", hint="-o FOLDER"
        )
    source = inputs[0].path if inputs else None
    container = container_for(request, out_is_stdout=out_is_stdout, names=names)
    if request.bit_depth is not None:
        choose_subtype(
            container or "wav", None, request.bit_depth
        )  # refuses a depth that the container lacks
    target = None if out_is_stdout else file_target(request, names, container or "wav")
    _check_files(request, inputs, target)

    preset, remarks, weights = _chain(request, prompt)
    for remark in remarks:
        run.console.warn(remark)
    run = run.with_preset(preset.options.to_dict(), request.preset or request.from_preset or "of the prompt")
    settings = Settings(
        preset=preset.to_dict(),
        amount=float(run.value_of("amount")),
        mix=float(run.value_of("mix")),
        tail=tail_of(str(run.value_of("tail"))),
        match_loudness=request.match_loudness,
        loudness_lufs=run.value_of("loudness_lufs"),
        audio_length_s=request.audio_length_s,
        peaks=cast(PeakPolicy, request.peaks),
        seed=request.seed,
    )
    task = Task(run, request, prompt, settings, Encoding(container, request.bit_depth), raw, weights)
    if out_is_stdout:
        to_stdout(task, source)
    elif target is not None:
        to_file(task, source, target)
    elif from_stdin:
        with source_file(None) as copy:
            to_folder(task, [Input(copy, Path(f"{STDIN_NAME}.{container}"), STDIN_NAME)])
    else:
        to_folder(task, inputs)
    if request.preset_out is not None and not request.dry_run:
        write_json(request.preset_out, runs.preset_document(settings.preset), overwrite=request.overwrite)


def _check_files(request: ApplyRequest, inputs: Sequence[Input], target: Path | None) -> None:
    """Refuse outputs that are inputs or exist, before anything is loaded that takes time."""
    outputs = [path for path in (target, request.preset_out) if path is not None]
    for item in inputs:
        if any(path.exists() and path.samefile(item.path) for path in outputs):
            raise UsageError(
                f"{item.name}: the output would replace its own input", hint="choose another --output"
            )
    if len({path.absolute() for path in outputs}) < len(outputs):
        raise UsageError(f"--output and --preset-out are both {target}", hint="name two files")
    check_outputs(outputs, overwrite=request.overwrite)


def _chain(
    request: ApplyRequest, prompt: str
) -> tuple[Preset, tuple[str, ...], tuple[Mapping[str, str], ...]]:
    """Return the chain to use, what there is to say of how the prompt was read, and the models that read it."""
    if request.preset is not None:
        from muze_fx.stored import load_preset

        return load_preset(request.preset), (), ()
    from muze_fx.planning.prompts import (
        chain_for,
        weights_of,
    )  # the grammar and the lexicon, which a preset does without

    plan = chain_for(prompt, base=request.from_preset)
    return plan.preset, plan.remarks(), weights_of(plan)
