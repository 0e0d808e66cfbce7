"""What the registered extractors hear in a recording: a voice's vectors, words, pitches.

They are the very ones that annotate datasets. Models are loaded by the first recording of a process and kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muze_evaluate.voice.stems import read_vocals, vocals_beside
from muze_evaluate.voice.wanted import Wanted, written_words
from muzecli.audio.reader import read_audio
from muzecli.errors import ConfigError
from muzecli.files import file_sha256
from muzecli.listening.heard import Finding, Heard
from muzecli.listening.listen import listen
from muzecli.listening.options import options_with
from muzecli.listening.order import in_order
from muzecli.plugin import extractors, separators

if TYPE_CHECKING:
    from muzecli.plugin import Extractor

SIMILARITY, WORDS, PITCH = "similarity", "words", "pitch"
KINDS = (SIMILARITY, WORDS, PITCH)
EMBEDDINGS: Mapping[str, tuple[str, ...]] = {
    "ecapa": ("ecapa_embedding",),
    "voice": ("voice_embedding_separated", "voice_embedding"),
}
"""Fields by the extractor that gives them, the better ones first."""

_SEPARATION, _LYRICS, _PITCH, _VOCALS = "separation", "lyrics", "pitch", "material.vocals"
_LYRICS_FIELD, _F0 = "lyrics", "f0_contour"
_MOST_CHANNELS = 2


@dataclass(frozen=True)
class Asked:
    """What is asked of extractors.

    Attributes:
        kinds: of `KINDS`.
        embeddings: extractors of vectors, the better ones first.
        separate: whether vocals are separated where none lie beside a recording.
        options: of `muzecli.listening.options`, but for what `separate` decides.
    """

    kinds: tuple[str, ...]
    embeddings: tuple[str, ...]
    separate: bool
    options: tuple[tuple[str, Any], ...]

    def all_options(self) -> Mapping[str, Any]:
        """Return all options."""
        return options_with({**dict(self.options), "separate_vocals": self.separate})

    def extractors(self) -> tuple[str, ...]:
        """Return the names of the extractors that are asked."""
        names = (*(self.embeddings if SIMILARITY in self.kinds else ()),)
        names += (_LYRICS,) if WORDS in self.kinds else ()
        return names + ((_PITCH,) if PITCH in self.kinds else ())


@dataclass(frozen=True)
class VoiceHeard:
    """What was heard in a recording.

    Attributes:
        sha256: of its file.
        seconds: its length.
        vocals: what was listened to: the names of stems, separated vocals or the mix.
        by_itself: whether the voice lies beside the recording by itself.
        vectors: the finding of each embedding's field.
        words: what is sung; None where nobody listened for it.
        f0: the pitch every 10 ms; None likewise.
        wanted: what it was to have.
    """

    sha256: str
    seconds: float
    vocals: str
    by_itself: bool = False
    vectors: Mapping[str, Finding] = field(default_factory=dict)
    words: Finding | None = None
    f0: Finding | None = None
    wanted: Wanted = field(default_factory=Wanted)


def separator_here() -> bool:
    """Say whether any separator is installed."""
    return bool(separators.names())


@cache
def _available() -> Mapping[str, Extractor]:
    working, _faults = extractors.working()
    return working


def lacking(name: str, options: Mapping[str, Any]) -> str | None:
    """Return why an extractor can find nothing here, quickly; None where it can.

    Raises:
        UnavailableError: what was asked for by name, such as a recogniser's model, is not there.
    """
    one = _available().get(name)
    if one is None:
        return f"no extractor '{name}' works here"
    try:
        in_order(_available(), [name])
    except ConfigError as error:
        return error.line
    told = one.depends_on(options)
    for key in ("weights", "whisper"):  # what those of voices and of words say that they found
        if key in told and told[key] is None:
            return str(told.get("reason") or _why_not(one))
    return None


def _why_not(one: Extractor) -> str:
    """Return what an extractor that lacks something says of a second of silence."""
    import numpy as np

    found = one.extract(Heard(samples=np.zeros((1, 16_000), np.float32), rate_hz=16_000))
    return next((finding.reason for finding in found.values() if finding.reason), "its model is not here")


def provenance_of(asked: Asked) -> list[dict[str, Any]]:
    """Return name, version and what else decides the results of each extractor, as JSON values."""
    options = asked.all_options()
    order = in_order(_available(), [*asked.extractors(), *([_SEPARATION] if asked.separate else [])])
    return [{"name": o.name, "version": o.version, "depends_on": dict(o.depends_on(options))} for o in order]


def hear(path: Path, asked: Asked, wanted: Wanted | None) -> VoiceHeard:
    """Listen to a recording.

    Args:
        path: its audio.
        asked: what for.
        wanted: what it was to have, where that is known; words beside it are looked for where it has none. None for
            a recording of which the voice alone is wanted.

    Raises:
        InputMissingError, BadDataError: it cannot be read.
        StageError: an extractor failed.
    """
    samples, info = read_audio(path)
    if len(samples) > _MOST_CHANNELS:
        samples = samples.mean(axis=0, keepdims=True)
    if wanted is None:
        asked, wanted = replace(asked, kinds=(SIMILARITY,)), Wanted()
    if WORDS in asked.kinds and wanted.words is None:
        written = written_words(_available()[_LYRICS], path, info)
        if written.value:
            wanted = replace(wanted, words=str(written.value), words_from=written.method)
    stems = vocals_beside(path)
    names = [name for name in asked.extractors() if _is_worth_it(name, wanted)]
    findings: dict[str, Finding] = {}
    if stems:
        vocals = read_vocals(stems, channels=len(samples), frames=samples.shape[1], rate_hz=info.rate_hz)
        findings[_VOCALS] = Finding(vocals, "stems beside the recording")
    elif asked.separate:
        names.append(_SEPARATION)
    # Neither path nor tags: the words beside a recording are what was wanted, not what is heard.
    heard = Heard(samples=samples, rate_hz=info.rate_hz, findings=findings, options=asked.all_options())
    groups = listen(heard, in_order(_available(), names)) if names else {}
    found = {name: finding for group in groups.values() for name, finding in group.items()}
    fields = [name for kind in asked.embeddings for name in EMBEDDINGS[kind]]
    listened_to = ", ".join(stem.name for stem in stems) or (
        "separated vocals" if asked.separate else "the mix"
    )
    return VoiceHeard(
        file_sha256(path),
        samples.shape[1] / info.rate_hz,
        listened_to,
        by_itself=bool(stems),
        vectors={name: found[name] for name in fields if name in found},
        words=found.get(_LYRICS_FIELD),
        f0=found.get(_F0),
        wanted=wanted,
    )


def _is_worth_it(name: str, wanted: Wanted) -> bool:
    """Say whether there is anything to compare what an extractor finds with."""
    if name == _LYRICS:
        return wanted.words is not None
    return wanted.f0_hz is not None if name == _PITCH else True


def chosen_field(heard: Sequence[VoiceHeard], embeddings: Sequence[str]) -> str | None:
    """Return the field whose vectors are compared: the best that all recordings with any vector have.

    Where no field is common to all, the one that most have; None where nobody has any. Vectors of different fields
    are never compared.
    """
    fields = [name for kind in embeddings for name in EMBEDDINGS[kind]]
    counts = {
        name: sum(one.vectors.get(name) is not None and one.vectors[name].value is not None for one in heard)
        for name in fields
    }
    most = max(counts.values(), default=0)
    return next((name for name in fields if counts[name] == most), None) if most else None
