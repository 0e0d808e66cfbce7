"""What `muze fx apply` does, from the words on the command line to the files: check all, then treat."""

from __future__ import annotations

from typing import cast

from muze_fx import runs
from muze_fx.destinations import Task, to_file, to_folder, to_stdout
from muze_fx.preset import Preset
from muze_fx.request import ApplyRequest, container_for, is_file_output, raw_format, split_words, tail_of
from muze_fx.treat import Encoding, Settings
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
    out_is_stdout = request.output is not None and is_stdout(request.output)
    from_stdin = names == [STDIO]
    if STDIO in names and not from_stdin:
        raise UsageError("'-' must be the only input", hint="give files, or one stream")
    if out_is_stdout and not request.dry_run:
        binary_stdout()  # refuses a terminal before any work
    inputs = [] if from_stdin else runs.find_inputs(names)
    if out_is_stdout and len(inputs) > 1:
        raise UsageError(
            f"only one file can go to standard output, and there are {len(inputs)}", hint="-o FOLDER"
        )
    container = container_for(request, out_is_stdout=out_is_stdout, names=names)
    if request.preset_out is not None:
        check_outputs([request.preset_out], overwrite=request.overwrite)

    preset, remarks = _chain(request, prompt)
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
    task = Task(run, request, prompt, settings, Encoding(container, request.bit_depth), raw)
    if out_is_stdout:
        to_stdout(task, inputs[0][0] if inputs else None)
    elif from_stdin or is_file_output(request.output, names):
        to_file(task, inputs[0][0] if inputs else None)
    else:
        to_folder(task, inputs)
    if request.preset_out is not None and not request.dry_run:
        write_json(request.preset_out, runs.preset_document(settings.preset), overwrite=request.overwrite)


def _chain(request: ApplyRequest, prompt: str) -> tuple[Preset, tuple[str, ...]]:
    """Return the chain to use, and what there is to say of how the prompt was read."""
    if request.preset is not None:
        from muze_fx.stored import load_preset

        return load_preset(request.preset), ()
    from muze_fx.prompts import chain_for  # the grammar and the lexicon, which a preset does without

    plan = chain_for(prompt, base=request.from_preset)
    return plan.preset, plan.remarks()
