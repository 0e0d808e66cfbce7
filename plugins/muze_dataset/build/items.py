"""What was found of a recording, in a file of its own: `items/ab/abcdef….json.gz`, named by the content.

    {"schema": "muze.heard/1", "sha256": …,
     "audio": {"decoder": "1", "duration": …, "sample_rate": …, "channels": …, "container": …}
           or {"decoder": "1", "failure": {"stage", "error", "hint", "seconds"}},
     "found": {KEY: {"by": "beats", "version": "1", "fields": {"tempo": {"value", "method", …}, …}}},
     "failed": {KEY: {"by": "beats", "stage", "error", "hint", "seconds"}}}

A key says all that a result rests on (see `muzecli.listening.listen`), so a result holds wherever its key turns up.
The files are only ever replaced as a whole; one that cannot be read counts as absent, and is found again.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from muze_dataset.build.units import Failure
from muzecli.errors import MuzeError
from muzecli.files import write_bytes
from muzecli.listening.heard import Finding
from muzecli.listening.listen import Findings

SCHEMA = "muze.heard/1"
DECODER = "2"
"""Version of decoding: changes whenever the same file may give other samples, or be refused for another reason."""

_LEVEL = 1  # of compression: most of a file are pitch contours, which shrink well at once


@dataclass(frozen=True)
class Recording:
    """What a dataset says of the audio itself.

    Attributes:
        duration_s: length.
        rate_hz: sampling rate.
        channels: 1 or 2.
        container: `wav`, `flac`, `mp3`, `ogg` or `aiff`.
        channels_cancel: whether one channel is the other upside down.
    """

    duration_s: float
    rate_hz: int
    channels: int
    container: str
    channels_cancel: bool = False


@dataclass(frozen=True)
class Found:
    """What one extractor found."""

    by: str
    version: str
    fields: Findings


@dataclass
class Item:
    """What is known of one content.

    Attributes:
        sha256: of the content.
        recording: what it is; None where it was not decoded, or could not be.
        unusable: why it cannot be annotated, whatever is asked; without a path.
        found: what extractors found, by key.
        failed: why extractors failed, by key; without a path.
    """

    sha256: str
    recording: Recording | None = None
    unusable: Failure | None = None
    found: dict[str, Found] = field(default_factory=dict)
    failed: dict[str, Failure] = field(default_factory=dict)

    def known(self, keys: Mapping[str, str]) -> dict[str, Findings]:
        """Return what was found under these keys, by extractor."""
        return {name: self.found[key].fields for name, key in keys.items() if key in self.found}

    def failure(self, keys: Mapping[str, str]) -> Failure | None:
        """Return why the recording cannot be annotated under these keys; None where nothing speaks against it."""
        return self.unusable or next((self.failed[key] for key in keys.values() if key in self.failed), None)

    def forgive(self) -> None:
        """Forget all failures."""
        self.unusable = None
        self.failed.clear()

    def drop_stale(self, names: Collection[str], current: Collection[str]) -> None:
        """Forget what these extractors found or failed with under keys that are current no more."""
        self.found = {k: one for k, one in self.found.items() if one.by not in names or k in current}
        self.failed = {k: one for k, one in self.failed.items() if one.stage not in names or k in current}


def item_path(items: Path, sha256: str) -> Path:
    """Return where the item file of a content is."""
    return items / sha256[:2] / f"{sha256}.json.gz"


def load_item(items: Path, sha256: str) -> Item:
    """Return what is known of a content: nothing where there is no file, or one that cannot be read."""
    try:
        document = json.loads(gzip.decompress(item_path(items, sha256).read_bytes()))
        return _read(document) if document["schema"] == SCHEMA else Item(sha256)
    except (
        OSError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        zlib.error,
        MuzeError,
    ):  # lost: it is found again
        return Item(sha256)


def save_item(items: Path, item: Item) -> None:
    """Write what is known of a content; equal items are equal files.

    Raises:
        OutputError: it cannot be written.
    """
    text = json.dumps(_document(item), sort_keys=True, ensure_ascii=False, allow_nan=False)
    data = gzip.compress(text.encode("utf-8", "surrogatepass"), _LEVEL, mtime=0)
    write_bytes(item_path(items, item.sha256), data, overwrite=True)


def _document(item: Item) -> dict[str, Any]:
    audio: dict[str, Any] | None = None
    if item.unusable is not None:
        audio = {"decoder": DECODER, "failure": _plain_failure(item.unusable)}
    elif item.recording is not None:
        audio = {"decoder": DECODER, "recording": asdict(item.recording)}
    found = {
        key: {"by": one.by, "version": one.version, "fields": {n: _plain(f) for n, f in one.fields.items()}}
        for key, one in item.found.items()
    }
    failed = {key: _plain_failure(one) for key, one in item.failed.items()}
    return {"schema": SCHEMA, "sha256": item.sha256, "audio": audio, "found": found, "failed": failed}


def _read(document: Mapping[str, Any]) -> Item:
    audio = document["audio"] or {}
    if audio.get("decoder") != DECODER:  # the audio itself may be another now, and so may all that was found
        return Item(document["sha256"])
    return Item(
        document["sha256"],
        recording=Recording(**audio["recording"]) if "recording" in audio else None,
        unusable=Failure("", **audio["failure"]) if "failure" in audio else None,
        found={
            key: Found(one["by"], one["version"], {n: Finding(**f) for n, f in one["fields"].items()})
            for key, one in document["found"].items()
        },
        failed={key: Failure("", **one) for key, one in document["failed"].items()},
    )


def _plain(finding: Finding) -> dict[str, Any]:
    values = {
        "value": finding.value,
        "method": finding.method or None,
        "confidence": finding.confidence,
        "fallback": finding.fallback,
        "reason": finding.reason,
    }
    return {name: value for name, value in values.items() if value is not None} | {"value": finding.value}


def _plain_failure(failure: Failure) -> dict[str, Any]:
    return {
        "stage": failure.stage,
        "error": failure.error,
        "hint": failure.hint,
        "seconds": failure.seconds,
    }
