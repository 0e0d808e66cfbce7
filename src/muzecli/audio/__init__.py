"""Audio in and out: files, streams, loudness, resampling, spectra, joints. Arrays are float32 `(C, N)`.

One module a concern. The names below load their module when they are first used, so importing this package
costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muzecli.audio.convolve import Convolver as Convolver
    from muzecli.audio.dither import needs_dither as needs_dither
    from muzecli.audio.formats import choose_subtype as choose_subtype
    from muzecli.audio.formats import container_of as container_of
    from muzecli.audio.loudness import LoudnessMeter as LoudnessMeter
    from muzecli.audio.peaks import decide_peak as decide_peak
    from muzecli.audio.reader import AudioReader as AudioReader
    from muzecli.audio.reader import open_audio as open_audio
    from muzecli.audio.reader import read_audio as read_audio
    from muzecli.audio.resample import Resampler as Resampler
    from muzecli.audio.spool import Spool as Spool
    from muzecli.audio.tags import read_tags as read_tags
    from muzecli.audio.tags import write_tags as write_tags
    from muzecli.audio.types import BLOCK_FRAMES as BLOCK_FRAMES
    from muzecli.audio.types import AudioInfo as AudioInfo
    from muzecli.audio.types import RawFormat as RawFormat
    from muzecli.audio.types import Tags as Tags
    from muzecli.audio.writer import AudioWriter as AudioWriter

_HOME = {
    **dict.fromkeys(("BLOCK_FRAMES", "AudioInfo", "RawFormat", "Tags"), "types"),
    **dict.fromkeys(("AudioReader", "open_audio", "read_audio"), "reader"),
    **dict.fromkeys(("choose_subtype", "container_of"), "formats"),
    **dict.fromkeys(("read_tags", "write_tags"), "tags"),
    **{"AudioWriter": "writer", "Convolver": "convolve", "LoudnessMeter": "loudness", "Spool": "spool"},
    **{"Resampler": "resample", "decide_peak": "peaks", "needs_dither": "dither"},
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
