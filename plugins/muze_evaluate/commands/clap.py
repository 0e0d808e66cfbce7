"""`muze evaluate clap`: check, pair, embed, score."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from muze_evaluate.cache import check_cache, default_cache, space_of
from muze_evaluate.document import Evaluation, Failure, Row
from muze_evaluate.pairing.matching import Pair, Pairing
from muze_evaluate.pairing.reading import Pairs, read_pairs
from muze_evaluate.telling import check_output, tell
from muzecli.device import check_device_name, choose_device
from muzecli.errors import BadDataError, BugError, InputMissingError, UsageError
from muzecli.options import Run
from muzecli.scoring import Choice, check_scorer_name, chosen_scorer

if TYPE_CHECKING:
    from muze_evaluate.embedding.embedder import Embedded, Embedder
    from muze_evaluate.pairing.scores import Array, Space

TEXTS_AT_ONCE = 64
SHORT_TEXT = 80
_LISTED = 10


@dataclass(frozen=True)
class Request:
    """What was asked for; the options of the command.

    Attributes:
        pairs: a file, a folder, or one recording.
        scorer: a name, a folder with a model, or "auto".
        audio_dir: where the audio is.
        text_field: what holds the texts.
        ci: whether to draw intervals.
        partial: go on without what has no other half or cannot be read.
        seed: of the intervals' draws.
        device: where models run.
        cache: where embeddings are kept; None for the usual place.
        no_cache: keep none.
        jsonl: print a line of JSON a pair.
        output: where the document goes.
        overwrite: whether that may be replaced.
    """

    pairs: Path
    scorer: str = "auto"
    audio_dir: Path | None = None
    text_field: str | None = None
    ci: bool = True
    partial: bool = False
    seed: int = 0
    device: str = "auto"
    cache: Path | None = None
    no_cache: bool = False
    jsonl: bool = False
    output: Path | None = None
    overwrite: bool = False


def measured(run: Run, request: Request) -> None:
    """Score pairs and tell what came out.

    Raises:
        MuzeError: with the exit code of what is wrong; FailedError where audio could not be read, after the rest has
            been told.
    """
    _check(run, request)
    pairs = read_pairs(request.pairs, audio_dir=request.audio_dir, text_field=request.text_field)
    _check_whole(request, pairs.pairing)
    if pairs.pairing.by_stem:
        run.console.notice(f"{pairs.pairing.by_stem} paired by their names without endings")
    device = choose_device(request.device).name
    choice = chosen_scorer(request.scorer, device=device)
    for fault in choice.faults:
        run.console.warn(f"left out: {fault}")
    run.console.notice(f"scorer: {choice.name} ({choice.reason})")
    evaluation = _evaluated(run, request, pairs, choice, device)
    tell(run, evaluation, output=request.output, overwrite=request.overwrite, lines=request.jsonl)


def _check(run: Run, request: Request) -> None:
    """Check all options that need nothing to be read."""
    check_device_name(request.device)
    check_scorer_name(request.scorer)
    check_cache(request.cache, no_cache=request.no_cache)
    if request.jsonl and run.json:
        raise UsageError("--json and --jsonl exclude each other", hint="leave out one of them")
    check_output(request.output, overwrite=request.overwrite)


def _check_whole(request: Request, pairing: Pairing) -> None:
    """Refuse pairs of which something is missing, unless that was allowed; nothing has been embedded yet.

    Raises:
        InputMissingError: texts have no audio.
        BadDataError: audio has no text.
    """
    if pairing.whole or (request.partial and pairing.pairs):
        return
    lost = [one.line(placed=True) for one in pairing.without_audio]
    silent = [one.line(placed=True) for one in pairing.without_text]
    parts = []
    if lost:
        parts.append(f"{len(lost)} text{'s have' if len(lost) > 1 else ' has'} no audio: {_listed(lost)}")
    if silent:
        parts.append(
            f"{len(silent)} audio file{'s have' if len(silent) > 1 else ' has'} no text: {_listed(silent)}"
        )
    error = InputMissingError if lost else BadDataError
    hint = f"--partial measures the other {len(pairing.pairs)}"
    if not pairing.pairs:
        hint = "texts name audio by its path, relative to --audio-dir or to the folder that they are in"
    raise error(
        f"every text of {request.pairs} must have its audio, and all audio its text; " + ", and ".join(parts),
        hint=hint,
        details={"texts_without_audio": lost, "audio_without_text": silent},
    )


def _evaluated(run: Run, request: Request, pairs: Pairs, choice: Choice, device: str) -> Evaluation:
    from muze_evaluate.embedding.of_scorer import OfScorer
    from muze_evaluate.pairing.figures import result_of

    embedder = OfScorer(choice.scorer, device=device.partition(":")[0])
    embedded, failed = _embedded(run, request, pairs.pairing.pairs, embedder)
    of_id = {one.id: one for one in embedded}
    whole = [pair for pair in pairs.pairing.pairs if pair.id in of_id]
    kept = [of_id[pair.id] for pair in whole]
    result = result_of(_space(whole, kept, choice), seed=request.seed, ci=request.ci)
    rows = tuple(
        Row(
            pair.id,
            {
                **values,
                "windows": len(audio.vectors),
                "seconds": round(audio.seconds, 3),
                "text": _short(pair.text),
            },
            path=str(pair.path),
            note="silent" if audio.silent else "",
        )
        for pair, audio, values in zip(whole, kept, result.values, strict=True)
    )
    pairing = pairs.pairing
    return Evaluation(
        metric="clap",
        figures=result.figures,
        rows=rows,
        failed=tuple(failed),
        missing=(
            *(f"text without audio: {one.line()}" for one in pairing.without_audio),
            *(f"audio without text: {one.line()}" for one in pairing.without_text),
        ),
        warnings=_warnings(kept),
        settings={
            "scorer": request.scorer,
            "seed": request.seed,
            "ci": request.ci,
            "partial": request.partial,
        },
        provenance=_provenance(request, pairs, whole, kept, embedder),
    )


def _embedded(
    run: Run, request: Request, pairs: Sequence[Pair], embedder: Embedder
) -> tuple[list[Embedded], list[Failure]]:
    """Return the audio as vectors.

    Raises:
        BadDataError: some cannot be read, and that was not allowed, or none can.
    """
    from muze_evaluate.embedding.embedder import Item
    from muze_evaluate.embedding.items import embed_files

    cache = None
    if not request.no_cache:
        cache = space_of(embedder, request.cache or default_cache(), console=run.console)
    items = [Item(pair.id, pair.path) for pair in pairs]
    embedded, failed = embed_files(items, embedder, cache=cache, console=run.console)
    if failed and not (request.partial and embedded):
        lines = [f"{failure.id}: {failure.reason}" for failure in failed]
        raise BadDataError(
            f"all audio must be readable, and {len(failed)} of {len(items)} is not: {_listed(lines)}",
            hint=f"--partial measures the other {len(embedded)}" if embedded else None,
            details={"failed": lines},
        )
    return embedded, failed


def _space(pairs: Sequence[Pair], audio: Sequence[Embedded], choice: Choice) -> Space:
    """Return pairs in one space: each text and each content of audio once, in an order that no list decides."""
    from muze_evaluate.pairing.scores import Space, mean_of_windows, numbered, unit

    texts, text_of = numbered([pair.text for pair in pairs])
    contents, audio_of = numbered([one.sha256 for one in audio])
    vectors = {one.sha256: one.vectors for one in audio}
    means = np.stack([mean_of_windows(vectors[content]) for content in contents])
    return Space(unit(_text_vectors(texts, choice, means.shape[1])), means, text_of, audio_of)


def _text_vectors(texts: Sequence[str], choice: Choice, width: int) -> Array:
    """Return the vectors (M, D) of texts, some at a time.

    Raises:
        BugError: the scorer gives something else than finite vectors as wide as those of audio.
    """
    parts = [
        np.asarray(choice.scorer.embed_texts(texts[start : start + TEXTS_AT_ONCE]), np.float64)
        for start in range(0, len(texts), TEXTS_AT_ONCE)
    ]
    vectors = np.concatenate(parts)
    if vectors.shape != (len(texts), width) or not np.isfinite(vectors).all():
        raise BugError(
            f"the scorer '{choice.name}' must give {width} finite numbers for each of {len(texts)} texts; it gave "
            f"{vectors.shape}"
        )
    return vectors


def _provenance(
    request: Request, pairs: Pairs, whole: Sequence[Pair], audio: Sequence[Embedded], embedder: Embedder
) -> dict[str, Any]:
    from muze_evaluate.provenance import audio_versions, digest

    pairing = pairs.pairing
    identities = (
        hashlib.sha256(json.dumps([pair.id, pair.text, one.sha256]).encode()).hexdigest()
        for pair, one in zip(whole, audio, strict=True)
    )
    return {
        "pairs": {
            "name": str(request.pairs),
            "kind": pairs.kind,
            "text_field": pairs.text_field,
            "items": len(whole),
            "texts": len({pair.text for pair in whole}),
            "audio": len({one.sha256 for one in audio}),
            "paired_without_ending": pairing.by_stem,
            "texts_without_audio": len(pairing.without_audio),
            "audio_without_text": len(pairing.without_text),
            "windows": sum(len(one.vectors) for one in audio),
            "seconds": round(sum(one.seconds for one in audio), 3),
            "digest": digest(identities),
        },
        "embedding": {**embedder.identity(), "device": embedder.device, "resampler": "soxr HQ"},
        "versions": audio_versions(*embedder.packages),
    }


def _warnings(audio: Sequence[Embedded]) -> tuple[str, ...]:
    silent = [one.id for one in audio if one.silent]
    if not silent:
        return ()
    return (f"{len(silent)} of {len(audio)} are silent: {_listed(silent)}",)


def _listed(lines: Sequence[str]) -> str:
    more = [f"and {len(lines) - _LISTED} more"] if len(lines) > _LISTED else []
    return "; ".join([*lines[:_LISTED], *more])


def _short(text: str) -> str:
    return text if len(text) <= SHORT_TEXT else f"{text[: SHORT_TEXT - 1]}…"
