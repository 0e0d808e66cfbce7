"""The keys under which what is to be found of a file is kept, and a digest of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from muze_dataset.build.inventory import Seen
from muze_dataset.build.items import DECODER
from muzecli.errors import BugError
from muzecli.listening.heard import AUDIO, FILE, SIDECARS
from muzecli.listening.listen import Footing, keys_from


def keys_at(footing: Sequence[Footing], seen: Seen) -> dict[str, str]:
    """Return the key of each extractor for a file that was seen, by the extractor's name.

    The audio decides for the audio; what is read from the file may also depend on the names of folders; the texts
    beside the file may change without it.
    """
    if seen.sha256 is None:
        raise BugError(f"{seen.path} could not be read, and has no keys")
    file = hashlib.sha256(f"{seen.sha256}\0{seen.path}".encode()).hexdigest()
    return keys_from(footing, {AUDIO: seen.sha256, FILE: file, SIDECARS: seen.sidecars})


def digest_of(keys: Mapping[str, str]) -> str:
    """Return what changes whenever one of the keys does."""
    text = json.dumps([DECODER, sorted(keys.items())])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
