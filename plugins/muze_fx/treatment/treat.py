"""Treat one piece of audio: read, run the chain, match loudness, write. Two passes over blocks.

The gain that matches loudness, and the one that keeps peaks below full scale, are known only when the whole
has been processed; so the first pass goes to a spool (memory, then a temporary file) and the second writes.
An hour needs no more memory than a minute.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from muze_fx.chain import Chain
from muze_fx.effects.gain import Gain
from muze_fx.effects.limiter import Limiter
from muze_fx.preset import Preset
from muzecli.audio.dither import needs_dither
from muzecli.audio.formats import check_writable, choose_subtype
from muzecli.audio.loudness import LoudnessMeter
from muzecli.audio.memory import keep_freed_memory
from muzecli.audio.peaks import PeakDecision, PeakPolicy, ceiling_for, decide_peak
from muzecli.audio.reader import AudioReader, Samples, open_audio
from muzecli.audio.spool import Spool
from muzecli.audio.types import AudioInfo, RawFormat
from muzecli.audio.writer import AudioWriter
from muzecli.seeds import item_seed

Report = Callable[[float], None]
"""Told from time to time what share of the work, in percent, was done since it was last told."""

FIRST_PASS_PERCENT = 80.0

QUIET_LUFS = -70.0
"""Below this there is no programme whose loudness could be matched (the absolute gate of BS.1770)."""


@dataclass(frozen=True)
class Settings:
    """All that decides how audio sounds after treatment.

    Attributes:
        preset: the chain, as its document.
        amount: scales the chain, −2…2; negative is the opposite.
        mix: share of the treated sound, 0…1.
        tail: "auto", "none" or seconds.
        match_loudness: bring the result to the input's loudness (plus the gain that was asked for).
        loudness_lufs: bring the result to this loudness instead; None for the input's.
        audio_length_s: treat only this much from the start; None for all.
        peaks: what to do with peaks over full scale.
        seed: decides noise and wobble.
    """

    preset: dict[str, Any]
    amount: float = 1.0
    mix: float = 1.0
    tail: str | float = "auto"
    match_loudness: bool = True
    loudness_lufs: float | None = None
    audio_length_s: float | None = None
    peaks: PeakPolicy = "normalize"
    seed: int = 0

    def for_content(self, sha256: str) -> Settings:
        """Return the settings for one input: its seed follows from the run's and from the content alone."""
        return replace(self, seed=item_seed(self.seed, sha256))


@dataclass(frozen=True)
class Encoding:
    """How the result is stored; None keeps what the input has."""

    container: str | None = None
    bit_depth: int | None = None


@dataclass(frozen=True)
class Treated:
    """What treatment did.

    Attributes:
        source: what was read.
        frames: length of the result, tail included.
        container, subtype: how it was stored.
        loudness: measured figures, before and after.
        warnings: what the user should know.
    """

    source: AudioInfo
    frames: int
    container: str
    subtype: str
    loudness: dict[str, float]
    warnings: tuple[str, ...] = ()


@dataclass
class _Pass:
    """The treated audio before its final gain, and what was measured on the way."""

    spool: Spool
    before: LoudnessMeter
    after: LoudnessMeter
    warnings: list[str] = field(default_factory=list)


