"""What can be chosen about diffusion, without torch: the process, guidance, names of samplers."""

from __future__ import annotations

from dataclasses import dataclass

from muzecli.errors import UsageError

OBJECTIVES = ("eps", "v", "rectified_flow")
SCHEDULES = ("straight", "cosine", "linear_beta")
WEIGHTINGS = ("none", "snr", "min_snr", "soft_min_snr", "truncated_snr")
TIME_DENSITIES = ("uniform", "logit_normal")
SAMPLER_NAMES = ("ddpm", "ddim", "dpmpp_2m", "euler", "heun")


@dataclass(frozen=True)
class DiffusionConfig:
    """How latents become noise, and what a network learns of it; see `Process` and `loss`.

    Attributes:
        objective: what the network predicts: eps, v or rectified_flow.
        schedule: straight, cosine or linear_beta; auto: straight for rectified_flow, cosine for the others.
        weighting: of the squared error, over time: none, snr, min_snr, soft_min_snr or truncated_snr.
        gamma: where the two min_snr weightings bend, above 0.
        time_density: of training times: uniform or logit_normal.
        time_mean: of the logit of the times; above 0 for more noise.
        time_std: of the logit of the times, above 0.
    """

    objective: str = "rectified_flow"
    schedule: str = "auto"
    weighting: str = "none"
    gamma: float = 5.0
    time_density: str = "logit_normal"
    time_mean: float = 0.0
    time_std: float = 1.0

    def __post_init__(self) -> None:
        for name, known in (
            ("objective", OBJECTIVES),
            ("schedule", ("auto", *SCHEDULES)),
            ("weighting", WEIGHTINGS),
            ("time_density", TIME_DENSITIES),
        ):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}, not '{getattr(self, name)}'")
        if (self.objective == "rectified_flow") != (self.path == "straight"):
            raise ValueError(
                "the schedule must be straight with rectified_flow, cosine or linear_beta with eps and v, and it is"
                f" {self.schedule} with {self.objective}; auto chooses one that fits"
            )
        for name in ("gamma", "time_std"):
            if not getattr(self, name) > 0.0:
                raise ValueError(f"{name} must be above 0, and it is {getattr(self, name)}")

    @property
    def path(self) -> str:
        """The schedule, "auto" resolved."""
        if self.schedule != "auto":
            return self.schedule
        return "straight" if self.objective == "rectified_flow" else "cosine"


@dataclass(frozen=True)
class Guidance:
    """How strongly samples are drawn towards their conditions; see `guidance.guided`.

    Attributes:
        text_scale: of the text; 1 is what the network learned, 0 ignores it, at least 0.
        score_scale: of the score's controls, likewise.
        rescale: 0…1, how far the estimate of x gets back the standard deviation it has without guidance.
        interval: (from, to) in t, 0…1: guidance applies within, both ends included.
    """

    text_scale: float = 1.0
    score_scale: float = 1.0
    rescale: float = 0.0
    interval: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        for name in ("text_scale", "score_scale"):
            if not 0.0 <= getattr(self, name) < float("inf"):
                raise UsageError(
                    f"guidance: the {name.replace('_', ' ')} must be at least 0, and it is {getattr(self, name):g}"
                )
        if not 0.0 <= self.rescale <= 1.0:
            raise UsageError(f"guidance: the rescale must be 0…1, and it is {self.rescale:g}")
        low, high = self.interval
        if not 0.0 <= low <= high <= 1.0:
            raise UsageError(
                f"guidance: the interval must be two times 0…1, the lower first, and it is {low:g}…{high:g}"
            )

    def applies(self, t: float) -> bool:
        """Return whether there is guidance at time t."""
        low, high = self.interval
        return low <= t <= high and (self.text_scale != 1.0 or self.score_scale != 1.0)
