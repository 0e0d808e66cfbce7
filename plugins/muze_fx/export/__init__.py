"""Write a preset for other programs: a pedalboard script, a sox command, an ffmpeg command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muzecli.errors import UsageError

if TYPE_CHECKING:
    from muze_fx.export.writer import Writer
    from muze_fx.preset import Preset

TARGETS = ("pedalboard", "sox", "ffmpeg")


@dataclass(frozen=True)
class Exported:
    """A preset for another program.

    Attributes:
        text: a script or a command line, ready to run on `in.wav` and `out.wav`; the warnings stand in it as
            comments.
        warnings: what differs from muze's own rendering, a line each, the effect first.
    """

    text: str
    warnings: tuple[str, ...]


def export(preset: Preset, target: str, *, rate_hz: int = 44_100, channels: int = 2) -> Exported:
    """Write a preset for another program.

    Every effect becomes the nearest thing that the program has, with its parameters converted; what has no
    counterpart is left out and named in the warnings. Loudness is not matched.

    Args:
        preset: the chain; its own amount, mix and tail are obeyed.
        target: `pedalboard`, `sox` or `ffmpeg`.
        rate_hz: sample rate of the audio that the text will be run on. Where a program's own settings depend
            on it the text holds for this one; the pedalboard script adapts to any.
        channels: number of channels of that audio; the same holds.

    Raises:
        UsageError: another target.

    Example:
        >>> print(export(Preset.load(Path("mine.json")), "sox").text)
    """
    if target not in TARGETS:
        raise UsageError(f"the program to export for must be one of {', '.join(TARGETS)}; found {target!r}")
    from muze_fx.chain import checked_tail
    from muze_fx.export.wording import tail_s

    options = preset.options
    chain = preset.scaled(1.0 if options.amount is None else options.amount).as_chain().active
    writer = _writer(target, rate_hz, channels)
    with writer.mixed(1.0 if options.mix is None else options.mix):
        for effect in chain:
            writer.add(effect)
    wanted = checked_tail("auto" if options.tail is None else options.tail)
    prompt = f": {preset.prompt}" if preset.prompt else ""
    rendered_s = tail_s(chain, writer.most_echoes) if wanted is None else wanted
    text = writer.text(f"A chain of effects from muze{prompt}", rendered_s)
    return Exported(text, tuple(writer.warnings))


def _writer(target: str, rate_hz: int, channels: int) -> Writer:
    if target == "pedalboard":
        from muze_fx.export.pedalboard import PedalboardWriter

        return PedalboardWriter(rate_hz, channels)
    if target == "sox":
        from muze_fx.export.sox import SoxWriter

        return SoxWriter(rate_hz, channels)
    from muze_fx.export.ffmpeg import FfmpegWriter

    return FfmpegWriter(rate_hz, channels)
