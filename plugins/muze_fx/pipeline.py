"""The Python interface: text and audio in, treated audio out."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, cast

from muze_fx.planning.planner import Account
from muze_fx.planning.prompts import chain_for
from muze_fx.preset import Preset
from muze_fx.treatment.runs import preset_document
from muze_fx.treatment.treat import Encoding, Settings, treat
from muzecli.audio.formats import container_of
from muzecli.audio.peaks import PeakPolicy
from muzecli.errors import UsageError
from muzecli.files import atomic_path, check_outputs, file_sha256


@dataclass(frozen=True)
class PipelineResult:
    """What a treatment did.

    Attributes:
        output_path: the file that was written.
        parameters: the settings of the chain by effect name.
        preset: the chain itself.
        accounts: which words did what.
        loudness: loudness and true peak before and after.
        warnings: what the caller should know.
    """

    output_path: Path
    parameters: dict[str, Any]
    preset: Preset
    accounts: tuple[Account, ...]
    loudness: dict[str, float]
    warnings: tuple[str, ...]


class EffectPipeline:
    """Treat audio with words.

    Args:
        seed: decides noise and wobble.
        amount: scales what the words ask for, −2…2; negative is the opposite; None is what the base preset
            says, else 1.
        mix: share of the treated sound, 0…1; None is what the prompt ("20 % wet") or the base preset says, else 1.
        tail: "auto", "none" or seconds of ringing out; None is what the base preset says, else "auto".
        match_loudness: bring the result to the input's loudness.
        peaks: "normalize", "limit" or "error", for peaks over full scale.

    Example:
        >>> EffectPipeline().process(audio_path="in.wav", text_prompt="warm", output_path="out.wav").parameters
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        amount: float | None = None,
        mix: float | None = None,
        tail: str | float | None = None,
        match_loudness: bool = True,
        peaks: str = "normalize",
    ) -> None:
        self._seed, self._amount, self._mix, self._tail = seed, amount, mix, tail
        self._match_loudness, self._peaks = match_loudness, cast(PeakPolicy, peaks)

    def process(
        self,
        audio_path: str | PathLike[str],
        text_prompt: str,
        output_path: str | PathLike[str],
        *,
        base: str | Preset | None = None,
        overwrite: bool = False,
    ) -> PipelineResult:
        """Treat one file.

        Args:
            audio_path: WAV, FLAC, MP3, OGG or AIFF.
            text_prompt: how it should sound.
            output_path: where to write; the suffix chooses the container.
            base: a preset to change by the prompt.
            overwrite: replace an existing file.

        Raises:
            NotUnderstoodError: the prompt means nothing to muze; nothing is written.
            InputMissingError, BadDataError: the input cannot be read.
            OutputExistsError: the output exists and `overwrite` is false.
            UsageError: the output is the input, or its suffix is none of audio.
        """
        source, target = Path(audio_path), Path(output_path)
        container = container_of(target).name
        if target.exists() and source.exists() and target.samefile(source):
            raise UsageError(f"{source}: the output would replace its own input")
        check_outputs([target], overwrite=overwrite)
        plan = chain_for(text_prompt, base=base)
        said = plan.preset.options
        settings = Settings(
            preset=plan.preset.to_dict(),
            amount=_first(self._amount, said.amount, 1.0),
            mix=_first(self._mix, said.mix, 1.0),
            tail=_first(self._tail, said.tail, "auto"),
            match_loudness=self._match_loudness,
            loudness_lufs=said.loudness_lufs,
            peaks=self._peaks,
            seed=self._seed,
        ).for_content(file_sha256(source))
        with atomic_path(target, overwrite=overwrite) as part:
            treated = treat(source, part, settings, Encoding(container))
        parameters = preset_document(settings.preset)["preset_parameters"]
        return PipelineResult(
            target,
            parameters,
            plan.preset,
            plan.accounts,
            treated.loudness,
            (*plan.remarks(), *treated.warnings),
        )


def _first(*values: Any) -> Any:
    """Return the first value that is not None."""
    return next(value for value in values if value is not None)
