"""What counts as the same: the same audio, the same song.

A dataset may have a million tracks, so what is compared are hashes of 64 bits; two different of a million meet with
a probability of one in 37 million.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata

from muzecli.song.dataset import Dataset
from muzecli.song.track import Track

BY_SONG, BY_ARTIST, BY_ALBUM = "song", "artist", "album"


def hash_of(text: str) -> int:
    """Return a hash of 64 bits, the same in every process."""
    # Names of files may hold bytes that are no Unicode.
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def file_identity(dataset: Dataset, track: Track) -> int:
    """Return what two tracks have in common whose audio is the same file, links followed."""
    return hash_of("file " + os.path.realpath(dataset.path_of(track)))


def content_identity(track: Track) -> int | None:
    """Return what two tracks have in common whose audio has the same bytes; None where no hash was kept."""
    sha256 = track.source.get("content_sha256")
    return hash_of(f"content {sha256.lower()}") if isinstance(sha256, str) and sha256 else None


def belonging(track: Track, by: str = BY_SONG) -> int:
    """Return what the tracks of one song, artist or album have in common.

    A song is an artist and a title, an album an artist and an album, whatever their case and spacing. A track
    without the tags that it takes stands for itself: by its content where that is known, else by its id.

    Args:
        track: any track.
        by: `BY_SONG`, `BY_ARTIST` or `BY_ALBUM`; a track without artist or album falls back on its song.
    """
    artist, title, album = (_plain(text) for text in (track.artist, track.title, track.album))
    if by == BY_ARTIST and artist:
        return hash_of(f"artist {artist}")
    if by == BY_ALBUM and artist and album:
        return hash_of(f"album {artist}\0{album}")
    if artist and title:
        return hash_of(f"song {artist}\0{title}")
    content = content_identity(track)
    return hash_of(f"id {track.track_id}") if content is None else content


def _plain(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().split())
