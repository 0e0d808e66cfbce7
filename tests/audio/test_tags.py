"""Tags survive from each container to each other, and nothing that a container holds is lost within it."""

from __future__ import annotations

import io
import pickle
import struct
from pathlib import Path

import mutagen
import pytest
from mutagen import id3
from mutagen.flac import FLAC
from mutagen.mp3 import MP3
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from muzecli.audio.reader import open_audio, read_audio
from muzecli.audio.tags import read_tags, write_tags
from muzecli.audio.types import Picture, Tags
from tests.audio.conftest import MakeFile, noise

CONTAINERS = ("wav", "flac", "mp3", "ogg", "aiff")
FIELDS = {
    "title": ("Zażółć gęślą jaźń — 夜曲 🎵",),
    "artist": ("Björk", "Ensemble"),
    "album": ("Ünïcode",),
    "genre": ("Ambient",),
    "date": ("2021-03-04",),
    "tracknumber": ("3",),
    "tracktotal": ("12",),
    "comment": ("two\nlines; and = signs",),
    "albumartist": ("Various",),
    "bpm": ("120",),
    "initialkey": ("Am",),
    "lyrics": ("la\nla",),
    "my own field": ("kept",),
}
COVER = Picture(b"\x89PNG not really", "image/png", 3, "front")
SAMPLES = noise(20_000, channels=2)


def tagged(make_file: MakeFile, kind: str, tags: Tags) -> Path:
    path = make_file(f"{kind}.{kind}", SAMPLES)
    before = read_audio(path)[0]
    write_tags(path, tags, container=kind)
    assert (read_audio(path)[0] == before).all()
    return path


@pytest.mark.parametrize("source", CONTAINERS)
@pytest.mark.parametrize("target", CONTAINERS)
def test_tags_go_from_each_container_to_each_other(make_file: MakeFile, source: str, target: str) -> None:
    first = tagged(make_file, source, Tags(FIELDS, (COVER,)))
    with open_audio(first) as audio:
        carried = audio.info.tags
        assert audio.notes == []
    second = make_file(f"copy.{target}", SAMPLES)
    write_tags(second, carried, container=target)
    again = read_audio(second)[1].tags
    assert dict(again.fields) == FIELDS
    assert again.pictures == (COVER,)


@pytest.mark.parametrize("kind", CONTAINERS)
def test_streams_take_tags_like_files(make_file: MakeFile, kind: str) -> None:
    plain = make_file(f"in.{kind}", SAMPLES)
    stream = io.BytesIO(plain.read_bytes())
    write_tags(stream, Tags(FIELDS), container=kind)
    write_tags(plain, Tags(FIELDS), container=kind)
    assert stream.getvalue() == plain.read_bytes()
    assert dict(read_tags(stream, container=kind).fields) == FIELDS


@pytest.mark.parametrize("kind", CONTAINERS)
def test_without_tags_the_file_stays_as_it_is(make_file: MakeFile, kind: str) -> None:
    path = make_file(f"in.{kind}", SAMPLES)
    before = path.read_bytes()
    write_tags(path, Tags(), container=kind)
    assert path.read_bytes() == before
    assert not read_audio(path)[1].tags


def test_other_programs_find_the_fields(make_file: MakeFile) -> None:
    title = FIELDS["title"][0]
    assert MP3(tagged(make_file, "mp3", Tags(FIELDS)))["TIT2"].text == [title]
    assert MP3(tagged(make_file, "mp3", Tags(FIELDS)))["TRCK"].text == ["3/12"]
    assert WAVE(tagged(make_file, "wav", Tags(FIELDS))).tags["TIT2"].text == [title]
    assert FLAC(tagged(make_file, "flac", Tags(FIELDS)))["title"] == [title]
    assert OggVorbis(tagged(make_file, "ogg", Tags(FIELDS)))["artist"] == ["Björk", "Ensemble"]
    assert mutagen.File(tagged(make_file, "aiff", Tags(FIELDS)))["TALB"].text == ["Ünïcode"]


def test_wav_fields_are_written_as_list_info_too(make_file: MakeFile) -> None:
    content = tagged(make_file, "wav", Tags(FIELDS)).read_bytes()
    at = content.index(b"INFO")
    assert content.index(b"INAM", at) > at
    assert "Zażółć".encode() in content[at:]
    assert struct.unpack("<I", content[4:8])[0] == len(content) - 8


def test_list_info_alone_is_read(make_file: MakeFile) -> None:
    path = make_file("in.wav", SAMPLES)
    body = b"INFO" + b"".join(
        name + struct.pack("<I", len(text)) + text + b"\0" * (len(text) % 2)
        for name, text in (
            (b"INAM", "Café\0".encode("cp1252")),
            (b"ITRK", b"4/9\0"),
            (b"ISFT", b"a program\0"),
        )
    )
    content = path.read_bytes() + b"LIST" + struct.pack("<I", len(body)) + body
    path.write_bytes(content[:4] + struct.pack("<I", len(content) - 8) + content[8:])
    assert dict(read_audio(path)[1].tags.fields) == {
        "title": ("Café",),
        "tracknumber": ("4",),
        "tracktotal": ("9",),
    }


