"""Which containers muze writes and reads, what each can hold, and which sample format a new file gets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from muzecli.audio.types import AudioInfo
from muzecli.errors import UsageError


@dataclass(frozen=True)
class Container:
    """One file format.

    Attributes:
        name: muze's name, also the usual suffix without the dot.
        format: libsndfile's name.
        suffixes: file name endings that mean it; the first is written.
        depths: sample format by depth in bits; 32 is float, as audio workstations mean it.
        max_channels: how many channels it can hold.
        max_bytes: size where its 32-bit length fields end, None where they do not.
        rates_hz: the only rates it can hold, None for any.
    """

    name: str
    format: str
    suffixes: tuple[str, ...]
    depths: dict[int, str]
    max_channels: int
    max_bytes: int | None = None
    rates_hz: tuple[int, ...] | None = None


_FOUR_GIB = 2**32 - 2**16  # room for the header and the tags
_MP3_RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_OPUS_RATES_HZ = (8000, 12000, 16000, 24000, 48000)
_PCM = {16: "PCM_16", 24: "PCM_24", 32: "FLOAT", 64: "DOUBLE"}

CONTAINERS: dict[str, Container] = {
    c.name: c
    for c in (
        Container("wav", "WAV", (".wav", ".wave", ".bwf"), {8: "PCM_U8", **_PCM}, 1024, _FOUR_GIB),
        Container("flac", "FLAC", (".flac",), {8: "PCM_S8", 16: "PCM_16", 24: "PCM_24"}, 8),
        Container("mp3", "MP3", (".mp3",), {}, 2, None, _MP3_RATES_HZ),
        Container("ogg", "OGG", (".ogg", ".oga", ".opus"), {}, 255),
        Container("aiff", "AIFF", (".aiff", ".aif", ".aifc"), {8: "PCM_S8", **_PCM}, 1024, _FOUR_GIB),
        Container("raw", "RAW", (".raw", ".f32"), {32: "FLOAT"}, 1024),
    )
}

SUFFIXES = frozenset(suffix for c in CONTAINERS.values() if c.name != "raw" for suffix in c.suffixes)
"""File name endings of audio that needs no further description to be read."""

UNREADABLE_SUFFIXES = frozenset(
    (".aac", ".ac3", ".alac", ".amr", ".ape", ".au", ".caf", ".dff", ".dsf", ".m4a", ".m4b", ".mka", ".mp1")
) | frozenset((".mp2", ".mpc", ".ra", ".sd2", ".shn", ".snd", ".spx", ".tak", ".tta", ".w64", ".wma", ".wv"))
"""Endings of audio that muze does not read. Such files fail, each with its reason, rather than go unnoticed."""

# libsndfile's name of a format that was read -> ours
READABLE_FORMATS = {
    "WAV": "wav",
    "WAVEX": "wav",
    "RF64": "wav",
    "FLAC": "flac",
    "MP3": "mp3",
    "OGG": "ogg",
    "AIFF": "aiff",
}
READABLE_NAMES = "WAV, FLAC, MP3, OGG and AIFF"

_DEFAULT_SUBTYPES = {"mp3": "MPEG_LAYER_III", "ogg": "VORBIS", "raw": "FLOAT"}
# Depth in bits of what the sample formats carry; the logarithmic and adaptive ones unfold to about 16.
_BITS = {
    **{"PCM_U8": 8, "PCM_S8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32, "FLOAT": 32, "DOUBLE": 64},
    **{
        "ULAW": 16,
        "ALAW": 16,
        "IMA_ADPCM": 16,
        "MS_ADPCM": 16,
        "GSM610": 16,
        "DWVW_12": 16,
        "DWVW_16": 16,
        "DWVW_24": 24,
    },
    **{
        "G721_32": 16,
        "NMS_ADPCM_16": 16,
        "NMS_ADPCM_24": 16,
        "NMS_ADPCM_32": 16,
        "ALAC_16": 16,
        "ALAC_24": 24,
    },
}
_UNKNOWN_DEPTH_BITS = 24  # decoded MP3 and OGG: no depth of its own, 24 bit holds all that a decoder gives


def container(name: str) -> Container:
    """Return the container called `name`.

    Raises:
        UsageError: there is none.
    """
    found = CONTAINERS.get(name.lower())
    if found is None:
        raise UsageError(f"the format must be one of {', '.join(CONTAINERS)}, got {name!r}")
    return found


def container_of(path: PurePath) -> Container:
    """Return the container that a file name's suffix means.

    Raises:
        UsageError: the suffix is missing or unknown.
    """
    suffix = path.suffix.lower()
    for candidate in CONTAINERS.values():
        if suffix in candidate.suffixes:
            return candidate
    known = ", ".join(c.suffixes[0] for c in CONTAINERS.values())
    raise UsageError(
        f"the name of an audio file must end in one of {known}, got {path.name!r}",
        hint="change the ending or name the format with --format",
    )


def bit_depth(subtype: str) -> int | None:
    """Return the depth in bits of a sample format, None for MP3 and OGG, which have none."""
    return _BITS.get(subtype)


def choose_subtype(container_name: str, like: AudioInfo | None = None, bit_depth: int | None = None) -> str:
    """Choose the sample format of a new file.

    An explicit depth wins. A file of the same container keeps its input's format. Another container gets the
    nearest depth it has (32-bit and float become 24 bit in FLAC, 8 bit stays 8 bit). MP3 and OGG have no depth:
    from them, and without an input, lossless files get 24 bit. Telephone and ADPCM formats become 16 bit PCM.

    Args:
        container_name: `wav`, `flac`, `mp3`, `ogg`, `aiff` or `raw`.
        like: the input that the new file is made from.
        bit_depth: 8, 16, 24, 32 (float) or 64 (double).

    Returns:
        libsndfile's name, e.g. `PCM_24`.

    Raises:
        UsageError: the container cannot hold the depth asked for.
    """
    target = container(container_name)
    if bit_depth is not None:
        if bit_depth not in target.depths:
            can = ", ".join(str(bits) for bits in target.depths)
            raise UsageError(
                f"{target.name.upper()} holds {can} bit, not {bit_depth}"
                if can
                else f"{target.name.upper()} is lossy and has no bit depth, got {bit_depth}",
                hint="leave the depth out, or write WAV",
            )
        return target.depths[bit_depth]
    if target.name in _DEFAULT_SUBTYPES:
        keep_opus = target.name == "ogg" and like is not None and like.subtype == "OPUS"
        return (
            "OPUS"
            if keep_opus and like and like.rate_hz in _OPUS_RATES_HZ
            else _DEFAULT_SUBTYPES[target.name]
        )
    bits = _UNKNOWN_DEPTH_BITS if like is None else _BITS.get(like.subtype, _UNKNOWN_DEPTH_BITS)
    if like is not None and like.subtype == "PCM_32" and "FLOAT" in target.depths.values():
        return "PCM_32"
    return target.depths[bits if bits in target.depths else max(b for b in target.depths if b <= bits)]


def check_writable(container_name: str, subtype: str, *, rate_hz: int, channels: int) -> None:
    """Check, before anything is written, that a container can hold this rate and this many channels.

    Raises:
        UsageError: it cannot; the message says what it can.
    """
    target = container(container_name)
    if not 1 <= channels <= target.max_channels:
        raise UsageError(
            f"{target.name.upper()} holds 1 to {target.max_channels} channels, got {channels}",
            hint="write FLAC (up to 8 channels) or WAV",
        )
    rates = _OPUS_RATES_HZ if subtype == "OPUS" else target.rates_hz
    if rates is not None and rate_hz not in rates:
        raise UsageError(
            f"{'Opus' if subtype == 'OPUS' else target.name.upper()} holds the rates"
            f" {', '.join(map(str, rates))} Hz, got {rate_hz}",
            hint="write FLAC or WAV, or resample",
        )
    # Past its limit libsndfile's Vorbis encoder does not fail: it crashes.
    highest = {"flac": 655_350, "ogg": 200_000}.get(target.name, 2**31 - 1)
    if not 1 <= rate_hz <= highest:
        raise UsageError(
            f"{target.name.upper()} holds rates of 1 to {highest} Hz, got {rate_hz}", hint="write WAV"
        )
    if target.name == "flac" and rate_hz > 65_535 and rate_hz % 10:
        raise UsageError(f"FLAC holds rates over 65535 Hz in steps of 10 Hz, got {rate_hz}", hint="write WAV")
