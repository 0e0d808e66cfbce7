"""Draw songs to look at: log-mel spectrograms with the plan's sections, beats and chords on top.

    python -m benchmarks.song_picture song.wav -o song.png              # with the plan of its sidecar
    python -m benchmarks.song_picture song.wav --plan plan.json -o song.png
    python -m benchmarks.song_picture song.wav score.wav --plan plan.json -o both.png   # one beneath the other
    python -m benchmarks.song_picture song.wav --from 8 --to 16 -o close.png

Each picture has a strip of section names and energies, one of chords, the spectrogram with thin lines at bars and
thick ones at section borders, and the onset envelope with dots at the beats, so that one sees whether they meet.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.hearing.harmony import chord_spans
from benchmarks.hearing.heard import FRAMES_HZ, RATE_HZ, Heard
from benchmarks.hearing.tables import say
from muzecli.audio.mel import hz_to_mel
from muzecli.audio.reader import read_audio
from muzecli.song.documents import read_plan
from muzecli.song.documents.plans import plan_from_document
from muzecli.song.plan import Plan

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _LINE, _DOT = "#222222", "#FFFFFF", "#D55E00"
_SECTIONS = ("#DCE9F2", "#F6E3D3")
_RANGE_DB = 70.0
_MOST_BARS_NUMBERED = 32
_TICKS_HZ = (100, 500, 1000, 2000, 4000, 8000)


def main(words: Sequence[str] = ()) -> bool:
    """Draw; say where the picture is."""
    given = _parser().parse_args(list(words))
    plan = read_plan(given.plan) if given.plan is not None else _sidecar_plan(given.audio[0])
    songs = []
    for path in given.audio:
        samples, info = read_audio(path)
        songs.append((path.name, Heard.of(samples, info.rate_hz)))
    draw(songs, plan, given.output, from_s=given.start, to_s=given.end)
    say(str(given.output))
    return True


def draw(
    songs: Sequence[tuple[str, Heard]], plan: Plan | None, path: Path, *, from_s: float, to_s: float | None
) -> None:
    """Write the picture of songs, one beneath the other on one time axis.

    Args:
        songs: titles and sound.
        plan: what they were made from; None draws the sound alone.
        path: a PNG file.
        from_s: where the picture begins.
        to_s: where it ends; None for the longest song's end.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    end_s = max(heard.duration_s for _, heard in songs) if to_s is None else to_s
    strips = 0 if plan is None else 2
    heights = [0.35] * strips + [3.0, 0.8] * len(songs)
    figure = Figure(figsize=(16, 0.6 + sum(heights)), dpi=110, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights, squeeze=False)[:, 0]
    if plan is not None:
        _sections(axes[0], plan)
        _chords(axes[1], plan)
        facts = f"{plan.tempo_bpm:g} bpm, {plan.time_signature}, {plan.key}, {plan.genre}"
        figure.suptitle(f"{plan.prompt[:110]}   ({facts})", fontsize=11)
    for index, (title, heard) in enumerate(songs):
        spectrum, envelope = axes[strips + 2 * index], axes[strips + 2 * index + 1]
        _spectrum(spectrum, heard, title)
        _envelope(envelope, heard, plan)
        if plan is not None:
            _borders(spectrum, plan)
    axes[-1].set_xlim(from_s, end_s)
    axes[-1].set_xlabel("seconds")
    figure.savefig(path, format="png")


def _sections(axes: Axes, plan: Plan) -> None:
    for index, span in enumerate(plan.spans):
        axes.axvspan(span.start_s, span.end_s, color=_SECTIONS[index % 2], lw=0)
        sung = ", sung" if span.has_vocals else ""
        _label(axes, span.start_s, span.end_s, f"{span.type} {span.energy:.2f}{sung}", size=9)
    _bare(axes)


def _chords(axes: Axes, plan: Plan) -> None:
    for span in chord_spans(plan):
        axes.axvline(span.start_s, color="#BBBBBB", lw=0.6)
        _label(axes, span.start_s, span.end_s, str(span.chord), size=7)
    _bare(axes)


def _spectrum(axes: Axes, heard: Heard, title: str) -> None:
    top = float(heard.mel_db.max())
    extent = (0.0, heard.mel_db.shape[1] / FRAMES_HZ, 0.0, float(len(heard.mel_db)))
    axes.imshow(
        heard.mel_db,
        origin="lower",
        aspect="auto",
        extent=extent,
        cmap="magma",
        vmin=top - _RANGE_DB,
        vmax=top,
        interpolation="nearest",
    )
    steps = hz_to_mel(RATE_HZ / 2) / (len(heard.mel_db) + 1)  # mel between the middles of neighbouring bands
    axes.set_yticks(hz_to_mel(_TICKS_HZ) / steps - 0.5, [f"{hz / 1000:g}k" for hz in _TICKS_HZ])
    axes.set_title(title, loc="left", fontsize=9)


def _envelope(axes: Axes, heard: Heard, plan: Plan | None) -> None:
    times = np.arange(len(heard.onsets)) / FRAMES_HZ
    axes.plot(times, heard.onsets, color=_INK, lw=0.7)
    if plan is not None:
        beat_s = plan.bar_s / plan.time_signature.beats_per_bar
        beats = np.arange(0.0, plan.duration_s - 1e-6, beat_s)
        # Players are never quite on the beat: the highest value within ±30 ms is the one that belongs to it.
        near = np.clip(np.rint(beats[:, None] * FRAMES_HZ) + np.arange(-3, 4), 0, len(times) - 1)
        values = heard.onsets[near.astype(int)].max(axis=1)
        axes.plot(beats, values, ".", color=_DOT, ms=4)
    axes.set_ylabel("onsets")
    axes.margins(y=0.05)


def _borders(axes: Axes, plan: Plan) -> None:
    for bar in range(1, plan.bars):
        axes.axvline(bar * plan.bar_s, color=_LINE, lw=0.4, alpha=0.6)
    if plan.bars <= _MOST_BARS_NUMBERED:
        for bar in range(plan.bars):
            axes.text(bar * plan.bar_s, 126, f" {bar + 1}", color=_LINE, fontsize=7, va="top", clip_on=True)
    for span in plan.spans[1:]:
        axes.axvline(span.start_s, color=_LINE, lw=1.6)


def _label(axes: Axes, start_s: float, end_s: float, text: str, *, size: float) -> None:
    axes.text(
        (start_s + end_s) / 2, 0.5, text, ha="center", va="center", fontsize=size, color=_INK, clip_on=True
    )


def _bare(axes: Axes) -> None:
    axes.set_ylim(0, 1)
    axes.set_yticks([])


def _sidecar_plan(audio: Path) -> Plan | None:
    """Return the plan in a song's sidecar; None where there is none."""
    for path in (audio.with_name(audio.name + ".json"), audio.with_suffix(".json")):
        if path.is_file():
            found: dict[str, Any] = json.loads(path.read_text("utf-8"))
            if isinstance(found.get("plan"), dict):
                return plan_from_document(found["plan"], name=str(path))
    return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("audio", type=Path, nargs="+", help="one song, or several of the same plan")
    parser.add_argument("--plan", type=Path, help="the plan; else that of the song's sidecar")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the PNG file")
    parser.add_argument("--from", dest="start", type=float, default=0.0, help="seconds")
    parser.add_argument("--to", dest="end", type=float, help="seconds")
    return parser


if __name__ == "__main__":
    raise SystemExit(not main(sys.argv[1:]))
