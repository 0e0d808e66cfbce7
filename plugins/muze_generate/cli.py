"""The command that makes songs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from muzecli.options import (
    DeviceOption,
    DryRunOption,
    JobsOption,
    OutputOption,
    OverwriteOption,
    ResumeOption,
    Run,
    SeedOption,
)

PLAN, MODEL, AUDIO, TAKES, FILES = "Plan", "Model", "Audio to work on", "Takes", "Files"


class Format(StrEnum):
    """Containers that audio can be written to."""

    WAV = "wav"
    FLAC = "flac"
    MP3 = "mp3"
    OGG = "ogg"
    AIFF = "aiff"
    RAW = "raw"


class RankBy(StrEnum):
    """What the best take is best at."""

    BOTH = "both"
    WORDS = "words"
    PLAN = "plan"


class Channels(StrEnum):
    """How many channels a song has."""

    MONO = "mono"
    STEREO = "stereo"


def generate(
    run: Run,
    prompt: Annotated[
        str | None,
        typer.Option("--prompt", metavar="WORDS|-", help="What the song is like.", rich_help_panel=PLAN),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan",
            metavar="FILE|-",
            help="Play this plan; the sidecar of a song makes that song again.",
            rich_help_panel=PLAN,
        ),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            metavar="NAME|FILE|auto[:DIR]",
            help="The form; auto: the planner model, or the one in DIR, draws one.",
            rich_help_panel=PLAN,
        ),
    ] = None,
    duration: Annotated[
        float | None,
        typer.Option(
            "--duration",
            min=5,
            max=600,
            metavar="SECONDS",
            help="Length, to the nearest bar; else the words', that of --init-audio, or 30.",
            rich_help_panel=PLAN,
        ),
    ] = None,
    tempo: Annotated[
        float | None,
        typer.Option("--tempo", min=20, max=400, metavar="BPM", help="Beats a minute.", rich_help_panel=PLAN),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="KEY", help="Such as 'F# minor'.", rich_help_panel=PLAN),
    ] = None,
    time_signature: Annotated[
        str | None,
        typer.Option("--time-signature", metavar="N/D", help="Such as 3/4.", rich_help_panel=PLAN),
    ] = None,
    genre: Annotated[
        str | None,
        typer.Option(
            "--genre", metavar="NAME", help="Else the words', else by its mood.", rich_help_panel=PLAN
        ),
    ] = None,
    planner: Annotated[
        str, typer.Option("--planner", metavar="NAME", help="Who plans.", rich_help_panel=PLAN)
    ] = "template",
    composer: Annotated[
        str | None,
        typer.Option(
            "--composer",
            metavar="NAME",
            help="Who writes the notes; else the engine's.",
            rich_help_panel=PLAN,
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            metavar="auto|NAME",
            help="Who plays: ldm is the diffusion model, sampler and plain play the notes.",
            rich_help_panel=MODEL,
        ),
    ] = "auto",
    model: Annotated[
        str | None,
        typer.Option(
            "--model", metavar="NAME|FOLDER", help="The engine's model; else its own.", rich_help_panel=MODEL
        ),
    ] = None,
    vae_checkpoint: Annotated[
        str | None,
        typer.Option(
            "--vae-checkpoint",
            metavar="NAME|FOLDER",
            help="Autoencoder in place of the model's.",
            rich_help_panel=MODEL,
        ),
    ] = None,
    vocoder_checkpoint: Annotated[
        str | None,
        typer.Option(
            "--vocoder-checkpoint",
            metavar="NAME|FOLDER",
            help="Vocoder in place of the model's.",
            rich_help_panel=MODEL,
        ),
    ] = None,
    ldm_checkpoint: Annotated[
        str | None,
        typer.Option(
            "--ldm-checkpoint",
            metavar="NAME|FOLDER",
            help="Diffusion model in place of the model's.",
            rich_help_panel=MODEL,
        ),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            "--steps", "--num-steps", metavar="N", help="Steps of the sampler.", rich_help_panel=MODEL
        ),
    ] = None,
    sampler: Annotated[
        str | None,
        typer.Option(
            "--sampler", metavar="NAME", help="ddpm, ddim, dpmpp_2m, euler or heun.", rich_help_panel=MODEL
        ),
    ] = None,
    eta: Annotated[
        float | None,
        typer.Option("--eta", metavar="0…1", help="Noise that ddim puts back.", rich_help_panel=MODEL),
    ] = None,
    cfg_scale: Annotated[
        float | None,
        typer.Option(
            "--cfg-scale", metavar="X", help="Guidance by the words; 1 is none.", rich_help_panel=MODEL
        ),
    ] = None,
    score_scale: Annotated[
        float | None,
        typer.Option(
            "--score-scale", metavar="X", help="Guidance by the notes; 1 is none.", rich_help_panel=MODEL
        ),
    ] = None,
    cfg_rescale: Annotated[
        float | None,
        typer.Option(
            "--cfg-rescale",
            metavar="0…1",
            help="Against the contrast that guidance adds.",
            rich_help_panel=MODEL,
        ),
    ] = None,
    negative_prompt: Annotated[
        str | None,
        typer.Option(
            "--negative-prompt", metavar="WORDS", help="What it should not sound like.", rich_help_panel=MODEL
        ),
    ] = None,
    score_control: Annotated[
        bool | None,
        typer.Option(
            "--score-control/--no-score-control",
            help="Whether the model is shown the notes, or only words and sections.",
            rich_help_panel=MODEL,
        ),
    ] = None,
    style_of: Annotated[
        str | None,
        typer.Option(
            "--style-of", metavar="NAME|FILE", help="Whose style: an artist, or audio.", rich_help_panel=MODEL
        ),
    ] = None,
    soundfont: Annotated[
        str | None,
        typer.Option("--soundfont", metavar="FILE", help="SoundFont of the sampler.", rich_help_panel=MODEL),
    ] = None,
    engine_option: Annotated[
        list[str] | None,
        typer.Option(
            "--engine-option",
            metavar="NAME=VALUE",
            help="Anything else that the engine understands.",
            rich_help_panel=MODEL,
        ),
    ] = None,
    device: DeviceOption = "auto",
    init_audio: Annotated[
        str | None,
        typer.Option("--init-audio", metavar="FILE|-", help="Start from this audio.", rich_help_panel=AUDIO),
    ] = None,
    strength: Annotated[
        float | None,
        typer.Option(
            "--strength",
            min=0,
            max=1,
            metavar="0…1",
            help="How much of --init-audio is made anew; 0.6.",
            rich_help_panel=AUDIO,
        ),
    ] = None,
    continue_from: Annotated[
        str | None,
        typer.Option(
            "--continue-from", metavar="FILE|-", help="Go on after this audio.", rich_help_panel=AUDIO
        ),
    ] = None,
    regenerate_section: Annotated[
        int | None,
        typer.Option(
            "--regenerate-section",
            metavar="N",
            help="Make this section of --of anew, and leave the rest; from 0.",
            rich_help_panel=AUDIO,
        ),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option("--of", metavar="FILE", help="The song, with its sidecar.", rich_help_panel=AUDIO),
    ] = None,
    candidates: Annotated[
        int,
        typer.Option(
            "--candidates",
            min=1,
            max=64,
            metavar="N",
            help="Make so many takes and keep the best; all, where nobody can rank them.",
            rich_help_panel=TAKES,
        ),
    ] = 1,
    scorer: Annotated[
        str,
        typer.Option(
            "--scorer",
            metavar="auto|NAME|DIR",
            help="Who holds them against the words.",
            rich_help_panel=TAKES,
        ),
    ] = "auto",
    rank_by: Annotated[
        RankBy,
        typer.Option("--rank-by", help="What the best take is best at.", rich_help_panel=TAKES),
    ] = RankBy.BOTH,
    keep_candidates: Annotated[
        bool, typer.Option("--keep-candidates", help="Write the others, too.", rich_help_panel=TAKES)
    ] = False,
    seed: SeedOption = None,
    output: OutputOption = None,
    midi: Annotated[
        Path | None,
        typer.Option("--midi", metavar="FILE", help="Write the notes as a MIDI file.", rich_help_panel=FILES),
    ] = None,
    stems: Annotated[
        bool,
        typer.Option("--stems", help="Write the parts, too, if the engine has them.", rich_help_panel=FILES),
    ] = False,
    audio_format: Annotated[
        Format | None, typer.Option("--format", help="Container; else the suffix's.", rich_help_panel=FILES)
    ] = None,
    bit_depth: Annotated[
        int | None,
        typer.Option(
            "--bit-depth", metavar="8|16|24|32|64", help="Sample depth; else 24.", rich_help_panel=FILES
        ),
    ] = None,
    sample_rate: Annotated[
        int | None,
        typer.Option(
            "--sample-rate",
            min=8000,
            max=192000,
            metavar="HZ",
            help="44100 unless given.",
            rich_help_panel=FILES,
        ),
    ] = None,
    channels: Annotated[
        Channels | None, typer.Option("--channels", help="Stereo unless given.", rich_help_panel=FILES)
    ] = None,
    loudness: Annotated[
        str | None,
        typer.Option(
            "--loudness",
            metavar="LUFS|keep",
            help="Integrated loudness; −14 unless given. keep: as the engine gives it.",
            rich_help_panel=FILES,
        ),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option(
            "--batch",
            metavar="FILE|-",
            help="Make a song of each prompt: .txt, or .yaml, .json, .jsonl with options.",
            rich_help_panel=FILES,
        ),
    ] = None,
    jobs: JobsOption = 1,
    resume: ResumeOption = True,
    overwrite: OverwriteOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Make a song from words or a plan.

    Beside the audio stands a sidecar with the plan and all that is needed to make the song again. Without --output
    the file is named for the prompt. Sections are counted from 0.

    Examples:
    muze generate --prompt "energetic electronic dance track with heavy bass" --template verse_chorus -o song.wav
    muze generate --plan plan.json --engine plain --seed 7 -o take.flac --midi take.mid --overwrite
    muze generate --genre jazz --engine plain --duration 8 --dry-run
    muze generate --prompt "calm piano" --engine plain --duration 6 -o - | muze fx apply - "warm tape" -o calm.wav
    """
    from muze_generate.asking.request import GenerateRequest
    from muze_generate.generate import generate as make

    make(
        run,
        GenerateRequest(
            prompt=prompt,
            plan=plan,
            template=template,
            duration=duration,
            tempo=tempo,
            key=key,
            time_signature=time_signature,
            genre=genre,
            planner=planner,
            composer=composer,
            engine=engine,
            model=model,
            vae_checkpoint=vae_checkpoint,
            vocoder_checkpoint=vocoder_checkpoint,
            ldm_checkpoint=ldm_checkpoint,
            steps=steps,
            sampler=sampler,
            eta=eta,
            cfg_scale=cfg_scale,
            score_scale=score_scale,
            cfg_rescale=cfg_rescale,
            negative_prompt=negative_prompt,
            score_control=score_control,
            style_of=style_of,
            soundfont=soundfont,
            engine_option=tuple(engine_option or ()),
            device=device,
            init_audio=init_audio,
            strength=strength,
            continue_from=continue_from,
            regenerate_section=regenerate_section,
            of=of,
            candidates=candidates,
            scorer=scorer,
            rank_by=rank_by,
            keep_candidates=keep_candidates,
            output=output,
            midi=midi,
            stems=stems,
            audio_format=audio_format.value if audio_format else None,
            bit_depth=bit_depth,
            sample_rate=sample_rate,
            channels=channels.value if channels else None,
            loudness=loudness,
            seed=seed,
            batch=batch,
            jobs=jobs,
            resume=resume,
            overwrite=overwrite,
            dry_run=dry_run,
        ),
    )
