"""What a file's header promises, compared with what is there.

libsndfile reads what it finds: of a WAV that was cut in half it delivers half, without a word. muze refuses such
a file, because a truncated download or copy must not become a truncated result. The rules:

* WAV, AIFF: the data chunk must be there in full, or all but the last frame of it. A WAV whose data length is 0,
  0xFFFFFFFF or 2 GiB came out of a pipe before its length was known: all that follows is audio.
* OGG: the last page must be whole. A missing end mark alone is a recording that was stopped: read, with a note.
* MP3: the Xing/Info header's byte count, where there is one, must be there but for one frame. Where
  there is none the frames are counted (`muzecli.audio.mp3_frames`).
* FLAC: its frames must decode and add up; only reading shows that (`muzecli.audio.reader`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from muzecli.audio.mp3_frames import audio_start, count_frames, parse_header, xing_frame

_OGG_PAGE_BYTES = 27 + 255 + 255 * 255
_MPEG_FRAME_BYTES = 1441 + 300  # the longest frame of the usual bit rates, and a little
_RIFF_MARKS = {b"RIFF": "<", b"RIFX": ">", b"RF64": "<"}

# Data lengths that programs write when they cannot go back to fill in the real one.
_STREAMED_FROM = 0xFFFFF000
_STREAMED_HALF = range(0x7FFFF000, 0x80000001)


@dataclass(frozen=True)
class Chunk:
    """One chunk of a WAV or AIFF file: its name, where its content begins, and the length it claims."""

    name: bytes
    offset: int
    length: int


@dataclass(frozen=True)
class Promise:
    """What a header says and what is there.

    Attributes:
        promised_bytes: audio data by the header.
        present_bytes: audio data in the file.
        tolerance_bytes: how much may be missing before it counts.
        note: what the user should know though the file can be read.
        patches: (offset, bytes) to lay over the file so that libsndfile reads all of it.
        insert: (offset, bytes) to put before what is at that offset, for the same end.
    """

    promised_bytes: int = 0
    present_bytes: int = 0
    tolerance_bytes: int = 0
    note: str | None = None
    patches: tuple[tuple[int, bytes], ...] = ()
    insert: tuple[int, bytes] = (0, b"")

    @property
    def broken(self) -> bool:
        """Whether the file ends before its audio does."""
        return self.promised_bytes - self.present_bytes > self.tolerance_bytes


NO_PROMISE = Promise()


def chunks(file: BinaryIO, size: int, order: str) -> Iterator[Chunk]:
    """Yield the chunks of a WAV (order `<`) or AIFF (`>`) file that begin within its `size` bytes."""
    offset = 12
    while offset + 8 <= size:
        file.seek(offset)
        name, length = struct.unpack(f"{order}4sI", file.read(8))
        yield Chunk(name, offset + 8, length)
        offset += 8 + length + length % 2


def _unpack(file: BinaryIO, offset: int, layout: str) -> tuple[int, ...]:
    """Return the integers at an offset, with zeros for what lies behind the end of the file."""
    size = struct.calcsize(layout)
    file.seek(offset)
    return struct.unpack(layout, file.read(size).ljust(size, b"\0"))


def examine(file: BinaryIO, size: int) -> Promise:
    """Compare the header of an open file of `size` bytes with its content; the file position is lost."""
    file.seek(0)
    head = file.read(12)
    if head[:4] in _RIFF_MARKS and head[8:] == b"WAVE":
        return _examine_wav(file, size, _RIFF_MARKS[head[:4]])
    if head[:4] == b"FORM" and head[8:] in (b"AIFF", b"AIFC"):
        return _examine_aiff(file, size)
    if head[:4] == b"OggS":
        return _examine_ogg(file, size)
    if head[:3] == b"ID3" or head[:1] == b"\xff":
        return _examine_mp3(file, size)
    return NO_PROMISE


def _examine_wav(file: BinaryIO, size: int, order: str) -> Promise:
    (riff_length,) = _unpack(file, 4, f"{order}I")
    frame_bytes, long_length = 1, None
    for chunk in chunks(file, size, order):
        if chunk.name == b"ds64" and chunk.length >= 16:  # EBU Tech 3306: 64-bit lengths
            (long_length,) = _unpack(file, chunk.offset + 8, "<Q")
        elif chunk.name == b"fmt " and chunk.length >= 16:
            (frame_bytes,) = _unpack(file, chunk.offset + 12, f"{order}H")
        elif chunk.name == b"data":
            present = size - chunk.offset
            promised = long_length if long_length and chunk.length == 0xFFFFFFFF else chunk.length
            if _was_streamed(promised, riff_length, chunk.offset, present):
                if promised:  # too long rather than nothing: libsndfile cuts it to the file by itself
                    return Promise(note="its header gives no length: it is read to the end of the file")
                lengths = ((chunk.offset - 4, present), (4, size - 8))
                return Promise(
                    note="its header gives no length: it is read to the end of the file",
                    patches=tuple((at, struct.pack(f"{order}I", min(n, 0xFFFFFFFF))) for at, n in lengths),
                )
            return Promise(promised, present, max(frame_bytes, 1))
    return NO_PROMISE


def _was_streamed(promised: int, riff_length: int, data_offset: int, present: int) -> bool:
    if promised == 0:  # with a full RIFF length the data really is empty, and other chunks follow
        return present > 0 and (riff_length <= data_offset - 8 or riff_length >= _STREAMED_FROM)
    return present < promised and (_STREAMED_FROM <= promised <= 0xFFFFFFFF or promised in _STREAMED_HALF)


def _examine_aiff(file: BinaryIO, size: int) -> Promise:
    frame_bytes = 1
    for chunk in chunks(file, size, ">"):
        if chunk.name == b"COMM" and chunk.length >= 8:
            channels, _, bits = _unpack(file, chunk.offset, ">HIH")
            frame_bytes = max(1, channels * ((bits + 7) // 8))
        elif chunk.name == b"SSND":
            return Promise(chunk.length, size - chunk.offset, frame_bytes)
    return NO_PROMISE


def _examine_ogg(file: BinaryIO, size: int) -> Promise:
    start = max(0, size - _OGG_PAGE_BYTES)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"OggS\0")
    if at < 0:
        return NO_PROMISE
    page = tail[at:]
    segments = page[26] if len(page) > 26 else 255
    lacing = page[27 : 27 + segments]
    length = 27 + segments + sum(lacing)
    if len(lacing) < segments or len(page) < length:
        return Promise(start + at + max(length, len(page) + 1), size)
    if not page[5] & 0x04:  # RFC 3533, header type flag: last page of the stream
        return Promise(note="it has no end mark: the recording may have been stopped early")
    return NO_PROMISE


def _examine_mp3(file: BinaryIO, size: int) -> Promise:
    start = audio_start(file)
    file.seek(start)
    first = file.read(64)
    header = parse_header(first)
    if header is None:
        return NO_PROMISE
    xing = first[4 + header.side_bytes :]
    if xing[:4] not in (b"Xing", b"Info"):
        frames, end = count_frames(file, start, size)
        return Promise(insert=(start, xing_frame(header, frames, end - start))) if frames else NO_PROMISE
    if len(xing) < 16 or not xing[7] & 0x02:
        return NO_PROMISE
    field = 12 if xing[7] & 0x01 else 8
    (promised,) = struct.unpack(">I", xing[field : field + 4])
    return Promise(promised, size - start, _MPEG_FRAME_BYTES)
