"""What `muze generate` was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from muzecli.errors import UsageError
from muzecli.files import is_stdout
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key

T = TypeVar("T")

AUTO = "auto"
BOTH, WORDS, PLAN = "both", "words", "plan"
"""What takes are ranked by."""
KEEP = "keep"
DEFAULT_STRENGTH = 0.6
DEFAULT_RATE_HZ = 44_100
DEFAULT_LUFS = -14.0
"""Where the large streaming services play music: louder files are turned down there, softer ones often not up."""

RANGES: Mapping[str, tuple[float, float]] = {
    "duration": (5, 600),
    "tempo": (20, 400),
    "strength": (0, 1),
    "candidates": (1, 64),
    "sample_rate": (8_000, 192_000),
    "seed": (0, 2**32 - 1),
}
"""Option → lowest and highest value."""
LOUDNESS_RANGE_LUFS = (-60.0, 0.0)


@dataclass(frozen=True)
class GenerateRequest:
    """The command line of `muze generate`; also one item of a batch. None is what was not said.

    Attributes:
        prompt: words; "-" reads them from standard input.
        plan: a plan's file, or the sidecar of a song; "-" is standard input.
        template: name or file of a form, "auto", or "auto:FOLDER" of a planner.
        duration: length in seconds.
        tempo: beats a minute.
        key: as typed.
        time_signature: as typed.
        genre: name of a genre.
        planner: who plans, by name.
        composer: who writes the notes, by name; None leaves it to the engine.
        engine: who plays, by name, or "auto".
        model: the engine's model: a name or a folder.
        vae_checkpoint: an autoencoder in place of the model's.
        vocoder_checkpoint: a vocoder in place of the model's.
        ldm_checkpoint: a diffusion model in place of the model's.
        steps: of the sampler.
        sampler: its name.
        eta: noise that a sampler puts back.
        cfg_scale: guidance by the text.
        score_scale: guidance by the score.
        cfg_rescale: how far guided predictions are brought back to the deviation of unguided ones.
        negative_prompt: words for what it should not sound like.
        score_control: whether the model is shown the notes.
        style_of: whose style: an artist, or an audio file.
        soundfont: file that a sampler plays with.
        engine_option: further options of the engine, NAME=VALUE.
        device: where models run.
        init_audio: audio to start from.
        strength: 0…1, how much of it is made anew.
        continue_from: audio to go on after.
        regenerate_section: number of the section to make anew, from 0.
        of: the song that it is a section of.
        candidates: how many takes are made.
        scorer: who holds them against the words, by name, or "auto".
        rank_by: "words", "plan" or "both".
        keep_candidates: whether those that are not the best are written, too.
        output: where the audio goes; "-" is standard output.
        midi: where the notes go.
        stems: whether the parts are written, too.
        audio_format: container.
        bit_depth: of the samples.
        sample_rate: in Hz.
        channels: "mono" or "stereo".
        loudness: LUFS as typed, or "keep".
        seed: of all that is random.
        batch: a file of prompts.
        jobs: how many songs at a time.
        resume: whether a batch goes on where it stopped.
        overwrite: whether outputs may be replaced.
        dry_run: whether to show the plan and write nothing.
        name: of an item of a batch.
    """

    prompt: str | None = None
    plan: str | None = None
    template: str | None = None
    duration: float | None = None
    tempo: float | None = None
    key: str | None = None
    time_signature: str | None = None
    genre: str | None = None
    planner: str = "template"
    composer: str | None = None
    engine: str = AUTO
    model: str | None = None
    vae_checkpoint: str | None = None
    vocoder_checkpoint: str | None = None
    ldm_checkpoint: str | None = None
    steps: int | None = None
    sampler: str | None = None
    eta: float | None = None
    cfg_scale: float | None = None
    score_scale: float | None = None
    cfg_rescale: float | None = None
    negative_prompt: str | None = None
    score_control: bool | None = None
    style_of: str | None = None
    soundfont: str | None = None
    engine_option: tuple[str, ...] = ()
    device: str = "auto"
    init_audio: str | None = None
    strength: float | None = None
    continue_from: str | None = None
    regenerate_section: int | None = None
    of: str | None = None
    candidates: int = 1
    scorer: str = AUTO
    rank_by: str = BOTH
    keep_candidates: bool = False
    output: str | None = None
    midi: Path | None = None
    stems: bool = False
    audio_format: str | None = None
    bit_depth: int | None = None
    sample_rate: int | None = None
    channels: str | None = None
    loudness: str | None = None
    seed: int | None = None
    batch: str | None = None
    jobs: int = 1
    resume: bool = True
    overwrite: bool = False
    dry_run: bool = False
    name: str | None = None

    @property
    def to_stdout(self) -> bool:
        """Whether the audio goes to standard output."""
        return self.output is not None and is_stdout(self.output)

    @property
    def loudness_lufs(self) -> float | None:
        """The loudness that was asked for; None where nothing was said, or to keep the engine's."""
        return None if self.loudness in (None, KEEP) else parse_loudness(str(self.loudness))

    def parsed_key(self) -> Key | None:
        """Return the key that was asked for; raises UsageError where it is none."""
        return _parsed(self.key, Key.parse, "--key")

    def parsed_metre(self) -> TimeSignature | None:
        """Return the metre that was asked for; raises UsageError where it is none."""
        return _parsed(self.time_signature, TimeSignature.parse, "--time-signature")


def flag(option: str) -> str:
    """Return an option as it is typed."""
    return "--" + option.removeprefix("audio_").replace("_", "-")


def _parsed(text: str | None, parse: Callable[[str], T], option: str) -> T | None:
    if text is None:
        return None
    try:
        return parse(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error


def parse_loudness(text: str) -> float:
    """Return a loudness in LUFS.

    Raises:
        UsageError: it is no number, or out of range.
    """
    low, high = LOUDNESS_RANGE_LUFS
    try:
        lufs = float(text)
    except ValueError:
        lufs = 1.0
    if not low <= lufs <= high:
        raise UsageError(f"--loudness must be {low:g} to {high:g} LUFS, or {KEEP}, and it is '{text}'")
    return lufs
