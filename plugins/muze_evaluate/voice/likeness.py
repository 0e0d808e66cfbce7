"""Pairs of recordings to likenesses of voices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from muze_evaluate.document import Figure
from muze_evaluate.recon.pairs import Pair
from muze_evaluate.voice import summary
from muze_evaluate.voice.hearing import VoiceHeard, chosen_field


@dataclass(frozen=True)
class Likeness:
    """How like their references voices are.

    Attributes:
        cosines: by the pair's id, of those that have vectors.
        figures: of the set.
        field: of the vectors that were compared; None where there are none.
    """

    cosines: Mapping[str, float] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    field: str | None = None


def likeness(
    pairs: Sequence[Pair],
    heard: Mapping[Path, VoiceHeard],
    *,
    embeddings: Sequence[str],
    one_voice: bool,
    seed: int,
) -> Likeness:
    """Return how like their references the voices of a set are.

    Args:
        pairs: which recordings belong together.
        heard: what was heard, by file.
        embeddings: extractors of vectors, the better ones first.
        one_voice: whether all have the same reference, so that none is mismatched.
        seed: of the interval.
    """
    listened = [pair for pair in pairs if pair.reference.path in heard and pair.evaluated.path in heard]
    every = [
        heard[path] for path in {p for pair in listened for p in (pair.reference.path, pair.evaluated.path)}
    ]
    name = chosen_field(every, embeddings)
    if name is None:
        reasons = {f.reason for one in every for f in one.vectors.values() if f.reason}
        note = "nobody's voice was found" + (f": {'; '.join(sorted(reasons)[:3])}" if reasons else "")
        return Likeness(figures=(Figure(summary.SIMILARITY, None, better="higher", note=note),))

    def has(path: Path) -> bool:
        vector = heard[path].vectors.get(name)
        return vector is not None and vector.value is not None

    whole = [pair for pair in listened if has(pair.reference.path) and has(pair.evaluated.path)]
    note = f"by {name}"
    if len(whole) < len(pairs):
        note += f"; {len(pairs) - len(whole)} of {len(pairs)} pairs have none"
    if not whole:
        return Likeness(figures=(Figure(summary.SIMILARITY, None, better="higher", note=note),), field=name)
    table = summary.table_of(
        [heard[pair.reference.path] for pair in whole], [heard[pair.evaluated.path] for pair in whole], name
    )
    own = [float(value) for value in table.diagonal()]
    methods = {heard[pair.evaluated.path].vectors[name].method for pair in whole}
    fallbacks = {f for pair in whole if (f := heard[pair.evaluated.path].vectors[name].fallback)}
    note = "; ".join((note, *sorted(methods), *sorted(fallbacks)))
    figures = summary.similarity_figures(
        own,
        None if one_voice else table,
        voices_of([pair.id for pair in whole]),
        seed=seed,
        note=note,
    )
    cosines = {pair.id: value for pair, value in zip(whole, own, strict=True)}
    return Likeness(cosines, tuple(figures), name)


def voices_of(ids: Sequence[str]) -> list[str]:
    """Return whose voice each id is: its folder's, where there are several folders; else one of its own."""
    folders = [name.rpartition("/")[0] for name in ids]
    return folders if len(set(folders)) > 1 else list(ids)
