"""Count the frames of an MP3 that does not say how many it has.

Without a Xing header libmpg123 guesses the length from the first frames' size, and libsndfile stops reading
there: of a file with a variable bit rate more than half can go missing. Walking from header to header gives the
number, and a Xing header made from it, put before the first frame, gives libsndfile the length.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

_RATES_HZ = (44_100, 48_000, 32_000)
_KBITS_1_3 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # MPEG 1, layer III
_KBITS_2_3 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # MPEG 2 and 2.5
_RESYNC_BYTES = 1 << 16
_XING_BYTES = 192  # libmpg123 takes no shorter frame for a Xing header


@dataclass(frozen=True)
class FrameHeader:
    """One frame header of layer III (ISO 11172-3, 2.4.1.3).

    Attributes:
        raw: its four bytes.
        length: bytes from this header to the next.
        side_bytes: side information after the header, where a Xing header begins.
    """

    raw: bytes
    length: int
    side_bytes: int


def parse_header(raw: bytes) -> FrameHeader | None:
    """Return the frame header in four bytes, None where they are none (or free format, or another layer)."""
    if len(raw) < 4 or raw[0] != 0xFF or raw[1] & 0xE6 != 0xE2:
        return None
    version, kbit_index, rate_index = raw[1] >> 3 & 3, raw[2] >> 4, raw[2] >> 2 & 3
    if version == 1 or kbit_index in (0, 15) or rate_index == 3:
        return None
    mpeg1, mono = version == 3, raw[3] >> 6 == 3
    rate_hz = _RATES_HZ[rate_index] >> (0 if mpeg1 else 1 if version == 2 else 2)
    kbits = (_KBITS_1_3 if mpeg1 else _KBITS_2_3)[kbit_index]
    length = (144_000 if mpeg1 else 72_000) * kbits // rate_hz + (raw[2] >> 1 & 1)
    side_bytes = (17 if mono else 32) if mpeg1 else (9 if mono else 17)
    return FrameHeader(bytes(raw[:4]), length, side_bytes)


def audio_start(file: BinaryIO) -> int:
    """Return where the ID3v2 tag ends, 0 without one."""
    file.seek(0)
    head = file.read(10)
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    a, b, c, d = head[6:10]  # seven bits a byte
    return 10 + (a << 21 | b << 14 | c << 7 | d) + (10 if head[5] & 0x10 else 0)


def count_frames(file: BinaryIO, start: int, size: int) -> tuple[int, int]:
    """Walk the frames of a file of `size` bytes from `start`; return (how many are whole, where the last ends)."""
    frames, at, end = 0, start, start
    while at + 4 <= size:
        file.seek(at)
        header = parse_header(file.read(4))
        if header is None:
            at = _resync(file, at + 1)
            if at < 0:
                break
            continue
        if at + header.length > size:
            break
        frames += 1
        at = end = at + header.length
    return frames, end


def _resync(file: BinaryIO, start: int) -> int:
    """Return where the next two frames in a row begin, −1 if not within 64 KiB."""
    file.seek(start)
    window = file.read(_RESYNC_BYTES + 2048)
    at = window.find(b"\xff")
    while 0 <= at < _RESYNC_BYTES:
        header = parse_header(window[at : at + 4])
        if header and parse_header(window[at + header.length : at + header.length + 4]):
            return start + at
        at = window.find(b"\xff", at + 1)
    return -1


def xing_frame(first: FrameHeader, frames: int, audio_bytes: int) -> bytes:
    """Return a silent frame that says how many frames follow, in the format of `first`.

    Args:
        first: header of the first audio frame.
        frames: how many follow.
        audio_bytes: how many bytes they take.
    """
    raw = bytearray(first.raw)
    raw[1] |= 1  # no checksum
    raw[2] &= 0xFD  # no padding byte
    header = next(h for kbits in range(1, 15) if (h := _with_rate(raw, kbits)) and h.length >= _XING_BYTES)
    said = b"Xing" + struct.pack(">III", 0x03, frames, audio_bytes + header.length)
    return (header.raw + bytes(header.side_bytes) + said).ljust(header.length, b"\0")


def _with_rate(raw: bytearray, kbit_index: int) -> FrameHeader | None:
    return parse_header(bytes((raw[0], raw[1], kbit_index << 4 | raw[2] & 0x0F, raw[3])))
