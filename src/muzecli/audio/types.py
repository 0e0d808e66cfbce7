"""What is known of a piece of audio beside its samples: rate, channels, container, depth and tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from muzecli.errors import UsageError

BLOCK_FRAMES = 65_536
"""Frames that are read, processed and written at a time, so that an hour costs no more memory than a minute."""

# True of one encoded file only: wrong as soon as its samples have been changed.
_MEASURED_PREFIXES = ("replaygain_", "r128_", "itun", "mp3gain_", "acoustid_fingerprint")


@dataclass(frozen=True)
class Picture:
    """An image inside the tags, mostly the cover.

    Attributes:
        data: the image file itself.
        mime: its type, e.g. `image/jpeg`.
        kind: what it shows, by the ID3 list (3 = front cover).
        description: free text.
    """

    data: bytes
    mime: str
    kind: int = 3
    description: str = ""


@dataclass(frozen=True)
class Tags:
    """The tags of a file, apart from the container that held them.

    Attributes:
        fields: texts by lower-case Vorbis name (`title`, `artist`, `album`, `genre`, `date`, `tracknumber`,
            `tracktotal`, `comment`, …), each with one or more values.
        pictures: images.
        native: what only one family of containers can hold, kept for a file of the same family: `id3` is an
            ID3v2.4 tag with the frames that have no common name, `riff:bext` a chunk of a WAV file.
    """

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    native: Mapping[str, bytes] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.fields or self.pictures or self.native)

    def first(self, name: str) -> str | None:
        """Return the first value of a field, or None where it is absent."""
        values = self.fields.get(name, ())
        return values[0] if values else None

    def without_measurements(self) -> Tags:
        """Return the tags without loudness and fingerprint fields: processed samples make them wrong."""
        kept = {name: texts for name, texts in self.fields.items() if not name.startswith(_MEASURED_PREFIXES)}
        return Tags(kept, self.pictures, self.native)


NO_TAGS = Tags()


@dataclass(frozen=True)
class RawFormat:
    """What has to be said about headerless audio: 32-bit float, little-endian, channels interleaved."""

    rate_hz: int
    channels: int

    def __post_init__(self) -> None:
        if self.rate_hz < 1 or self.channels < 1:
            raise UsageError(
                f"raw audio needs a rate and a channel count of at least 1, got {self.rate_hz} Hz"
                f" and {self.channels} channels",
                hint="for example 44100 Hz and 2 channels",
            )


@dataclass(frozen=True)
class AudioInfo:
    """What is known of an opened file.

    Attributes:
        rate_hz: sampling rate.
        channels: channel count.
        frames: length in samples per channel.
        container: one of `wav`, `flac`, `mp3`, `ogg`, `aiff`, `raw`.
        subtype: how samples are stored, by libsndfile's name (`PCM_24`, `FLOAT`, `VORBIS`, …).
        tags: title, artist and so on.
    """

    rate_hz: int
    channels: int
    frames: int
    container: str
    subtype: str
    tags: Tags = NO_TAGS

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.frames / self.rate_hz
