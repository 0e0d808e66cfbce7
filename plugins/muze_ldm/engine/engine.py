"""The engine `ldm`, from a plan to sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from muze_ldm.engine.options import ENGINE, LdmOptions
from muzecli.plugin import Reference, Rendering

if TYPE_CHECKING:
    from muze_ldm.bundle import BundleFiles
    from muzecli.song.plan import Plan

# Shares of the work at which its parts are done.
_LOADED, _SAMPLED, _DECODED, _SOUNDED = 0.05, 0.8, 0.85, 0.97


class LdmEngine:
    """Latent diffusion under a score (`muze.engines`)."""

    name = ENGINE
    summary = "composes, and plays by latent diffusion: the model gives the score its sound"
    reworks = True

    def check(self, options: Mapping[str, Any]) -> None:
        """Check options, and find the models; no weights are read, and torch is not imported.

        Raises:
            UsageError, UnavailableError, InputMissingError, BadDataError: as `render`.
        """
        _files(LdmOptions.from_mapping(options))

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
            seed: decides the sound.
            device: a PyTorch name.
            options: see `LdmOptions`.
            on_progress: told how far it is.
            reference: audio to keep parts of, to start from or to go on from.

        Raises:
            UsageError: an option is unknown or not allowed, or the reference is.
            UnavailableError, InputMissingError: a model is not on this machine.
            BadDataError: models are damaged, or do not belong together.
        """
        from muze_ldm.engine.known import check_reference
        from muzecli.device import choose_device
        from muzecli.plugin import composers

        chosen = LdmOptions.from_mapping(options)
        if reference is not None:
            check_reference(reference, plan.duration_s)
        files = _files(chosen)
        place = choose_device(device).name
        composer = composers.get(chosen.composer)
        on_progress(0.0)

        # torch is imported from here on
        from muze_ldm.bundle import load_bundle
        from muze_ldm.engine.song import render_song

        bundle = load_bundle(files, device=place)
        on_progress(_LOADED)
        samples = render_song(
            bundle,
            plan,
            composer.compose(plan),
            chosen,
            seed=seed,
            device=place,
            reference=reference,
            on_part=lambda part, share: on_progress(_within(part, share)),
        )
        on_progress(1.0)
        return Rendering(samples, chosen.sample_rate, weights=files.weights, remarks=files.remarks)


def _files(options: LdmOptions) -> BundleFiles:
    """Find the models that options name, reading no weights."""
    from muze_ldm.bundle import find_bundle

    return find_bundle(
        options.model,
        vae=options.vae_checkpoint,
        vocoder=options.vocoder_checkpoint,
        ldm=options.ldm_checkpoint,
    )


def _within(part: str, share: float) -> float:
    """Return the share of all work that a share of one part stands for."""
    low, high = {
        "sampling": (_LOADED, _SAMPLED),
        "spectrogram": (_SAMPLED, _DECODED),
        "sound": (_DECODED, _SOUNDED),
    }[part]
    return low + (high - low) * share