def treat(
    source: Path | BinaryIO,
    target: Path | BinaryIO,
    settings: Settings,
    encoding: Encoding | None = None,
    *,
    name: str | None = None,
    raw: RawFormat | None = None,
    report: Report | None = None,
) -> Treated:
    """Treat one file or stream and write the result.

    Args:
        source: what to read.
        target: where to write; an existing file is replaced (see `muzecli.files.atomic_path`).
        settings: what to do.
        encoding: how to store it.
        name: what messages call the input.
        raw: the format of headerless input.
        report: told how far it is.

    Raises:
        InputMissingError, BadDataError: the input cannot be read.
        UsageError: the container cannot hold the result.
        FailedError: peaks exceed full scale and the policy is "error".
        OutputError: the result cannot be written.
    """
    encoding = encoding or Encoding()
    keep_freed_memory()
    with open_audio(source, name=name, raw=raw) as reader:
        info = reader.info
        container = encoding.container or info.container
        subtype = choose_subtype(container, info, encoding.bit_depth)
        check_writable(container, subtype, rate_hz=info.rate_hz, channels=info.channels)
        preset = Preset.from_dict(settings.preset).scaled(settings.amount)
        with Spool(info.channels) as spool:
            done = _first_pass(reader, preset, settings, spool, report)
            done.warnings += reader.notes
            gain_db = _matching_gain(done, preset, settings)
            peak = decide_peak(
                done.after.true_peak_dbtp + gain_db, settings.peaks, ceiling_dbtp=ceiling_for(container)
            )
            gain_db += peak.gain_db
            if peak.warning:
                done.warnings.append(peak.warning)
            dither = needs_dither(subtype, source=info, processed=True)
            writer = AudioWriter(
                target,
                rate_hz=info.rate_hz,
                channels=info.channels,
                container=container,
                subtype=subtype,
                dither_seed=settings.seed if dither else None,
                tags=info.tags.without_measurements(),
            )
            # A gain moves both figures by itself; only a limiter makes it necessary to measure again.
            limited = LoudnessMeter(info.rate_hz, info.channels) if peak.limit else None
            with writer:
                for block in _second_pass(spool, gain_db, peak, info):
                    if limited is not None:
                        limited.add(block)
                    writer.write(block)
                    if report is not None:
                        report((100.0 - FIRST_PASS_PERCENT) * block.shape[1] / spool.frames)
            frames = writer.frames
    loudness = {
        "input_lufs": done.before.integrated_lufs,
        "output_lufs": limited.integrated_lufs if limited else done.after.integrated_lufs + gain_db,
        "output_true_peak_dbtp": limited.true_peak_dbtp if limited else done.after.true_peak_dbtp + gain_db,
        "gain_db": gain_db,
    }
    rounded = {key: round(value, 3) for key, value in loudness.items()}
    return Treated(info, frames, container, subtype, rounded, tuple(dict.fromkeys(done.warnings)))


def _first_pass(
    reader: AudioReader, preset: Preset, settings: Settings, spool: Spool, report: Report | None
) -> _Pass:
    info = reader.info
    before = LoudnessMeter(info.rate_hz, info.channels, true_peak=False)
    done = _Pass(spool, before, LoudnessMeter(info.rate_hz, info.channels))
    limit = math.inf if settings.audio_length_s is None else round(settings.audio_length_s * info.rate_hz)
    chain = Chain(preset.chain)
    rendered = chain.render(
        _measured(_head(reader.blocks(), limit), done.before, min(limit, info.frames), report),
        info.rate_hz,
        info.channels,
        tail=settings.tail,
        seed=settings.seed,
        mix=settings.mix,
    )
    for block in rendered:
        done.after.add(block)
        spool.append(block)
    done.warnings += chain.warnings(info.rate_hz, info.channels)
    return done


def _head(blocks: Iterator[Samples], frames: float) -> Iterator[Samples]:
    """Yield the first `frames` frames."""
    left = frames
    for block in blocks:
        if left <= 0:
            return
        yield block[:, : int(min(left, block.shape[1]))]
        left -= block.shape[1]


def _measured(
    blocks: Iterator[Samples], meter: LoudnessMeter, frames: float, report: Report | None
) -> Iterator[Samples]:
    for block in blocks:
        meter.add(block)
        yield block
        if report is not None:
            report(FIRST_PASS_PERCENT * block.shape[1] / frames)


def _matching_gain(done: _Pass, preset: Preset, settings: Settings) -> float:
    """Return the gain, in dB, that brings the result to the input's loudness plus the gain asked for."""
    before, after = done.before.integrated_lufs, done.after.integrated_lufs
    if after <= QUIET_LUFS:
        return 0.0
    if settings.loudness_lufs is not None:
        gain_db = settings.loudness_lufs - after
    elif settings.match_loudness and before > QUIET_LUFS:
        gain_db = before + sum(e.gain_db for e in preset.chain if isinstance(e, Gain)) - after
    else:
        return 0.0
    ceilings = [effect.ceiling_db for effect in preset.chain if isinstance(effect, Limiter)]
    if ceilings and gain_db > 0:  # a ceiling asked for in numbers holds, whatever loudness matching wants
        peak_db = 20.0 * math.log10(max(done.after.sample_peak, 1e-12))
        gain_db = max(0.0, min(gain_db, min(ceilings) - peak_db))
    return gain_db


def _second_pass(spool: Spool, gain_db: float, peak: PeakDecision, info: AudioInfo) -> Iterator[Samples]:
    factor = np.float32(10.0 ** (gain_db / 20.0))
    blocks = (block if factor == 1.0 else block * factor for block in spool.blocks())
    if not peak.limit:
        return blocks
    limiter = Chain((Limiter(ceiling_db=peak.ceiling_dbtp),))
    return limiter.render(blocks, info.rate_hz, info.channels, tail="none")
