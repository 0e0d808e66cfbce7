"""Treat audio with words."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from muzecli.options import (
    DryRunOption,
    JobsOption,
    OutputOption,
    OverwriteOption,
    PresetOption,
    ResumeOption,
    Run,
    SeedOption,
)

PROMPT_HELP = "How it should sound, in words and numbers."


class Format(StrEnum):
    """Containers that audio can be written to."""

    WAV = "wav"
    FLAC = "flac"
    MP3 = "mp3"
    OGG = "ogg"
    AIFF = "aiff"
    RAW = "raw"


class Peaks(StrEnum):
    """What to do with peaks over full scale."""

    NORMALIZE = "normalize"
    LIMIT = "limit"
    ERROR = "error"


class Target(StrEnum):
    """Programs that a chain can be written for."""

    PEDALBOARD = "pedalboard"
    SOX = "sox"
    FFMPEG = "ffmpeg"


PromptArgument = Annotated[str, typer.Argument(metavar="PROMPT", help=PROMPT_HELP)]
FromOption = Annotated[
    str | None,
    typer.Option("--from", metavar="PRESET", help="Change this preset by the prompt: 'a bit brighter'."),
]
AmountOption = Annotated[
    float, typer.Option("--amount", min=-2.0, max=2.0, help="How much of it; negative is the opposite.")
]


def apply(
    run: Run,
    words: Annotated[
        list[str],
        typer.Argument(metavar="INPUT... PROMPT", help="Audio files, folders or '-', then the prompt."),
    ],
    output: OutputOption = None,
    output_dir: Annotated[
        Path, typer.Option("--output-dir", help="Where run folders go without --output.")
    ] = Path("output"),
    preset: PresetOption = None,
    from_preset: FromOption = None,
    preset_out: Annotated[
        Path | None, typer.Option("--preset-out", metavar="FILE", help="Save the chain.")
    ] = None,
    amount: AmountOption = 1.0,
    mix: Annotated[float, typer.Option("--mix", min=0.0, max=1.0, help="Share of the treated sound.")] = 1.0,
    tail: Annotated[
        str,
        typer.Option("--tail", metavar="auto|none|SECONDS", help="How long reverb and echoes may ring out."),
    ] = "auto",
    match_loudness: Annotated[
        bool,
        typer.Option(
            "--match-loudness/--no-match-loudness", help="Bring the result to the input's loudness."
        ),
    ] = True,
    loudness_lufs: Annotated[
        float | None,
        typer.Option("--loudness", min=-60, max=0, metavar="LUFS", help="Bring it to this loudness."),
    ] = None,
    audio_length: Annotated[
        float | None,
        typer.Option("--audio-length", min=0.001, metavar="SECONDS", help="Treat only the beginning."),
    ] = None,
    peaks: Annotated[
        Peaks, typer.Option("--peaks", help="What to do with peaks over full scale.")
    ] = Peaks.NORMALIZE,
    audio_format: Annotated[
        Format | None, typer.Option("--format", help="Container; else the suffix's.")
    ] = None,
    bit_depth: Annotated[
        int | None,
        typer.Option("--bit-depth", metavar="8|16|24|32|64", help="Sample depth; else the input's."),
    ] = None,
    raw_input: Annotated[
        str | None,
        typer.Option("--raw-input", metavar="RATE:CHANNELS", help="Input is headerless 32-bit float."),
    ] = None,
    seed: SeedOption = 0,
    jobs: JobsOption = 1,
    resume: ResumeOption = True,
    overwrite: OverwriteOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Treat audio files with words.

    Without --output a folder OUTPUT_DIR/<date>_<prompt>/ holds the audio, the preset and metadata.txt.
    With --output FILE there are that file, its sidecar and its preset; with a folder, one file for each input.

    Examples:
    muze fx apply in.wav "warm tape" -o out.wav
    muze fx apply takes/ "telephone" --output-dir treated --jobs 2
    muze fx apply in.flac "cut 3 dB at 300 Hz, 1.2 s of reverb 20 % wet" --amount 0.5
    muze fx apply in.wav --preset lofi-bedroom -o out.wav
    cat in.wav | muze fx apply - "in a cathedral" -o - > out.wav
    """
    from muze_fx.treatment.apply import apply_fx
    from muze_fx.treatment.request import ApplyRequest

    apply_fx(
        run,
        ApplyRequest(
            words=tuple(words),
            output=output,
            output_dir=output_dir,
            preset=preset,
            from_preset=from_preset,
            preset_out=preset_out,
            amount=amount,
            mix=mix,
            tail=tail,
            match_loudness=match_loudness,
            loudness_lufs=loudness_lufs,
            audio_length_s=audio_length,
            peaks=peaks.value,
            container=audio_format.value if audio_format else None,
            bit_depth=bit_depth,
            raw_input=raw_input,
            seed=0 if seed is None else seed,
            jobs=jobs,
            resume=resume,
            overwrite=overwrite,
            dry_run=dry_run,
        ),
    )


