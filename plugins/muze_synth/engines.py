"""Engines that play a composed score: with sampled instruments, or with the built-in synthesiser."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from muzecli.errors import UsageError
from muzecli.plugin import Reference, Rendering
from muzecli.seeds import SEED_MAX, item_seed

if TYPE_CHECKING:
    from muze_synth.play import Player, Singer
    from muzecli.song.plan import Plan

COMPOSER = "theory"
RATES_HZ = (16_000, 96_000)


@dataclass(frozen=True)
class PlayOptions:
    """What both engines understand beside the plan.

    Attributes:
        soundfont: file to play with; None looks in the usual places. The built-in synthesiser needs none.
        sample_rate: of the audio, 16000…96000 Hz.
        stems: whether to give each part back, and the room.
        mix_seed: decides the mix alone; None takes the rendering's seed.
        composer: name of the composer.
    """

    soundfont: Path | None = None
    sample_rate: int = 44_100
    stems: bool = False
    mix_seed: int | None = None
    composer: str = COMPOSER

    @classmethod
    def from_mapping(cls, options: Mapping[str, Any], engine: str) -> PlayOptions:
        """Read an engine's options.

        Raises:
            UsageError: an unknown option, or a value that is not allowed.
        """
        from difflib import get_close_matches

        known = [item.name for item in fields(cls)]
        for name in options:
            if name not in known:
                near = get_close_matches(str(name), known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
                raise UsageError(f"the engine '{engine}' has no option '{name}'", hint=hint)
        rate = options.get("sample_rate", cls.sample_rate)
        if not isinstance(rate, int) or not RATES_HZ[0] <= rate <= RATES_HZ[1]:
            raise UsageError(
                f"sample_rate must be a whole number of {RATES_HZ[0]}…{RATES_HZ[1]} Hz; found {rate!r}"
            )
        stems = options.get("stems", cls.stems)
        if not isinstance(stems, bool):
            raise UsageError(f"stems must be true or false; found {stems!r}")
        mix_seed = options.get("mix_seed")
        if mix_seed is not None and (not isinstance(mix_seed, int) or not 0 <= mix_seed <= SEED_MAX):
            raise UsageError(f"mix_seed must be a whole number of 0…{SEED_MAX}; found {mix_seed!r}")
        soundfont = options.get("soundfont")
        return cls(
            soundfont=None if soundfont is None else Path(soundfont),
            sample_rate=rate,
            stems=stems,
            mix_seed=mix_seed,
            composer=str(options.get("composer", cls.composer)),
        )


class ScoreEngine(ABC):
    """Compose, play, mix; what plays is the only difference between the engines.

    Class attributes:
        name: the word for `--engine`.
        summary: one line for lists.
        reworks: it cannot.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    reworks: ClassVar[bool] = False

    @abstractmethod
    def _player(self, options: PlayOptions) -> tuple[Player, Sequence[Mapping[str, str]]]:
        """Return what plays, and the files it plays with: name and SHA-256."""

    def render(
        self,
        plan: Plan,
        *,
        seed: int,
        device: str,
        options: Mapping[str, Any],
        on_progress: Callable[[float], None],
        reference: Reference | None = None,
    ) -> Rendering:
        """Render a whole plan; the same arguments give the same samples.

        Args:
            plan: what to play; its own seed decides the notes.
            seed: decides the singer and the mix.
            device: taken and not used: all of this runs on the processor.
            options: see `PlayOptions`.
            on_progress: told how far it is.
            reference: must be None.

        Raises:
            UsageError: an option is unknown or not allowed, or a reference is given.
            UnavailableError: FluidSynth or a SoundFont is missing.
        """
        from muze_synth.mix.mixing import mix
        from muze_synth.mix.recipe import MixRecipe
        from muze_synth.play import play
        from muzecli.plugin import composers

        if reference is not None:
            raise UsageError(
                f"the engine '{self.name}' plays whole plans and cannot rework audio", hint="--engine ldm can"
            )
        chosen = PlayOptions.from_mapping(options, self.name)
        player, files = self._player(chosen)  # what is missing is said before any work
        on_progress(0.0)
        score = composers.get(chosen.composer).compose(plan)
        on_progress(0.2)
        singer = singer_for(plan.language, seed)
        stems = play(score, rate_hz=chosen.sample_rate, player=player, singer=singer)
        on_progress(0.7)
        mixed = mix(
            stems,
            score,
            rate_hz=chosen.sample_rate,
            recipe=MixRecipe.seeded(seed if chosen.mix_seed is None else chosen.mix_seed, plan.genre),
            with_stems=chosen.stems,
        )
        on_progress(1.0)
        return Rendering(mixed.samples, chosen.sample_rate, mixed.stems, files)


class SamplerEngine(ScoreEngine):
    """Sampled instruments (`muze.engines`)."""

    name = "sampler"
    summary = "composes, and plays sampled instruments: FluidSynth and a SoundFont"

    def _player(self, options: PlayOptions) -> tuple[Player, Sequence[Mapping[str, str]]]:
        from muze_synth.fluid import FluidPlayer
        from muze_synth.soundfont import find_soundfont

        font = find_soundfont(options.soundfont)
        return FluidPlayer(font), ({"name": font.path.name, "sha256": font.sha256},)


class PlainEngine(ScoreEngine):
    """The built-in synthesiser (`muze.engines`)."""

    name = "plain"
    summary = "composes, and plays the built-in synthesiser: needs nothing installed"

    def _player(self, options: PlayOptions) -> tuple[Player, Sequence[Mapping[str, str]]]:
        from muze_synth.plain.player import PlainPlayer

        return PlainPlayer(), ()


def singer_for(language: str | None, seed: int) -> Singer:
    """Return a singer whose timbre suits each part: its instrument, its range, and the seed."""
    import random

    from muze_synth.singer import Sung, fitting_timbres, sing
    from muzecli.song.score import Part, Score

    def singer(part: Part, score: Score, *, rate_hz: int) -> Sung:
        pitches = [note.pitch for note in part.notes] or [60]
        voices = fitting_timbres(min(pitches), max(pitches), instrument=part.instrument)
        own_seed = item_seed(seed, f"singer/{part.name}")
        voice = random.Random(own_seed).choice(voices)
        return sing(part, score, rate_hz=rate_hz, voice=voice, language=language or "en", seed=own_seed)

    return singer
