"""The Python interface: text and audio in, treated audio out."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, cast

from muze_fx.planner import Account
from muze_fx.preset import Preset
from muze_fx.prompts import chain_for
from muze_fx.runs import preset_document
from muze_fx.treat import Encoding, Settings, treat
from muzecli.audio.formats import container_of
from muzecli.audio.peaks import PeakPolicy
from muzecli.files import atomic_path, check_outputs, file_sha256
from muzecli.seeds import item_seed


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
        amount: scales what the words ask for, −2…2; negative is the opposite.
        mix: share of the treated sound, 0…1; None leaves it to the prompt ("20 % wet"), which is 1 where silent.
        tail: "auto", "none" or seconds of ringing out.
        match_loudness: bring the result to the input's loudness.
        peaks: "normalize", "limit" or "error", for peaks over full scale.

    Example:
        >>> EffectPipeline().process(audio_path="in.wav", text_prompt="warm", output_path="out.wav").parameters
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        amount: float = 1.0,
        mix: float | None = None,
        tail: str | float = "auto",
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
        """
        source, target = Path(audio_path), Path(output_path)
        container = container_of(target).name
        check_outputs([target], overwrite=overwrite)
        plan = chain_for(text_prompt, base=base)
        said = plan.preset.options.mix
        mix = self._mix if self._mix is not None else 1.0 if said is None else said
        settings = Settings(
            preset=plan.preset.to_dict(),
            amount=self._amount,
            mix=mix,
            tail=self._tail,
            match_loudness=self._match_loudness,
            loudness_lufs=plan.preset.options.loudness_lufs,
            peaks=self._peaks,
            seed=item_seed(self._seed, file_sha256(source)),
        )
        with atomic_path(target, overwrite=overwrite) as part:
            treated = treat(source, part, settings, Encoding(container))
        parameters = preset_document(settings.preset)["preset_parameters"]
        return PipelineResult(
            target, parameters, plan.preset, plan.accounts, treated.loudness, (*plan.remarks(), *treated.warnings)
        )
