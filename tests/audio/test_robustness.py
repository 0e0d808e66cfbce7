"""Broken input of every kind: the right error, one line, the name in it, and nothing else on standard error."""

from __future__ import annotations

import io
import os
import random
import struct
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile
from mutagen import id3

from muzecli.audio.headers import examine
from muzecli.audio.native_stderr import Mpg123Filter
from muzecli.audio.reader import open_audio
from muzecli.audio.sources import PatchedFile
from muzecli.errors import BadDataError, MuzeError
from tests.audio.conftest import MakeFile, noise, tone

READABLE = {  # file: (channels, frames)
    "silence__silence.flac": (2, 220_500),
    "synthesised__impulse__flac__bad_stream_info__impulses_1second_44100_bad_stream_info.flac": (1, 441_000),
    "synthesised__shortfiles__1024_samples.wav": (1, 1024),
}
REFUSED = {
    "empty__empty.aiff": "the AIFF file has a header but no audio",
    "empty__empty.mp3": "the MP3 file has a header but no audio",
    "empty__empty.ogg": "the OGG file has a header but no audio",
    "empty__empty.wav": "the WAV file has a header but no audio",
    # 31 of its 192 frames fail their checksum, the second one first
    "multichannel__4channels.flac": "the audio is damaged or ends early: of 5.00 s only the first 0.00 s",
    "text.wav": "must be audio that muze reads, but holds text",
    "truncated.wav": "is cut short: its header promises 339200 bytes of audio, but only 39956 are there",
    "unsupported.sd2": "must be audio that muze reads, but its content is of no audio type",
    "zero_bytes.mp3": r"the file is empty \(0 bytes\)",
}


def read_all(source: Path | io.BytesIO, name: str | None = None) -> int:
    with open_audio(source, name=name) as audio:
        return sum(block.shape[1] for block in audio.blocks())


def test_every_file_of_the_collection_is_expected(robustness: Path) -> None:
    assert {path.name for path in robustness.iterdir()} == READABLE.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", READABLE)
def test_odd_but_whole_files_are_read(robustness: Path, name: str) -> None:
    with open_audio(robustness / name) as audio:
        samples = audio.read()
        assert audio.notes == []
    assert samples.shape == READABLE[name]
    if "silence" in name:
        assert not samples.any()
    if (
        "impulse" in name
    ):  # one a second from the first second on; the samples match the stream's own checksum
        assert np.flatnonzero(np.abs(samples[0]) > 0.3).tolist() == list(range(44_100, 441_000, 44_100))


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("as_stream", [False, True])
def test_broken_files_are_refused_in_one_line(robustness: Path, name: str, as_stream: bool) -> None:
    path = robustness / name
    source = io.BytesIO(path.read_bytes()) if as_stream else path
    with pytest.raises(BadDataError, match=REFUSED[name]) as caught:
        read_all(source, name if as_stream else None)
    assert caught.value.exit_code == 65
    assert name in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("kind", ["wav", "flac", "aiff", "ogg", "mp3"])
@pytest.mark.parametrize("part", [0.3, 0.5, 0.97])
def test_a_file_cut_in_the_middle_is_refused(make_file: MakeFile, kind: str, part: float) -> None:
    path = make_file(f"in.{kind}", noise(200_000, channels=2))
    content = path.read_bytes()
    path.write_bytes(content[: int(part * len(content)) | 1])
    for source in (path, io.BytesIO(path.read_bytes())):
        with pytest.raises(BadDataError, match=r"cut short|damaged or ends early") as caught:
            read_all(source, "the name")
        assert caught.value.message.startswith("the name: ")


@pytest.mark.parametrize("kind", ["flac", "ogg"])
def test_a_failed_checksum_is_refused(make_file: MakeFile, kind: str) -> None:
    path = make_file(f"in.{kind}", noise(200_000))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(BadDataError, match=r"damaged or ends early: of 4\.54 s only the first"):
        read_all(path)


def test_an_ogg_whose_recording_was_stopped_is_read_with_a_note(make_file: MakeFile) -> None:
    content = make_file("in.ogg", noise(300_000)).read_bytes()
    with open_audio(io.BytesIO(content[: content.rindex(b"OggS")])) as audio:
        assert 0 < audio.read().shape[1] < 300_000
        assert audio.notes == ["it has no end mark: the recording may have been stopped early"]


def test_a_wav_that_lacks_half_a_frame_is_read(make_file: MakeFile) -> None:
    content = make_file("in.wav", noise(1000, channels=2)).read_bytes()
    assert read_all(io.BytesIO(content[:-2])) == 999


def test_an_rf64_is_read_by_its_long_length(tmp_path: Path) -> None:
    path = tmp_path / "in.wav"
    soundfile.write(path, noise(1000, channels=2).T, 8000, format="RF64", subtype="PCM_16")
    assert path.read_bytes()[:4] == b"RF64"
    assert read_all(path) == 1000
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(BadDataError, match="cut short"):
        read_all(path)


def test_an_mp3_that_holds_only_tags_is_refused(tmp_path: Path) -> None:
    tags = id3.ID3()
    tags.add(id3.TIT2(encoding=3, text=["title"]))
    (tmp_path / "in.mp3").touch()
    tags.save(tmp_path / "in.mp3")
    with pytest.raises(BadDataError, match="begins like MP3, but there is no audio in it"):
        read_all(tmp_path / "in.mp3")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\0\0\0\x20ftypM4A " + bytes(100), "is an MP4 or M4A file"),
        (b"PK\x03\x04" + bytes(100), "is a ZIP archive"),
        (b"RIFF\x10\0\0\0AVI " + bytes(100), "begins like WAV, but there is no audio"),
        (b"fLaC", "begins like FLAC, but there is no audio"),
        (bytes(1000), "of no audio type"),
    ],
)
def test_other_types_are_named(content: bytes, message: str) -> None:
    with pytest.raises(BadDataError, match=message):
        read_all(io.BytesIO(content))


