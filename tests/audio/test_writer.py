"""What is written is what was given: depth, rate, channels, no clipping in silence, the same bytes each time."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from muzecli.audio.dither import needs_dither, quantise
from muzecli.audio.formats import (
    CONTAINERS,
    bit_depth,
    check_writable,
    choose_subtype,
    container,
    container_of,
)
from muzecli.audio.reader import open_audio, read_audio
from muzecli.audio.types import AudioInfo, RawFormat, Tags
from muzecli.audio.writer import AudioWriter
from muzecli.errors import BugError, OutputError, UsageError
from tests.audio.conftest import Samples, noise, tone

LOSSLESS = [(k, s) for k in ("wav", "aiff", "flac") for s in CONTAINERS[k].depths.values()]
STEP = {8: 2**-7, 16: 2**-15, 24: 2**-23, 32: 0.0, 64: 0.0}


def write(
    target: Path | io.IOBase,
    samples: Samples,
    *,
    kind: str = "wav",
    subtype: str = "PCM_16",
    rate_hz: int = 44_100,
    block: int = 65_536,
    seed: int | None = None,
    tags: Tags | None = None,
) -> None:
    with AudioWriter(
        target,  # type: ignore[arg-type]
        rate_hz=rate_hz,
        channels=samples.shape[0],
        container=kind,
        subtype=subtype,
        dither_seed=seed,
        tags=tags or Tags(),
    ) as writer:
        for start in range(0, samples.shape[1], block):
            writer.write(samples[:, start : start + block])
    assert writer.frames == samples.shape[1]


def info(subtype: str, kind: str = "wav", rate_hz: int = 44_100) -> AudioInfo:
    return AudioInfo(rate_hz, 2, 1000, kind, subtype)


@pytest.mark.parametrize(("kind", "subtype"), LOSSLESS)
def test_lossless_formats_keep_samples_to_half_a_step(tmp_path: Path, kind: str, subtype: str) -> None:
    samples = noise(5000, channels=2)
    write(tmp_path / "out", samples, kind=kind, subtype=subtype)
    read, read_info = read_audio(tmp_path / "out")
    bits = bit_depth(subtype)
    assert bits is not None
    assert np.abs(read - samples).max() <= STEP[bits] / 2
    assert (read_info.container, read_info.subtype, read_info.rate_hz) == (kind, subtype, 44_100)


@pytest.mark.parametrize(
    ("kind", "subtype"), [("wav", "PCM_16"), ("flac", "PCM_24"), ("aiff", "PCM_S8"), ("wav", "PCM_U8")]
)
def test_reading_and_writing_again_changes_no_bit(tmp_path: Path, kind: str, subtype: str) -> None:
    write(tmp_path / "a", noise(5000, channels=2), kind=kind, subtype=subtype)
    samples, _ = read_audio(tmp_path / "a")
    write(tmp_path / "b", samples, kind=kind, subtype=subtype)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(("kind", "subtype"), [("ogg", "VORBIS"), ("ogg", "OPUS"), ("mp3", "MPEG_LAYER_III")])
def test_lossy_formats_keep_length_and_sound(tmp_path: Path, kind: str, subtype: str) -> None:
    samples = tone(440, 2, 48_000, channels=2, level=0.5) + tone(3000, 2, 48_000, channels=2, level=0.2)
    write(tmp_path / "out", samples, kind=kind, subtype=subtype, rate_hz=48_000)
    read, _ = read_audio(tmp_path / "out")
    assert read.shape == samples.shape
    if subtype != "OPUS":  # which keeps no phase
        assert np.std(read - samples) < 0.02 * np.std(samples)


def test_a_long_ogg_in_one_block_does_not_crash(tmp_path: Path) -> None:
    samples = noise(700_000, channels=2)
    write(tmp_path / "out.ogg", samples, kind="ogg", subtype="VORBIS", block=700_000)
    assert read_audio(tmp_path / "out.ogg")[1].frames == 700_000


@pytest.mark.parametrize("kind", ["wav", "flac", "aiff", "ogg", "mp3"])
def test_a_stream_gets_the_bytes_that_a_file_would(tmp_path: Path, kind: str) -> None:
    samples, subtype, stream = noise(30_000, channels=2), choose_subtype(kind), io.BytesIO()
    tags = Tags({"title": ("t",)})
    write(tmp_path / "out", samples, kind=kind, subtype=subtype, tags=tags)
    write(stream, samples, kind=kind, subtype=subtype, tags=tags)
    assert stream.getvalue() == (tmp_path / "out").read_bytes()


def test_a_pipe_gets_a_whole_wav(tmp_path: Path) -> None:
    fifo, received = tmp_path / "fifo", []
    os.mkfifo(fifo)
    reader = threading.Thread(target=lambda: received.append(fifo.read_bytes()))
    reader.start()
    write(fifo, noise(50_000))
    reader.join()
    with open_audio(io.BytesIO(received[0])) as audio:
        assert audio.info.frames == 50_000
        assert audio.notes == []


def test_raw_is_interleaved_little_endian_float() -> None:
    samples, stream = noise(1000, channels=3), io.BytesIO()
    write(stream, samples, kind="raw", subtype="FLOAT")
    assert np.array_equal(np.frombuffer(stream.getvalue(), "<f4").reshape(-1, 3).T, samples)
    stream.seek(0)
    with open_audio(stream, raw=RawFormat(44_100, 3)) as audio:
        assert np.array_equal(audio.read(), samples)


@pytest.mark.parametrize(
    ("kind", "subtype"),
    [
        ("ogg", "VORBIS"),
        ("ogg", "OPUS"),
        ("wav", "FLOAT"),
        ("aiff", "FLOAT"),
        ("mp3", "MPEG_LAYER_III"),
        ("flac", "PCM_16"),
    ],
)
def test_the_same_samples_give_the_same_bytes_at_another_time(
    tmp_path: Path, kind: str, subtype: str
) -> None:
    for name in ("a", "b"):
        program = textwrap.dedent("""
            import sys
            from pathlib import Path
            import numpy as np
            from muzecli.audio import AudioWriter
            _, target, kind, subtype = sys.argv
            with AudioWriter(Path(target), rate_hz=48000, channels=2, container=kind, subtype=subtype,
                             dither_seed=3) as writer:
                writer.write((0.1 * np.random.default_rng(0).standard_normal((2, 90000))).astype(np.float32))
        """)
        subprocess.run([sys.executable, "-c", program, tmp_path / name, kind, subtype], check=True)
        time.sleep(1.05 if name == "a" and subtype == "FLOAT" else 0)  # a PEAK chunk's clock ticks in seconds
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    samples, _ = read_audio(tmp_path / "a")  # checksums hold
    assert samples.shape[1] == 90_000


# --- dither -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subtype", "source", "processed", "expected"),
    [
        ("PCM_16", info("PCM_16"), False, False),
        ("PCM_16", info("PCM_16"), True, True),
        ("PCM_16", info("PCM_24"), False, True),
        ("PCM_16", info("VORBIS", "ogg"), False, True),
        ("PCM_16", None, False, True),
        ("PCM_U8", info("PCM_16"), False, True),
        ("PCM_24", info("FLOAT"), True, False),
        ("FLOAT", info("DOUBLE"), True, False),
        ("VORBIS", info("FLOAT"), True, False),
    ],
)
def test_dither_is_for_16_bit_and_less_made_from_more(
    subtype: str, source: AudioInfo | None, processed: bool, expected: bool
) -> None:
    assert needs_dither(subtype, source=source, processed=processed) is expected


def test_dither_is_seeded_and_independent_of_blocks(tmp_path: Path) -> None:
    samples = noise(10_000, channels=2)
    write(tmp_path / "a.wav", samples, seed=1)
    write(tmp_path / "b.wav", samples, seed=1, block=777)
    write(tmp_path / "c.wav", samples, seed=2)
    first, again, other = ((tmp_path / name).read_bytes() for name in ("a.wav", "b.wav", "c.wav"))
    assert first == again
    assert first != other


def test_dither_makes_the_error_independent_of_the_signal() -> None:
    """Half a step of a constant comes out as that constant on average, and the error's power is a quarter step²."""
    value = np.full((1, 200_000), 0.3 / 32_768, dtype=np.float32)
    plain = quantise(value, 16)
    dithered = quantise(value, 16, np.random.default_rng(0))
    assert not plain.any()
    assert dithered.mean() == pytest.approx(0.3, abs=0.01)
    assert np.var(dithered - 0.3) == pytest.approx(1 / 4, rel=0.03)  # 2/12 of TPDF + 1/12 of rounding


