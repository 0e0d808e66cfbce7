"""Which conditions a family of models takes, and how wide their encoders are. Loads no torch."""

from __future__ import annotations

from dataclasses import dataclass

_LEAST_WIDTH = 8


@dataclass(frozen=True)
class ConditioningConfig:
    """Conditions of a model and the widths of their encoders.

    With the default share of 1 every encoder has the width that `SectionConditioningModule` lists.

    Attributes:
        context_dim: D, components of a text token that cross-attention sees.
        prompt_dim: components of the pooled text vector.
        vector_dim: width of the section vector, which is added to the time embedding.
        width_share: widths of all encoders as a share of the full ones, above 0; small models take less.
        genres: names of the known genres, filled in from the data; their order is the order of `genres`.
        use_voice_stream: whether voice embeddings enter, by attention of their own.
        use_dual_voice: whether the voice alone (`voice_separated`, `ecapa`) enters beside `voice`.
        use_clap: whether CLAP embeddings of audio and text enter.
        use_beat: whether the times of the beats and the metre enter.
        use_chord: whether the chord enters.
        use_phonemes: whether phonemes and their times enter; their durations are then predicted.
        use_pitch: whether pitch, vibrato and breaths of the singer enter.
        voice_dim: components of `voice` and `voice_separated`.
        ecapa_dim: components of `ecapa`.
        clap_dim: components of `clap_audio` and `clap_text`.
        voice_tokens: tokens that the fused voice vector becomes for attention.
        control_channels: names of the channels of `control`, as `muzecli.song.frames` names them, filled in from
            the data; none: no time-aligned control.
        control_fold: frames of `control` that one latent frame covers.
        control_width: channels that the control encoder gives.
    """

    context_dim: int = 768
    prompt_dim: int = 768
    vector_dim: int = 1024
    width_share: float = 1.0
    genres: tuple[str, ...] = ()
    use_voice_stream: bool = True
    use_dual_voice: bool = True
    use_clap: bool = True
    use_beat: bool = True
    use_chord: bool = True
    use_phonemes: bool = True
    use_pitch: bool = True
    voice_dim: int = 256
    ecapa_dim: int = 192
    clap_dim: int = 512
    voice_tokens: int = 4
    control_channels: tuple[str, ...] = ()
    control_fold: int = 4
    control_width: int = 256

    def __post_init__(self) -> None:
        for name in (
            *("context_dim", "prompt_dim", "vector_dim", "voice_dim", "ecapa_dim", "clap_dim"),
            *("voice_tokens", "control_fold", "control_width"),
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, and it is {getattr(self, name)}")
        if not 0.0 < self.width_share <= 4.0:
            raise ValueError(f"width_share must be above 0 and at most 4, and it is {self.width_share:g}")
        for name in ("genres", "control_channels"):
            names = getattr(self, name)
            if len(set(names)) < len(names):
                twice = next(one for one in names if names.count(one) > 1)
                raise ValueError(f"{name} must be distinct, and '{twice}' is there twice")
        if self.control_channels:
            _ = self.control_groups

    def width(self, full: int) -> int:
        """Return the width of an encoder whose full width is given: a multiple of 8."""
        return max(_LEAST_WIDTH, round(full * self.width_share / 8) * 8)

    def uses(self, key: str) -> bool:
        """Return whether a model has a use for a condition, such as "chord"."""
        for names, used in (
            (("clap_audio", "clap_text"), self.use_clap),
            (("num_beats", "beat_positions", "time_signature"), self.use_beat),
            (("chord",), self.use_chord),
            (("phonemes", "phoneme_starts", "phoneme_ends"), self.use_phonemes),
            (("f0_hz", "f0_coarse", "f0_voiced", "vibrato", "breaths"), self.use_pitch),
            (("voice",), self.use_voice_stream),
            (("voice_separated", "ecapa"), self.use_voice_stream and self.use_dual_voice),
            (("genres",), bool(self.genres)),
            (("control", "control_known"), bool(self.control_channels)),
        ):
            if key in names:
                return used
        return True

    @property
    def voice_width(self) -> int:
        """Components of the fused voice vector, 256 at full width."""
        return self.width(256)

    @property
    def control_groups(self) -> tuple[str, ...]:
        """The K groups that the channels belong to, in the order of `muzecli.song.frames.GROUPS`.

        Raises:
            ValueError: a channel is in no group.
        """
        owners = self.control_owners
        return tuple(dict.fromkeys(sorted(owners, key=_group_order().index)))

    @property
    def control_owners(self) -> tuple[str, ...]:
        """The group of each of the F channels.

        Raises:
            ValueError: a channel is in no group.
        """
        from muzecli.song.frames import GROUPS

        group_of = {channel: group for group, channels in GROUPS.items() for channel in channels}
        for channel in self.control_channels:
            if channel not in group_of:
                raise ValueError(f"control_channels must be channels of a score's frames, not '{channel}'")
        return tuple(group_of[channel] for channel in self.control_channels)


def _group_order() -> list[str]:
    from muzecli.song.frames import GROUPS

    return list(GROUPS)
