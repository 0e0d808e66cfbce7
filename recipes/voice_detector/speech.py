"""Speech by eSpeak NG: many languages and voices, read from the corpus's own lyrics.

It stands for how people speak, which singers do not: another rhythm, low and gliding pitch, no vibrato.
"""

from __future__ import annotations

import ctypes
import random
from collections.abc import Sequence

import espeakng_loader
import numpy as np
import numpy.typing as npt

from muzecli.audio.resample import resample

LANGUAGES = ("en-us", "de", "es", "fr", "it", "pl", "pt", "nl", "sv", "cs")
VARIANTS = ("", *(f"+m{i}" for i in range(1, 8)), *(f"+f{i}" for i in range(1, 5)), "+croak", "+whisper")
_SYNCHRONOUS, _DO_NOT_EXIT, _UTF8 = 2, 0x8000, 1
_RATE, _PITCH, _RANGE = 1, 3, 4  # espeak_PARAMETER
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def speeches(
    lyrics: Sequence[Sequence[str]], count: int, rng: random.Random, to_rate_hz: int
) -> list[npt.NDArray[np.float32]]:
    """Return readings (N,) of two to four lines each, at `to_rate_hz`.

    Args:
        lyrics: of each song, its lines.
        count: how many to read.
        rng: draws what is read and how.
        to_rate_hz: the rate wanted.
    """
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    rate_hz = library.espeak_Initialize(_SYNCHRONOUS, 500, data, _DO_NOT_EXIT)
    blocks: list[npt.NDArray[np.int16]] = []

    @_Callback
    def keep(samples: ctypes._Pointer[ctypes.c_short], length: int, _events: object) -> int:
        if samples and length > 0:
            blocks.append(np.ctypeslib.as_array(samples, (length,)).copy())
        return 0

    library.espeak_SetSynthCallback(keep)
    spoken = []
    for _ in range(count):
        lines = rng.choice(lyrics)
        first = rng.randrange(max(1, len(lines) - 4))
        text = ". ".join(lines[first : first + rng.randint(2, 4)]).encode()
        if library.espeak_SetVoiceByName((rng.choice(LANGUAGES) + rng.choice(VARIANTS)).encode()) != 0:
            raise SystemExit("eSpeak NG lacks a voice of the list")
        for parameter, low, high in ((_RATE, 120, 220), (_PITCH, 10, 80), (_RANGE, 30, 95)):
            library.espeak_SetParameter(parameter, rng.randint(low, high), 0)
        blocks.clear()
        library.espeak_Synth(text, len(text) + 1, 0, 0, 0, _UTF8, None, None)
        library.espeak_Synchronize()
        samples = np.concatenate(blocks).astype(np.float32) / 32768
        spoken.append(resample(samples[None], rate_hz, to_rate_hz)[0])
    return spoken
