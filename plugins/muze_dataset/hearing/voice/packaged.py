"""Where the weights are: shipped, in a package that carries them, or in the hub's cache.

The package is not imported, and the hub not asked. This module imports neither numpy nor torch: looking for what is
there must be quick.
"""

from __future__ import annotations

from pathlib import Path

from muzecli.errors import BadDataError, UnavailableError
from muzecli.packages import package_file, package_folder
from muzecli.weights import FoundWeights, WeightsSpec, find_weights, hub_snapshots, sha256_of

RESEMBLYZER_SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
GET_RESEMBLYZER = "pip install --no-deps resemblyzer"
"""Without what it depends on: its code is not used, and a dependency of it needs a compiler."""
ECAPA_REPO = "speechbrain/spkr-rec-ecapa-voxceleb"
ECAPA_CHECKPOINT = "embedding_model.ckpt"
GET_SPEECHBRAIN = "pip install speechbrain torchaudio (a torchaudio that loads beside the torch installed)"
GET_ECAPA = f"hf download {ECAPA_REPO} {ECAPA_CHECKPOINT}"

DETECTOR = WeightsSpec("voice", "hears where there is a voice", "install muze again: they come with it")


def detector_weights() -> FoundWeights:
    """Return the voice detector's weights: those that ship with muze.

    Raises:
        UnavailableError: they are not here.
    """
    return find_weights(DETECTOR)


def find_resemblyzer() -> Path:
    """Return the checkpoint that the package resemblyzer carries.

    Raises:
        UnavailableError: the package is not installed.
        BadDataError: its checkpoint is another than the one known; reading an unknown one could do harm.
    """
    path = package_file("resemblyzer", "pretrained.pt")
    if path is None:
        raise UnavailableError("Resemblyzer's weights are not installed", hint=GET_RESEMBLYZER)
    digest = sha256_of(path)
    if digest != RESEMBLYZER_SHA256:
        raise BadDataError(
            f"{path} is not the file it should be: its SHA-256 must be {RESEMBLYZER_SHA256}, found {digest}",
            hint=f"{GET_RESEMBLYZER} --force-reinstall",
        )
    return path


def find_ecapa() -> Path:
    """Return ECAPA-TDNN's checkpoint in the hub's cache, if SpeechBrain is installed.

    Raises:
        UnavailableError: the package or the checkpoint is not here.
    """
    if package_folder("speechbrain") is None:
        raise UnavailableError("SpeechBrain is not installed", hint=GET_SPEECHBRAIN)
    for snapshot in hub_snapshots(ECAPA_REPO):
        path = snapshot / ECAPA_CHECKPOINT
        if path.is_file():  # a link into the cache's blobs; a broken one is a download that was cut off
            return path
    raise UnavailableError("the weights of ECAPA-TDNN are not on this machine", hint=GET_ECAPA)