def test_digital_silence_stays_silent() -> None:
    assert not quantise(np.zeros((2, 100), dtype=np.float32), 16, np.random.default_rng(0)).any()


def test_rounding_is_to_the_nearest_and_without_bias() -> None:
    values = np.array([[0.4, 0.6, -0.4, -0.6, 1.4]], dtype=np.float32) / 32_768
    assert quantise(values, 16)[:, 0].tolist() == [0, 1, 0, -1, 1]
    full = np.array([[1.0, -1.0]], dtype=np.float32)
    assert quantise(full, 16)[:, 0].tolist() == [32_767, -32_768]
    assert quantise(full, 24)[:, 0].tolist() == [(2**23 - 1) << 8, -(2**31)]
    assert quantise(full, 32)[:, 0].tolist() == [2**31 - 128, -(2**31)]
    assert quantise(full, 8)[:, 0].tolist() == [127 << 8, -(2**15)]


# --- what is refused ----------------------------------------------------------------------------------------


def test_nothing_is_clipped_in_silence(tmp_path: Path) -> None:
    samples = tone(440, 0.1, level=1.2)
    for kind, subtype in (("wav", "PCM_16"), ("ogg", "VORBIS")):
        with pytest.raises(
            BugError, match=r"samples from frame 0 on are over full scale, the highest by 1\.58 dB"
        ):
            write(tmp_path / "out", samples, kind=kind, subtype=subtype)
    write(tmp_path / "float.wav", samples, subtype="FLOAT")
    assert np.abs(read_audio(tmp_path / "float.wav")[0]).max() > 1.19


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity_are_refused(tmp_path: Path, value: float) -> None:
    samples = noise(100)
    samples[0, 50] = value
    with pytest.raises(BugError, match="NaN or infinite"):
        write(tmp_path / "out.wav", samples, subtype="FLOAT")


