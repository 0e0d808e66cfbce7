"""What a plain classifier reads off the mean and deviation of a log-mel spectrogram: the baseline of a report.

Ridge regression to one column a class, the largest wins (Rifkin, Yeo and Poggio 2003): no training to speak of, and
a hard baseline on labels that follow from timbre.

Shapes: B sounds, d features, n classes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from muze_evaluate.clap.sound.spectra import FLOOR_NATS, MEL, SEMITONES

Array = npt.NDArray[np.float64]
RIDGE = 1.0
"""Of standardised features, times the number of sounds / 100."""


def features_of(blocks: npt.NDArray[np.float32]) -> Array:
    """Return (2 · bands,) mean and deviation over time of both views of (K, WIDTH), levelled."""
    mel = blocks[:, :-SEMITONES].reshape(-1, MEL.n_mels).astype(np.float64)
    semitones = blocks[:, -SEMITONES:].astype(np.float64)
    level = np.log(np.exp(mel).mean() + np.exp(FLOOR_NATS))
    return np.concatenate([mel.mean(0) - level, mel.std(0), semitones.mean(0) - level, semitones.std(0)])


def predicted(
    learned: Array, labels: Sequence[str | None], classes: Sequence[str], asked: Array
) -> npt.NDArray[np.intp]:
    """Return (B,) the class of each sound that is asked for, as its position.

    Args:
        learned: (m, d) features of sounds to learn from.
        labels: (m,) their classes; those without one are left out.
        classes: n names.
        asked: (B, d).
    """
    known = [index for index, label in enumerate(labels) if label in classes]
    mean, spread = learned[known].mean(0), learned[known].std(0) + 1e-6
    x = np.hstack([(learned[known] - mean) / spread, np.ones((len(known), 1))])
    y = np.zeros((len(known), len(classes)))
    for row, index in enumerate(known):
        y[row, list(classes).index(str(labels[index]))] = 1.0
    penalty = np.eye(x.shape[1]) * RIDGE * len(known) / 100.0
    penalty[-1, -1] = 0.0
    weights = np.linalg.solve(x.T @ x + penalty, x.T @ y)
    scores = np.hstack([(asked - mean) / spread, np.ones((len(asked), 1))]) @ weights
    return np.asarray(np.argmax(scores, axis=1))
