"""Which songs are learned from, which are for choosing, and which are for the final figure."""

from __future__ import annotations

from muzecli.seeds import item_seed

VALID_SHARE = 0.1
TEST_SHARE = 0.1


def split_of(song_id: str, seed: int) -> str:
    """Return "train", "valid" or "test" for a song, by a hash, so that more tracks change no song's split."""
    place = item_seed(seed, f"split/{song_id}") / 2**32
    if place < TEST_SHARE:
        return "test"
    return "valid" if place < TEST_SHARE + VALID_SHARE else "train"
