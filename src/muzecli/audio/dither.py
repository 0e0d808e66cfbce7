"""Turn float samples into integers of a given depth, with dither where it belongs.

The rule: dither when depth is reduced to 16 bit or less from more, that is when the source had more than the
target or the samples were processed (processing is 32-bit float). None for 24 bit and more, where the rounding
error is below any converter's noise; none for float, MP3 and OGG; none for a plain copy of samples that fit.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muzecli.audio.formats import bit_depth
from muzecli.audio.types import AudioInfo

_DITHERED_BITS = 16


def needs_dither(subtype: str, *, source: AudioInfo | None, processed: bool) -> bool:
    """Whether writing `subtype` reduces depth audibly (the rule above).

    Args:
        subtype: the format to write.
        source: what the samples were read from, None where they were made here.
        processed: whether they were changed since.
    """
    target_bits = bit_depth(subtype)
    if target_bits is None or target_bits > _DITHERED_BITS:
        return False
    source_bits = None if source is None else bit_depth(source.subtype)
    return processed or source_bits is None or source_bits > target_bits


def quantise(
    block: npt.NDArray[np.float32], bits: int, generator: np.random.Generator | None = None
) -> npt.NDArray[np.int16] | npt.NDArray[np.int32]:
    """Round samples to integers, in the layout that soundfile writes.

    libsndfile's own conversion rounds towards minus infinity, half a step too low on average; this one rounds to
    the nearest. Dither is triangular, ±1 step wide, which makes the error's mean and power independent of the
    signal (Lipshitz, Wannamaker and Vanderkooy, "Quantization and dither", J. Audio Eng. Soc. 40(5), 1992).
    Digital silence stays silent: samples of exactly 0 get none.

    Args:
        block: `(C, N)`, full scale ±1; what is beyond is clipped, and the caller has counted it.
        bits: 8, 16, 24 or 32.
        generator: source of dither; None for none. Block boundaries do not change its result.

    Returns:
        `(N, C)`: int16 for up to 16 bit, int32 for more, the value in the upper bits.
    """
    scale = np.float32(2.0 ** (bits - 1))
    steps = np.multiply(block.T, scale, order="C")  # (N, C)
    if generator is not None:
        noise = generator.random(
            (*steps.shape, 2), dtype=np.float32
        )  # frame by frame, whatever the block size
        noise[..., 0] -= noise[..., 1]
        np.add(steps, noise[..., 0], out=steps, where=steps != 0)
    np.rint(steps, out=steps)
    # The largest float below 2³¹ where 32 bit is asked for: 2³¹ − 1 itself is not a float.
    highest = np.nextafter(scale, np.float32(0)) if bits > 24 else scale - 1
    np.clip(steps, -scale, highest, out=steps)
    if bits <= 16:
        return steps.astype(np.int16) << np.int16(16 - bits)
    return steps.astype(np.int32) << np.int32(32 - bits)