def test_audio_types_that_muze_does_not_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "in.caf"
    soundfile.write(path, noise(100).T, 8000, subtype="PCM_16")
    with pytest.raises(BadDataError, match=r"CAF \(Apple Core Audio File\) is not supported, muze reads WAV"):
        read_all(path)


@pytest.mark.parametrize(("value", "at"), [(np.nan, 70_000), (np.inf, 0), (-np.inf, 99_999)])
@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_nan_and_infinity_are_refused_with_their_place(
    make_file: MakeFile, value: float, at: int, subtype: str
) -> None:
    samples = noise(100_000, channels=2)
    samples[1, at] = value
    with pytest.raises(BadDataError, match=rf"but frame {at} \({at / 44_100:.3f} s\) is NaN or infinite"):
        read_all(make_file("in.wav", samples, subtype=subtype))


def test_a_rate_that_cannot_be_is_refused(make_file: MakeFile) -> None:
    content = bytearray(make_file("in.wav", noise(100)).read_bytes())
    content[24:28] = struct.pack("<I", 2_000_000_000)
    with pytest.raises(BadDataError, match="must be 1 to 1000000 Hz, but the header says 2000000000"):
        read_all(io.BytesIO(content))


def test_a_damaged_mp3_is_read_with_a_note_and_without_a_word_on_standard_error(make_file: MakeFile) -> None:
    path = make_file("in.mp3", tone(440, 3, channels=2) + noise(132_300, channels=2, level=0.01))
    content = bytearray(path.read_bytes())
    for at in range(2000, len(content) - 100, 9000):
        content[at : at + 40] = bytes(random.Random(at).randbytes(40))
    path.write_bytes(content)
    program = textwrap.dedent("""
        import sys
        from pathlib import Path
        from muzecli.audio import open_audio
        with open_audio(Path(sys.argv[1])) as audio:
            for _ in range(2):
                print(sum(block.shape[1] for block in audio.blocks()), file=sys.stdout)
            print(audio.notes)
        print("a warning of ours", file=sys.stderr)
    """)
    result = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    first, second, notes = result.stdout.splitlines()
    assert first == second
    assert 132_300 - 2304 <= int(first) <= 132_300
    assert notes == "['is damaged in places: the MP3 decoder left gaps']"
    assert result.stderr == "a warning of ours\n"


def test_only_the_decoders_lines_are_taken_from_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    with Mpg123Filter() as filtered:
        for turn in range(2):
            with filtered.call():
                os.write(2, b"[src/libmpg123/layer3.c:x():1] error: y\nNote: Trying to resync...\n\n")
                print(f"warning: ours {turn}", file=sys.stderr)
                os.write(2, b"without an end of line")
    assert filtered.remarks == ["[src/libmpg123/layer3.c:x():1] error: y", "Note: Trying to resync..."] * 2
    assert capfd.readouterr().err == "".join(
        f"warning: ours {turn}\nwithout an end of line" for turn in range(2)
    )


def test_the_filter_works_with_standard_error_closed(make_file: MakeFile) -> None:
    path = make_file("in.mp3", noise(5000))
    program = "import sys, os; os.close(2); from pathlib import Path; from muzecli.audio import read_audio\n"
    program += "print(read_audio(Path(sys.argv[1]))[0].shape)"
    result = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    assert result.stdout == "(1, 5000)\n"


def test_several_threads_read_mp3_at_once(make_file: MakeFile, capfd: pytest.CaptureFixture[str]) -> None:
    path = make_file("in.mp3", noise(100_000, channels=2))
    lengths: list[int] = []
    threads = [threading.Thread(target=lambda: lengths.append(read_all(path))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lengths == [100_000] * 6
    print("still there", file=sys.stderr)
    assert capfd.readouterr().err == "still there\n"


@pytest.mark.parametrize("kind", ["wav", "flac", "aiff", "ogg", "mp3"])
def test_random_damage_gives_samples_or_one_of_our_errors(make_file: MakeFile, kind: str) -> None:
    content = make_file(f"in.{kind}", noise(4000, channels=2)).read_bytes()
    chance = random.Random(kind)
    for turn in range(60):
        broken = bytearray(content)
        if turn % 3 == 0:
            del broken[chance.randrange(len(broken)) :]
        for _ in range(chance.randrange(8)):
            if broken:
                broken[chance.randrange(min(len(broken), 300 if turn % 2 else 10**9))] = chance.choice(
                    (0, 255, 77)
                )
        try:
            read_all(io.BytesIO(broken))
        except MuzeError as error:
            assert error.exit_code == 65


def test_a_patched_file_shows_its_patches_wherever_it_is_read() -> None:
    shown = b"ab[xyz]cdEFghij"
    for step in range(1, 17):
        file = PatchedFile(io.BytesIO(b"abcdefghij"), patches=[(9, b"EF")], insert=(2, b"[xyz]"))
        parts = []
        while part := file.read(step):
            parts.append(part)
        assert b"".join(parts) == shown, step
    assert file.seek(-3, io.SEEK_END) == 12
    assert file.read() == b"hij"
    assert file.seek(-100, io.SEEK_CUR) == 0


def test_headers_of_a_few_bytes_promise_nothing() -> None:
    whole = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x44\xac\0\0\x88\x58\x01\0\x02\0\x10\0data\0\0\0\0"
    for length in range(len(whole)):
        assert not examine(io.BytesIO(whole[:length]), length).broken
