"""SpeechBrain's speaker encoder ECAPA-TDNN, put together by hand: a vector of 192.

Desplanques, Thienpondt and Demuynck, "ECAPA-TDNN: emphasized channel attention, propagation and aggregation in TDNN
based speaker verification" (Interspeech 2020, arXiv:2005.07143), as trained on VoxCeleb. SpeechBrain's own loader
asks the network and builds whatever classes a YAML file names; here its network is built directly, with the sizes
of the published one, and its checkpoint is read as tensors and nothing else.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.voice.checkpoints import told
from muze_dataset.hearing.voice.packaged import ECAPA_REPO, GET_ECAPA, GET_SPEECHBRAIN
from muzecli.errors import UnavailableError

WIDTH = 192
_BANDS = 80
_CHANNELS = (1024, 1024, 1024, 1024, 3072)

Array = npt.NDArray[np.float32]


def load_ecapa(path: Path, device: str = "cpu") -> Callable[[Array], Array]:
    """Return what embeds one voice: (N,) samples at 16 kHz → (WIDTH,), of length 1.

    Args:
        path: the checkpoint.
        device: a PyTorch device.

    Raises:
        UnavailableError: SpeechBrain is not there or does not load.
        BadDataError: the checkpoint holds something else.
    """
    import torch

    from muzecli.text.transformers_import import hide_broken_packages

    hide_broken_packages()
    try:
        fbank = importlib.import_module("speechbrain.lobes.features").Fbank
        tdnn = importlib.import_module("speechbrain.lobes.models.ECAPA_TDNN").ECAPA_TDNN
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        raise UnavailableError(f"SpeechBrain does not load: {error}", hint=GET_SPEECHBRAIN) from error
    features = fbank(n_mels=_BANDS).to(device).eval()
    network = tdnn(
        _BANDS,
        channels=list(_CHANNELS),
        kernel_sizes=[5, 3, 3, 3, 1],
        dilations=[1, 2, 3, 4, 1],
        attention_channels=128,
        lin_neurons=WIDTH,
    )
    with told(path, f"the checkpoint of {ECAPA_REPO}", hint=f"get it again: {GET_ECAPA} --force-download"):
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    network = network.to(device).eval().requires_grad_(False)

    def embed(samples: Array) -> Array:
        with torch.inference_mode():
            bands = features(torch.from_numpy(samples)[None].to(device))  # (1, T, 80)
            vector = network(bands - bands.mean(dim=1, keepdim=True)).reshape(-1)
            return np.asarray(torch.nn.functional.normalize(vector, dim=0).cpu().numpy())

    return embed