def plan(
    run: Run,
    prompt: PromptArgument,
    from_preset: FromOption = None,
    amount: AmountOption = 1.0,
    response: Annotated[
        str | None,
        typer.Option("--response", metavar="HZ,HZ,...", help="Add the equaliser's dB at these frequencies."),
    ] = None,
    output: OutputOption = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Print the effect chain that a prompt means, as JSON; no audio is touched.

    Examples:
    muze fx plan "warm tape"
    muze fx plan "cut 3 dB at 300 Hz" --response 100,300,1000
    muze fx plan "a bit brighter" --from mine.json -o brighter.json
    """
    from muze_fx.planning.prompts import chain_for, parse_frequencies
    from muzecli.files import check_outputs, dump_json, is_stdout, write_json

    frequencies = parse_frequencies(response) if response is not None else None
    to_file = output is not None and not is_stdout(output)
    if to_file:
        check_outputs([Path(str(output))], overwrite=overwrite)
    planned = chain_for(prompt, base=from_preset)
    preset = planned.preset.scaled(amount)
    document = preset.to_dict()
    if frequencies is not None:
        gains = preset.response_db(frequencies)
        document["response"] = [
            {"freq_hz": freq_hz, "gain_db": round(float(gain_db), 4)}
            for freq_hz, gain_db in zip(frequencies, gains, strict=True)
        ]
    for remark in planned.remarks():
        run.console.warn(remark)
    if to_file:
        write_json(Path(str(output)), document, overwrite=overwrite)
        run.console.result(str(output))
        run.console.document("muze.plan-file/1", {"path": str(output)})
        return
    # The preset is the result, with --json or without.
    run.console.result(dump_json(document, indent=2))
    run.console.document(document.pop("schema"), document)


def explain(run: Run, prompt: PromptArgument, from_preset: FromOption = None) -> None:
    """Show which words of a prompt did what, and why.

    Examples:
    muze fx explain "warm analog tape saturation"
    muze fx explain "less boomy, no reverb, +2 dB above 8 kHz" --json
    """
    from dataclasses import asdict

    from muze_fx.planning.prompts import chain_for

    planned = chain_for(prompt, base=from_preset)
    rows = [
        (
            account.words,
            account.meaning
            if account.confidence is None
            else f"{account.meaning}, {account.confidence:.0%} sure",
            account.strength,
            account.did,
            account.note,
        )
        for account in planned.accounts
    ]
    run.console.table(("words", "meaning", "strength", "effect", "why"), rows)
    if planned.unknown:
        run.console.result(f"not understood: {', '.join(planned.unknown)}")
    run.console.document(
        "muze.explain/1",
        {
            "prompt": prompt,
            "accounts": [asdict(account) for account in planned.accounts],
            "unknown": list(planned.unknown),
            "preset": planned.preset.to_dict(),
        },
    )


def list_effects(
    run: Run,
    effect: Annotated[str | None, typer.Argument(metavar="[EFFECT]", help="Only this effect.")] = None,
) -> None:
    """List the effects and their parameters, with units, ranges and defaults.

    Examples:
    muze fx list
    muze fx list reverb
    muze fx list --json
    """
    from muze_fx.catalogue import catalogue, catalogue_rows

    entries = catalogue(effect)
    run.console.table(("effect", "parameter", "range", "default", "unit", "what"), catalogue_rows(entries))
    run.console.document("muze.effects/1", {"effects": entries})


def export(
    run: Run,
    preset: Annotated[str, typer.Argument(metavar="PRESET", help="A preset's file or name.")],
    to: Annotated[Target, typer.Option("--to", help="The program to write it for.")],
    rate: Annotated[
        int, typer.Option("--rate", min=1000, metavar="HZ", help="Sampling rate it will run at.")
    ] = 44_100,
    channels: Annotated[int, typer.Option("--channels", min=1, help="Channels of what it will run on.")] = 2,
    output: OutputOption = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Write a chain as a pedalboard script, a sox command or an ffmpeg command.

    Examples:
    muze fx export mine.json --to ffmpeg
    muze fx export lofi-bedroom --to pedalboard -o lofi.py
    """
    from muze_fx.export import export as export_preset
    from muze_fx.stored import load_preset
    from muzecli.files import check_outputs, is_stdout, write_text

    to_file = output is not None and not is_stdout(output)
    if to_file:
        check_outputs([Path(str(output))], overwrite=overwrite)
    exported = export_preset(load_preset(preset), to.value, rate_hz=rate, channels=channels)
    for warning in exported.warnings:
        run.console.warn(warning)
    if to_file:
        write_text(Path(str(output)), exported.text, overwrite=overwrite)
    run.console.result(str(output) if to_file else exported.text.rstrip("\n"))
    run.console.document(
        "muze.export/1",
        {
            "target": to.value,
            "path": str(output) if to_file else None,
            "text": exported.text,
            "warnings": list(exported.warnings),
        },
    )


def compare(
    run: Run,
    a: Annotated[Path, typer.Argument(metavar="A", help="The file to compare with.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="The file that is compared.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="PICTURE", help="Also draw it: .png, .svg or .pdf."),
    ] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Show what differs between two files once their loudness is the same.

    Examples:
    muze fx compare dry.wav treated.wav
    muze fx compare dry.wav treated.wav -o difference.png
    """
    from muze_fx.compare import compare as compare_files
    from muze_fx.compare import plot, table_rows
    from muzecli.files import atomic_path, check_outputs
    from muzecli.pictures import picture_format

    if output is not None:
        picture_format(output.suffix, example="difference.png")
        check_outputs([output], overwrite=overwrite)
    comparison = compare_files(a, b)
    if output is not None:
        with atomic_path(output, overwrite=overwrite) as part:
            plot(comparison, part, suffix=output.suffix)
    run.console.table(("measure", "unit", "A", "B", "B − A"), table_rows(comparison))
    if output is not None:
        run.console.result(str(output))
    run.console.document(
        "muze.comparison/1", {**comparison.document(), "picture": str(output) if output else None}
    )
