"""What came back, as audio that can be listened to, with sidecars.

    DIR/
        vae/song.wav            through `--through vae`
        vae/song.json           how it was made
        griffin-lim/song.wav

The audio is 32-bit float, so that nothing is turned down or clipped before it is compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from muzecli.audio.loudness import LoudnessMeter
from muzecli.audio.writer import AudioWriter
from muzecli.files import atomic_path, write_json
from muzecli.sidecar import sidecar_path

_SUFFIX = ".wav"


def targets(folder: Path, label: str, ids: Sequence[str]) -> dict[str, Path]:
    """Return a file for each id, in a folder of the way's own.

    Suffixes give way to that of what is written, unless two ids differ in nothing else.
    """
    plain = {name: _inside(str(PurePosixPath(name).with_suffix(""))) for name in ids}
    counted = Counter(plain.values())
    own = folder / _inside(re.sub(r"[^\w.+-]+", "-", label).strip("-.") or "way")
    return {
        name: own / f"{plain[name] if counted[plain[name]] == 1 else _inside(name)}{_SUFFIX}" for name in ids
    }


def _inside(name: str) -> str:
    """Return an id as a relative path that stays in its folder."""
    parts = [part for part in name.split("/") if part not in ("", ".", "..")]
    return "/".join(parts) or "recording"


def keep(
    target: Path,
    samples: npt.NDArray[np.float32],
    rate_hz: int,
    document: Mapping[str, Any],
    *,
    overwrite: bool,
) -> None:
    """Write samples (C, N) and their sidecar.

    Args:
        target: the audio file.
        samples: what came back.
        rate_hz: its rate.
        document: the sidecar but for `audio` and `loudness`.
        overwrite: replace what is there.

    Raises:
        OutputExistsError, OutputError: it cannot be written.
    """
    meter = LoudnessMeter(rate_hz, samples.shape[0])
    meter.add(samples)
    sidecar = sidecar_path(target)
    with (
        atomic_path(target, overwrite=overwrite) as part,
        AudioWriter(
            part, rate_hz=rate_hz, channels=samples.shape[0], container="wav", subtype="FLOAT"
        ) as out,
    ):
        out.write(samples)
    loudness = {
        "output_lufs": round(meter.integrated_lufs, 3),
        "output_true_peak_dbtp": round(meter.true_peak_dbtp, 3),
    }
    content = {**document, "audio": target.name, "loudness": loudness}
    write_json(sidecar, content, overwrite=overwrite)
