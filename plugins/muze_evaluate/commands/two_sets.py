"""What comes before any distance of two sets: check, list, embed, refuse what is not whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muze_evaluate.cache import check_cache, default_cache, space_of
from muze_evaluate.commands.one_space import Space, check_one_space, choose_space
from muze_evaluate.commands.whole import check_failed, check_missing, nothing_left
from muze_evaluate.document import Failure
from muze_evaluate.sets.arrays import write_arrays
from muze_evaluate.sets.reading import read_set
from muze_evaluate.sets.vectors import MomentSet, VectorSet, vector_set
from muze_evaluate.telling import MAX_LISTED, check_output
from muzecli.device import check_device_name
from muzecli.errors import UsageError
from muzecli.options import Run

if TYPE_CHECKING:
    from muze_evaluate.sets.audio import AudioSet

    AnySet = AudioSet | VectorSet | MomentSet


NO_INTERVAL = "no interval: it takes at least 2 items"


@dataclass(frozen=True)
class Request:
    """What was asked for; the options of the commands.

    Attributes:
        reference: the set to be matched, as typed.
        evaluated: the set that is measured, as typed.
        embedding: a name or a folder.
        partial: go on without what cannot be read.
        device: where models run.
        batch_size: windows a model is given at once.
        cache: where embeddings are kept; None for the usual place.
        no_cache: keep none.
        save_embeddings: where to write the vectors of the evaluated set.
        save_reference: where to write those of the reference.
        output: where the document goes.
        overwrite: whether files may be replaced.
    """

    reference: str
    evaluated: str
    embedding: str = "auto"
    partial: bool = False
    device: str = "auto"
    batch_size: int = 16
    cache: Path | None = None
    no_cache: bool = False
    save_embeddings: Path | None = None
    save_reference: Path | None = None
    output: Path | None = None
    overwrite: bool = False


@dataclass(frozen=True)
class Sets:
    """Two sets in one space.

    Attributes:
        reference: what is to be matched.
        evaluated: what is measured.
        provenance: of both and of their space, as a document has it.
        warnings: what makes a distance of them less trustworthy.
    """

    reference: VectorSet | MomentSet
    evaluated: VectorSet | MomentSet
    provenance: dict[str, Any]
    warnings: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[Failure, ...]:
        """Items of either that could not be measured."""
        both = (self.reference, self.evaluated)
        return tuple(failure for one in both if isinstance(one, VectorSet) for failure in one.failed)


def gathered(run: Run, request: Request) -> Sets:
    """Return both sets as vectors in one space.

    Raises:
        UsageError: an option makes no sense, or one of the sets is a single recording.
        InputMissingError: a set is not there, or recordings of it are not.
        BadDataError: a set is empty or damaged, or the two are in different spaces.
        UnavailableError: the embedding or the device is not here.
        OutputExistsError, OutputError: something cannot be written where it is to go.
    """
    _check(request)
    read = [read_set(text, console=run.console) for text in (request.reference, request.evaluated)]
    _check_savable(request, read)
    vectors = [one for one in read if isinstance(one, VectorSet | MomentSet)]
    for one in read:
        if not isinstance(one, VectorSet | MomentSet):
            check_missing(run, one, partial=request.partial)
    space = _space(run, request, vectors)
    reference, evaluated = (_vectors(run, request, one, space) for one in read)
    both = [one for one in (reference, evaluated) if isinstance(one, VectorSet)]
    check_failed(run, both, partial=request.partial)
    for target, one in ((request.save_reference, reference), (request.save_embeddings, evaluated)):
        if target is not None and isinstance(one, VectorSet):
            write_arrays(target, one, overwrite=request.overwrite)
    return Sets(
        reference, evaluated, _provenance(reference, evaluated, space), _warnings(reference, evaluated)
    )


# ------------------------------------------------------------------------------------------- before


def _check(request: Request) -> None:
    """Check all options that need nothing to be loaded."""
    check_device_name(request.device)
    check_cache(request.cache, no_cache=request.no_cache)
    targets = [request.output, request.save_embeddings, request.save_reference]
    named = [target.absolute() for target in targets if target is not None]
    if len(set(named)) < len(named):
        raise UsageError("--output, --save-embeddings and --save-reference must name different files")
    for target in targets:
        check_output(target, overwrite=request.overwrite)
    for option, target in zip(("--save-embeddings", "--save-reference"), targets[1:], strict=True):
        if target is not None and target.suffix.lower() != ".npz":
            raise UsageError(f"{option} must name a file that ends in .npz, and it is '{target}'")


def _check_savable(request: Request, sets: Sequence[AnySet]) -> None:
    targets = (("--save-reference", request.save_reference), ("--save-embeddings", request.save_embeddings))
    for (option, target), one in zip(targets, sets, strict=True):
        if target is not None and isinstance(one, MomentSet):
            raise UsageError(f"{option} keeps vectors, and {one.name} holds moments")


# ---------------------------------------------------------------------------------------- embedding


def _space(run: Run, request: Request, vectors: Sequence[VectorSet | MomentSet]) -> Space | None:
    """Return where audio is embedded, and say so; None where both sets are vectors."""
    if len(vectors) > 1:
        check_one_space(*vectors)
        if request.embedding != "auto":
            run.console.notice("--embedding has no effect: both sets are vectors")
        return None
    space = choose_space(request.embedding, vectors, device=request.device)
    for fault in space.faults:
        run.console.warn(f"left out: {fault}")
    run.console.notice(f"embedding: {space.embedder.name} ({space.reason})")
    return space


def _vectors(run: Run, request: Request, one: AnySet, space: Space | None) -> VectorSet | MomentSet:
    """Return a set as vectors; audio is embedded."""
    if isinstance(one, VectorSet | MomentSet):
        return one
    assert space is not None  # there is audio
    return _embedded(run, request, one, space)


def _embedded(run: Run, request: Request, audio: AudioSet, space: Space) -> VectorSet:
    from muze_evaluate.embedding.items import embed_files
    from muze_evaluate.provenance import audio_versions

    cache = None
    if not request.no_cache:
        cache = space_of(space.embedder, request.cache or default_cache(), console=run.console)
    embedded, failed = embed_files(
        audio.items,
        space.embedder,
        cache=cache,
        console=run.console,
        label=f"embedding {audio.name}",
        batch_size=request.batch_size,
    )
    missing = [Failure(one.id, one.reason, audio.name) for one in (*audio.missing, *failed)]
    if not embedded:
        raise nothing_left(run, audio.name, missing)
    return vector_set(
        audio.name,
        audio.kind,
        embedded,
        identity=space.identity,
        made_with={"device": space.embedder.device, **audio_versions(*space.embedder.packages)},
        failed=missing,
    )


# ------------------------------------------------------------------------------------------- after


def _provenance(
    reference: VectorSet | MomentSet, evaluated: VectorSet | MomentSet, space: Space | None
) -> dict[str, Any]:
    from muze_evaluate.provenance import audio_versions

    block: dict[str, Any] = {
        "embedding": reference.identity or evaluated.identity,
        "reference": reference.provenance(),
        "evaluated": evaluated.provenance(),
    }
    if space is not None:
        block["embedding"] = {**space.identity, "device": space.embedder.device, "resampler": "soxr HQ"}
        block["versions"] = audio_versions(*space.embedder.packages)
    return block


def _warnings(reference: VectorSet | MomentSet, evaluated: VectorSet | MomentSet) -> tuple[str, ...]:
    found = []
    if (reference.identity is None) != (evaluated.identity is None):
        unknown = reference if reference.identity is None else evaluated
        found.append(
            f"nothing says how {unknown.name} was embedded; only the number of dimensions was compared"
        )
    for one in (reference, evaluated):
        if isinstance(one, VectorSet):
            found += _about(one)
    if isinstance(reference, VectorSet) and isinstance(evaluated, VectorSet):
        if reference.made_with and evaluated.made_with and reference.made_with != evaluated.made_with:
            found.append(
                f"{reference.name} and {evaluated.name} were embedded with different versions or devices, which may "
                "move the last digits"
            )
        known = set(reference.contents)
        shared = sum(content in known for content in evaluated.contents)
        if shared:
            found.append(
                f"{shared} of {len(evaluated.contents)} items of {evaluated.name} are in {reference.name}, too"
            )
    return tuple(dict.fromkeys(found))  # both may be the same set


def _about(one: VectorSet) -> list[str]:
    found = []
    repeated = len(one.contents) - len(set(one.contents))
    if repeated:
        found.append(f"{repeated} of {len(one.contents)} items of {one.name} repeat the content of another")
    if one.silent:
        listed = ", ".join(one.silent[:MAX_LISTED]) + (", …" if len(one.silent) > MAX_LISTED else "")
        found.append(f"{len(one.silent)} of {len(one.ids)} items of {one.name} are silent: {listed}")
    return found