def test_aiff_text_chunks_are_read(make_file: MakeFile) -> None:
    path = make_file("in.aiff", SAMPLES)
    content = (
        path.read_bytes()
        + b"NAME"
        + struct.pack(">I", 5)
        + b"Title\0"
        + b"AUTH"
        + struct.pack(">I", 2)
        + b"Me"
    )
    path.write_bytes(content[:4] + struct.pack(">I", len(content) - 8) + content[8:])
    assert dict(read_audio(path)[1].tags.fields) == {"title": ("Title",), "artist": ("Me",)}


def test_frames_without_a_common_name_stay_within_id3(make_file: MakeFile) -> None:
    path = make_file("in.mp3", SAMPLES)
    frames = id3.ID3()
    frames.add(id3.PRIV(owner="me", data=b"\0\1\2"))
    frames.add(id3.UFID(owner="http://musicbrainz.org", data=b"abc"))
    frames.add(id3.COMM(encoding=3, lang="eng", desc="described", text=["x"]))
    frames.add(id3.TSSE(encoding=3, text=["an encoder"]))
    frames.save(path)
    for kind in ("mp3", "wav", "aiff"):
        copy = make_file(f"copy.{kind}", SAMPLES)
        write_tags(copy, read_tags(path, container="mp3"), container=kind)
        kept = mutagen.File(copy).tags
        assert kept.getall("PRIV")[0].data == b"\0\1\2"
        assert kept.getall("UFID")[0].data == b"abc"
        assert kept.getall("COMM:described:eng")[0].text == ["x"]
        assert not kept.getall("TSSE")  # of the old file's encoder


def test_id3v1_and_v23_tags_are_read(make_file: MakeFile) -> None:
    path = make_file("in.mp3", SAMPLES)
    frames = id3.ID3()
    frames.add(id3.TIT2(encoding=1, text=["Ünï"]))
    frames.add(id3.TDRC(encoding=0, text=["1999"]))
    frames.add(id3.TCON(encoding=0, text=["(17)"]))
    frames.update_to_v23()
    frames.save(path, v2_version=3)
    fields = read_audio(path)[1].tags.fields
    assert (fields["title"], fields["date"], fields["genre"]) == (("Ünï",), ("1999",), ("Rock",))
    frames.save(path, v1=2)
    id3.delete(path, delete_v1=False, delete_v2=True)
    assert read_audio(path)[1].tags.first("date") == "1999"


def test_broadcast_and_loop_chunks_stay_in_wav(make_file: MakeFile) -> None:
    chunks = {"riff:bext": bytes(602), "riff:smpl": bytes(range(36)), "riff:LIST": b"adtl" + bytes(8)}
    path = tagged(make_file, "wav", Tags({"title": ("x",)}, native=chunks))
    again = read_audio(path)[1].tags
    assert dict(again.native) == chunks
    assert again.first("title") == "x"


def test_opus_keeps_its_tags(make_file: MakeFile) -> None:
    path = make_file("in.ogg", SAMPLES, 48_000, "OPUS")
    write_tags(path, Tags(FIELDS, (COVER,)), container="ogg")
    tags = read_audio(path)[1].tags
    assert dict(tags.fields) == FIELDS
    assert tags.pictures == (COVER,)


def test_what_describes_the_old_file_is_not_carried_over(make_file: MakeFile) -> None:
    path = make_file("in.ogg", SAMPLES)
    audio = OggVorbis(path)
    audio["encoder"] = "something"
    audio["title"] = "t"
    audio["replaygain_track_gain"] = "-3 dB"
    audio.save()
    tags = read_audio(path)[1].tags
    assert set(tags.fields) == {"title", "replaygain_track_gain"}
    assert set(tags.without_measurements().fields) == {"title"}


@pytest.mark.parametrize("kind", ["mp3", "flac", "wav"])
def test_damaged_tags_do_not_make_audio_unreadable(make_file: MakeFile, kind: str) -> None:
    path = tagged(make_file, kind, Tags(FIELDS, (COVER,)))
    content = bytearray(path.read_bytes())
    for marker in (b"TIT2", b"TITLE", b"TPE1"):
        at = content.find(marker)
        if at >= 0:
            content[at + 4 : at + 8] = b"\xff" * 4
    path.write_bytes(content)
    samples, _ = read_audio(path)
    assert samples.shape[1] == 20_000


def test_tags_cross_process_boundaries() -> None:
    tags = Tags(FIELDS, (COVER,), {"id3": b"x"})
    assert pickle.loads(pickle.dumps(tags)) == tags
    assert bool(tags)
    assert not Tags()
    assert (tags.first("artist"), tags.first("isrc")) == ("Björk", None)
