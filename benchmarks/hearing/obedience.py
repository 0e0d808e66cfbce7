"""How well a rendering does what its plan says: all measures of one song, beside those of its score, played.

Each `Obedience` stands for one rendering. The same measures of a second playing of the score say what can be
reached, and those against foreign music what comes for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.hearing.clicks import clicks
from benchmarks.hearing.dynamics import energy_order, loudness_lufs
from benchmarks.hearing.faults import clipped, holes_s, not_finite, peak
from benchmarks.hearing.harmony import chord_spans, chroma, overlap, shuffled
from benchmarks.hearing.rhythm import onset_correlation
from benchmarks.hearing.songs import Song
from benchmarks.hearing.tempo import agrees, keeps_tempo, tempo_bpm
from muzecli.song.plan import Plan


@dataclass(frozen=True)
class Obedience:
    """One rendering, measured.

    Attributes:
        tempo_bpm: as librosa hears it.
        tempo_kept: whether it is the planned one within 4 %, up to a factor of two; eighths count in 6/8.
        tempo_strict: the same, of the plan's beats alone.
        onsets: correlation of the onset envelope with the score's own rendering, −1…1.
        lag_s: by how much it comes later than that.
        chords: share of harmonic energy in the classes of the planned chords, 0…1.
        chords_cosine: cosine of the two.
        chords_shuffled: the share with the same chords in another order.
        order_kept: pairs of sections whose loudness is in the order of the planned energies.
        order_pairs: how many pairs there are.
        duration_error_s: by how much it is longer than planned, with what rings out; negative where it is cut.
        loudness_lufs: of the whole.
        holes_s: seconds of silence where the score sounds.
        clicks: section borders that click.
        not_finite: samples that are NaN or infinite.
        peak: highest absolute sample.
        clipped: runs of samples at full scale.
        cpu_s: CPU seconds of rendering.
    """

    tempo_bpm: float
    tempo_kept: bool
    tempo_strict: bool
    onsets: float
    lag_s: float
    chords: float
    chords_cosine: float
    chords_shuffled: float
    order_kept: int
    order_pairs: int
    duration_error_s: float
    loudness_lufs: float
    holes_s: float
    clicks: int
    not_finite: int
    peak: float
    clipped: int
    cpu_s: float

    @property
    def faultless(self) -> bool:
        """Whether it has no hole, no click, no number that is none, no clipping, and its whole length."""
        return not (self.holes_s or self.clicks or self.not_finite or self.clipped or self.peak > 1.0) and (
            self.duration_error_s > -0.1
        )


def obedience(song: Song, plan: Plan, reference: Song) -> Obedience:
    """Measure a rendering of a plan against the plan and against its score's own rendering."""
    heard = song.heard
    measured_bpm = tempo_bpm(heard)
    onsets, lag_s = onset_correlation(heard, reference.heard)
    spans = chord_spans(plan)
    energies = chroma(heard)
    share, cosine = overlap(energies, spans)
    kept, pairs = energy_order(heard, plan.spans)
    return Obedience(
        tempo_bpm=measured_bpm,
        tempo_kept=keeps_tempo(measured_bpm, plan.tempo_bpm, plan.time_signature),
        tempo_strict=agrees(measured_bpm, plan.tempo_bpm),
        onsets=onsets,
        lag_s=lag_s,
        chords=share,
        chords_cosine=cosine,
        chords_shuffled=overlap(energies, shuffled(spans, plan.seed))[0],
        order_kept=kept,
        order_pairs=pairs,
        duration_error_s=song.samples.shape[1] / song.rate_hz - plan.duration_s,
        loudness_lufs=loudness_lufs(heard),
        holes_s=holes_s(heard, reference.heard),
        clicks=len(clicks(heard, reference.heard, [span.start_s for span in plan.spans[1:]])),
        not_finite=not_finite(song.samples),
        peak=peak(song.samples),
        clipped=clipped(song.samples),
        cpu_s=song.cpu_s,
    )