def test_blocks_of_another_shape_are_refused(tmp_path: Path) -> None:
    with AudioWriter(tmp_path / "x", rate_hz=8000, channels=2, container="wav", subtype="PCM_16") as writer:
        for bad in (np.zeros((3, 10), np.float32), np.zeros(10, np.float32)):
            with pytest.raises(BugError, match=r"must have the shape \(2, n\)"):
                writer.write(bad)


@pytest.mark.parametrize(
    ("kind", "subtype", "rate_hz", "channels", "message"),
    [
        ("mp3", "MPEG_LAYER_III", 44_100, 4, "MP3 holds 1 to 2 channels, got 4"),
        ("mp3", "MPEG_LAYER_III", 96_000, 2, "MP3 holds the rates 8000, .* 48000 Hz, got 96000"),
        ("flac", "PCM_16", 44_100, 9, "FLAC holds 1 to 8 channels, got 9"),
        ("flac", "PCM_16", 700_000, 1, "FLAC holds rates of 1 to 655350 Hz, got 700000"),
        ("flac", "PCM_16", 96_001, 1, "in steps of 10 Hz, got 96001"),
        ("ogg", "VORBIS", 352_800, 2, "OGG holds rates of 1 to 200000 Hz, got 352800"),
        ("ogg", "OPUS", 44_100, 2, "Opus holds the rates .*, got 44100"),
        ("wav", "PCM_16", 0, 2, "got 0"),
        ("wma", "PCM_16", 44_100, 2, "the format must be one of wav, flac, mp3, ogg, aiff, raw, got 'wma'"),
    ],
)
def test_what_a_container_cannot_hold_is_refused_before_writing(
    tmp_path: Path, kind: str, subtype: str, rate_hz: int, channels: int, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        AudioWriter(tmp_path / "out", rate_hz=rate_hz, channels=channels, container=kind, subtype=subtype)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("kind", "channels", "rate_hz"),
    [
        ("wav", 1024, 44_100),
        ("flac", 8, 655_350),
        ("ogg", 255, 44_100),
        ("ogg", 2, 200_000),
        ("mp3", 2, 8000),
        ("aiff", 12, 1),
    ],
)
def test_what_is_promised_can_be_written(tmp_path: Path, kind: str, channels: int, rate_hz: int) -> None:
    subtype = choose_subtype(kind)
    check_writable(kind, subtype, rate_hz=rate_hz, channels=channels)
    write(tmp_path / "out", noise(2000, channels=channels), kind=kind, subtype=subtype, rate_hz=rate_hz)
    assert read_audio(tmp_path / "out")[1].channels == channels


def test_a_wav_beyond_four_gib_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="WAV holds at most 4 GiB"):  # noqa: SIM117
        with AudioWriter(
            tmp_path / "x", rate_hz=8000, channels=1024, container="wav", subtype="DOUBLE"
        ) as writer:
            writer._max_frames = 99
            writer.write(np.zeros((1024, 100), np.float32))
    with AudioWriter(io.BytesIO(), rate_hz=8, channels=2, container="wav", subtype="PCM_24") as writer:
        assert writer._max_frames == (2**32 - 2**16) // 6


def test_folders_and_missing_folders_cannot_be_written(tmp_path: Path) -> None:
    for target in (tmp_path, tmp_path / "none" / "out.wav"):
        with pytest.raises(OutputError, match="cannot be written"):
            write(target, noise(10))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_an_output_error() -> None:
    with pytest.raises(OutputError, match="No space left on device") as caught:
        write(Path("/dev/full"), noise(100_000))
    assert caught.value.exit_code == 74


