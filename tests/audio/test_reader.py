"""What is read is what was written, in blocks, from paths and pipes alike."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from muzecli.audio.mp3_frames import parse_header
from muzecli.audio.reader import open_audio, read_audio
from muzecli.audio.types import RawFormat
from muzecli.errors import BadDataError, InputMissingError, UsageError
from tests.audio.conftest import MakeFile, noise, tone

CONTAINERS = ("wav", "flac", "aiff", "ogg", "mp3")


class Pipe(io.RawIOBase):
    """A stream that cannot be rewound, giving a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        data = self._data.read(min(len(buffer), 1000))
        buffer[: len(data)] = data
        return len(data)


@pytest.mark.parametrize("kind", CONTAINERS)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_container_is_read_as_soundfile_reads_it(make_file: MakeFile, kind: str, channels: int) -> None:
    path = make_file(f"in.{kind}", noise(30_000, channels=channels))
    expected, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    samples, info = read_audio(path)
    assert samples.dtype == np.float32
    assert np.array_equal(samples, expected.T)
    assert (info.rate_hz, info.channels, info.frames, info.container) == (rate_hz, channels, 30_000, kind)
    assert info.duration_s == pytest.approx(30_000 / 44_100)


@pytest.mark.parametrize("kind", CONTAINERS)
@pytest.mark.parametrize("size", [1000, 65_536])
def test_blocks_put_together_are_the_file_and_can_be_read_again(
    make_file: MakeFile, kind: str, size: int
) -> None:
    path = make_file(f"in.{kind}", noise(150_000, channels=2))
    expected = soundfile.read(path, dtype="float32", always_2d=True)[0].T
    with open_audio(path) as audio:
        for _ in range(2):
            blocks = list(audio.blocks(size))
            assert all(block.shape == (2, size) for block in blocks[:-1])
            assert np.array_equal(np.concatenate(blocks, axis=1), expected)
        next(audio.blocks(size))  # a pass that is given up
        assert np.array_equal(audio.read(), expected)


@pytest.mark.parametrize(
    ("kind", "subtype"), [("wav", "PCM_24"), ("wav", "FLOAT"), ("flac", "PCM_24"), ("aiff", "PCM_S8")]
)
def test_the_sample_format_is_reported(make_file: MakeFile, kind: str, subtype: str) -> None:
    with open_audio(make_file(f"in.{kind}", noise(100), subtype=subtype)) as audio:
        assert audio.info.subtype == subtype


@pytest.mark.parametrize("channels", [3, 4, 6])
def test_many_channels_are_read(make_file: MakeFile, channels: int) -> None:
    samples = noise(5000, channels=channels)
    read, info = read_audio(make_file("in.flac", samples))
    assert info.channels == channels
    assert np.abs(read - samples).max() < 2 / 32_768


@pytest.mark.parametrize("kind", CONTAINERS)
@pytest.mark.parametrize("wrap", [io.BytesIO, Pipe])
def test_streams_are_read_like_files(make_file: MakeFile, kind: str, wrap) -> None:  # type: ignore[no-untyped-def]
    path = make_file(f"in.{kind}", noise(20_000, channels=2))
    with open_audio(path) as file, open_audio(wrap(path.read_bytes()), name="standard input") as stream:
        assert stream.name == "standard input"
        assert stream.info == file.info
        assert np.array_equal(stream.read(), file.read())
        assert np.array_equal(stream.read(), file.read())


def test_a_named_pipe_is_read_like_a_file(make_file: MakeFile, tmp_path: Path) -> None:
    path, fifo = make_file("in.wav", noise(100_000)), tmp_path / "fifo"
    os.mkfifo(fifo)
    feeder = threading.Thread(target=lambda: fifo.write_bytes(path.read_bytes()))
    feeder.start()
    assert np.array_equal(read_audio(fifo)[0], read_audio(path)[0])
    feeder.join()


def test_content_decides_and_not_the_name(make_file: MakeFile) -> None:
    path = make_file("in.flac", tone(440, 0.1))
    renamed = path.rename(path.with_name("in.mp3"))
    assert read_audio(renamed)[1].container == "flac"


def test_raw_samples_need_only_a_rate_and_a_channel_count() -> None:
    samples = noise(1000, channels=2)
    for wrap in (io.BytesIO, Pipe):
        with open_audio(wrap(samples.T.astype("<f4").tobytes()), raw=RawFormat(48_000, 2)) as audio:
            assert (audio.info.container, audio.info.frames, audio.info.subtype) == ("raw", 1000, "FLOAT")
            assert np.array_equal(audio.read(), samples)
            assert np.array_equal(np.concatenate(list(audio.blocks(77)), axis=1), samples)


def test_raw_samples_must_be_whole_frames() -> None:
    with pytest.raises(BadDataError, match=r"multiple of 8 bytes, got 1001"):
        open_audio(io.BytesIO(bytes(1001)), raw=RawFormat(48_000, 2))
    with pytest.raises(UsageError, match="at least 1"):
        RawFormat(44_100, 0)


