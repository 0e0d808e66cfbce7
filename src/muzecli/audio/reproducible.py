"""Make encoded files the same bytes each time: remove what libsndfile takes from the clock.

An OGG stream gets a random serial number, and float WAV and AIFF files a PEAK chunk with the time of day. Both
are set to fixed values; nothing else of the file changes.
"""

from __future__ import annotations

import os
import struct
import zlib
from typing import BinaryIO

from muzecli.audio.headers import chunks

_SERIAL = 1
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def make_reproducible(file: BinaryIO, container: str) -> None:
    """Fix the serial numbers or times in a finished file, open for reading and writing."""
    if container == "ogg":
        _fix_ogg(file)
    elif container in ("wav", "aiff"):
        size = file.seek(0, os.SEEK_END)
        for chunk in chunks(file, size, "<" if container == "wav" else ">"):
            if chunk.name == b"PEAK":  # version, seconds since 1970, then the peaks
                file.seek(chunk.offset + 4)
                file.write(b"\0\0\0\0")
            if chunk.name in (b"data", b"SSND"):
                return


def _fix_ogg(file: BinaryIO) -> None:
    file.seek(0)
    while len(header := file.read(27)) == 27:
        start = file.tell() - 27
        lacing = file.read(header[26])
        body = file.read(sum(lacing))
        page = header[:14] + struct.pack(
            "<II", _SERIAL, header[18] | header[19] << 8 | header[20] << 16 | header[21] << 24
        )
        page += b"\0\0\0\0" + header[26:] + lacing + body
        file.seek(start + 14)
        file.write(page[14:22] + struct.pack("<I", _ogg_crc(page)))
        file.seek(start + len(page))


def _ogg_crc(page: bytes) -> int:
    """Return the checksum of an OGG page whose checksum field is zero (RFC 3533: CRC-32, most significant bit first).

    zlib's CRC-32 has the same polynomial but takes bits in the other order and inverts at both ends.
    """
    crc = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{crc:032b}"[::-1], 2)