@pytest.mark.parametrize(
    ("kind", "subtype"), [("wav", "PCM_16"), ("flac", "PCM_24"), ("ogg", "VORBIS"), ("raw", "FLOAT")]
)
def test_a_disk_that_fills_up_in_the_middle_is_an_output_error(
    tmp_path: Path, kind: str, subtype: str
) -> None:
    program = textwrap.dedent("""
        import resource, signal, sys
        from pathlib import Path
        import numpy as np
        from muzecli.audio import AudioWriter
        from muzecli.errors import OutputError
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        noise = (0.1 * np.random.default_rng(0).standard_normal((2, 300_000))).astype(np.float32)
        try:
            with AudioWriter(Path(sys.argv[1]), rate_hz=48000, channels=2, container=sys.argv[2],
                             subtype=sys.argv[3]) as writer:
                writer.write(noise)
        except OutputError as error:
            print(error.message)
    """)
    result = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "out", kind, subtype],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "out: cannot be written: " in result.stdout, result.stderr
    assert result.stderr == ""


def test_a_reader_that_goes_away_is_not_explained() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as stream, pytest.raises(BrokenPipeError):
        write(stream, noise(100_000))
        stream.flush()


def test_an_error_inside_leaves_a_stream_untouched() -> None:
    stream = io.BytesIO()
    with pytest.raises(KeyError):  # noqa: SIM117
        with AudioWriter(stream, rate_hz=8000, channels=1, container="wav", subtype="PCM_16") as writer:
            writer.write(noise(100))
            raise KeyError
    assert stream.getvalue() == b""


# --- choosing a sample format -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "like", "depth", "expected"),
    [
        ("wav", info("PCM_16"), None, "PCM_16"),
        ("wav", info("PCM_24"), None, "PCM_24"),
        ("wav", info("PCM_32"), None, "PCM_32"),
        ("wav", info("FLOAT"), None, "FLOAT"),
        ("wav", info("DOUBLE"), None, "DOUBLE"),
        ("wav", info("PCM_U8"), None, "PCM_U8"),
        ("wav", info("ULAW"), None, "PCM_16"),
        ("flac", info("PCM_24"), None, "PCM_24"),
        ("flac", info("PCM_32"), None, "PCM_24"),
        ("flac", info("FLOAT"), None, "PCM_24"),
        ("flac", info("PCM_U8"), None, "PCM_S8"),
        ("wav", info("PCM_16", "flac"), None, "PCM_16"),
        ("aiff", info("PCM_U8"), None, "PCM_S8"),
        ("wav", info("VORBIS", "ogg"), None, "PCM_24"),
        ("wav", None, None, "PCM_24"),
        ("wav", info("PCM_16"), 24, "PCM_24"),
        ("wav", info("PCM_16"), 32, "FLOAT"),
        ("flac", info("PCM_24"), 16, "PCM_16"),
        ("ogg", info("PCM_24"), None, "VORBIS"),
        ("ogg", info("OPUS", "ogg", 48_000), None, "OPUS"),
        ("ogg", info("OPUS", "ogg", 44_100), None, "VORBIS"),
        ("mp3", None, None, "MPEG_LAYER_III"),
        ("raw", info("PCM_16"), None, "FLOAT"),
    ],
)
def test_depth_is_kept_or_the_nearest_there_is(
    kind: str, like: AudioInfo | None, depth: int | None, expected: str
) -> None:
    assert choose_subtype(kind, like, depth) == expected
    assert soundfile.check_format(container(kind).format, expected)


def test_depths_that_do_not_exist_are_refused() -> None:
    with pytest.raises(UsageError, match="FLAC holds 8, 16, 24 bit, not 32"):
        choose_subtype("flac", bit_depth=32)
    with pytest.raises(UsageError, match="OGG is lossy and has no bit depth, got 16"):
        choose_subtype("ogg", bit_depth=16)


def test_suffixes_name_containers() -> None:
    assert [container_of(Path(n)).name for n in ("a.WAV", "b.flac", "c.aif", "d.opus", "e.f32")] == [
        "wav",
        "flac",
        "aiff",
        "ogg",
        "raw",
    ]
    with pytest.raises(UsageError, match=r"must end in one of \.wav, \.flac, .* got 'out'"):
        container_of(Path("dir.wav/out"))


def test_closing_and_failing_release_everything(tmp_path: Path) -> None:
    open_files = Path("/proc/self/fd")
    if not open_files.is_dir():
        pytest.skip("this system does not list a process's open files")
    before = len(list(open_files.iterdir()))
    for target in (io.BytesIO(), tmp_path / "a.wav"):
        write(target, noise(10))
        with pytest.raises(BugError):
            write(target, noise(10) * np.nan)
    assert len(list(open_files.iterdir())) == before