@pytest.mark.parametrize(
    ("riff", "data"), [(0xFFFFFFFF, 0xFFFFFFFF), (0, 0), (36, 0), (0x7FFFF024, 0x7FFFF000)]
)
@pytest.mark.parametrize("wrap", [None, Pipe])
def test_a_wav_that_was_streamed_is_read_to_its_end(make_file: MakeFile, riff: int, data: int, wrap) -> None:  # type: ignore[no-untyped-def]
    path = make_file("in.wav", noise(30_000, channels=2))
    expected = read_audio(path)[0]
    content = bytearray(path.read_bytes())
    content[4:8], content[40:44] = struct.pack("<I", riff), struct.pack("<I", data)
    path.write_bytes(content)
    with open_audio(wrap(bytes(content)) if wrap else path) as audio:
        assert audio.info.frames == 30_000
        assert np.array_equal(audio.read(), expected)
        assert audio.notes == ["its header gives no length: it is read to the end of the file"]


def test_a_flac_without_a_length_is_read_to_its_end(make_file: MakeFile) -> None:
    path = make_file("in.flac", noise(100_000, channels=2))
    expected = read_audio(path)[0]
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # 36 bits of STREAMINFO: 0 means unknown
    content[22:26] = bytes(4)
    for source in (io.BytesIO(content), Pipe(bytes(content))):
        with open_audio(source) as audio:
            assert audio.info.frames == 100_000
            assert np.array_equal(audio.read(), expected)


@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
@pytest.mark.parametrize("mode", ["CONSTANT", "VARIABLE"])
@pytest.mark.parametrize("wrap", [None, Pipe])
def test_mp3_without_a_xing_header_is_read_to_its_end(tmp_path: Path, rate_hz: int, mode: str, wrap) -> None:  # type: ignore[no-untyped-def]
    """libmpg123's own guess from the quiet beginning would be twice the length or half of it."""
    samples = noise(100_000, channels=2)
    samples[:, :60_000] *= 0.001
    path = tmp_path / "in.mp3"
    with soundfile.SoundFile(path, "w", rate_hz, 2, bitrate_mode=mode, compression_level=0.1) as file:
        file.write(samples.T)
    content = path.read_bytes()
    decoded = read_audio(path)[0]
    header = parse_header(content)
    assert header is not None
    path.write_bytes(content[header.length :])
    with open_audio(wrap(path.read_bytes()) if wrap else path) as audio:
        assert (
            100_000 <= audio.info.frames < 100_000 + 4 * 1152
        )  # encoder delay and padding are no longer known
        bare = audio.read()
    assert bare.shape[1] == audio.info.frames
    delays = [
        delay
        for delay in range(3000)
        if np.abs(bare[:, delay : delay + 90_000] - decoded[:, :90_000]).max() < 1e-3
    ]
    assert len(delays) == 1


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match=r"none\.wav: there is no such file") as missing:
        open_audio(tmp_path / "none.wav")
    with pytest.raises(BadDataError, match="must be an audio file, but is a folder") as folder:
        open_audio(tmp_path)
    assert (missing.value.exit_code, folder.value.exit_code) == (66, 65)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_missing(make_file: MakeFile) -> None:
    path = make_file("in.wav", noise(10))
    path.chmod(0)
    with pytest.raises(InputMissingError, match="Permission denied"):
        open_audio(path)


def test_names_that_are_not_utf8_are_read(make_file: MakeFile, tmp_path: Path) -> None:
    path = make_file("in.wav", noise(10))
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.wav"))
    path.rename(odd)
    assert read_audio(odd)[1].frames == 10


def test_reading_a_long_file_needs_no_more_memory_than_a_short_one(make_file: MakeFile) -> None:
    """Peak memory of a fresh process that reads, meters and convolves: the same for 1 and for 12 minutes."""
    program = textwrap.dedent("""
        import re, sys
        from pathlib import Path
        import numpy as np
        from muzecli.audio import Convolver, LoudnessMeter, open_audio
        with open_audio(Path(sys.argv[1])) as audio:
            meter, convolver = LoudnessMeter(8000, 2), Convolver(np.ones(1000), 2)
            for block in audio.blocks():
                meter.add(convolver.process(block))
        print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
    """)
    if not Path("/proc/self/status").is_file():
        pytest.skip("this system does not tell a process's peak memory")
    peaks_kib = []
    for minutes in (1, 12):
        path = make_file(f"{minutes}.flac", noise(minutes * 60 * 8000, channels=2))
        result = subprocess.run([sys.executable, "-c", program, path], check=True, capture_output=True)
        peaks_kib.append(int(result.stdout))
    assert peaks_kib[1] - peaks_kib[0] < 15_000  # 12 minutes are 46 MB of samples


def test_closing_releases_everything(make_file: MakeFile) -> None:
    path = make_file("in.mp3", noise(3000))
    open_files = Path("/proc/self/fd")
    if not open_files.is_dir():
        pytest.skip("this system does not list a process's open files")
    before = len(list(open_files.iterdir()))
    for _ in range(5):
        with open_audio(path) as audio:
            audio.read()
        with pytest.raises(InputMissingError):
            open_audio(path.with_name("none.wav"))
    assert len(list(open_files.iterdir())) == before
