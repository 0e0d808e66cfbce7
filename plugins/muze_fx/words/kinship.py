"""Which words of the lexicon treat sound alike, and which do the contrary.

Two descriptors are compared by what they do: by their tone curves where both have a pronounced one, else by the
effects that they switch on. Two words are compared by their spelling: "forgiving" and "unforgiving" stand in
the same sentences and mean opposite things, which no count of sentences shows.

Shapes: N descriptors, F forms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from muze_fx.words.lexicon import Descriptor

Bools = npt.NDArray[np.bool_]

ALIKE = 0.5  # curves that correlate more than this do much the same
CONTRARY = -0.5  # curves that correlate less than this bend the spectrum in opposite ways
PRONOUNCED_DB = 3.0  # peak to peak; the correlation of flatter curves means little to the ear
RT60_RATIO = 2.5  # reverberation times further apart than this are different rooms

_STEM = 4  # letters by which words that begin alike are taken for inflections of one
_NEGATING = frozenset({"no", "not", "non", "less", "without", "never", "lacking", "un", "de", "anti", "zero"})
_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "de", "non", "anti", "mis")
_POLES = (
    ("up", "down"),
    ("high", "low"),
    ("higher", "lower"),
    ("more", "less"),
    ("big", "small"),
    ("bigger", "smaller"),
    ("large", "small"),
    ("larger", "smaller"),
    ("fast", "slow"),
    ("hard", "soft"),
    ("light", "heavy"),
    ("upper", "lower"),
    ("upper", "sub"),
    ("with", "without"),
)


@dataclass(frozen=True)
class Kinship:
    """The descriptors of a lexicon, compared with each other.

    Attributes:
        names: (N,) canonical names.
        groups: (N,) the forms of each descriptor, its name first; of single words that begin with the same
            four letters the first one, since inflections of a word are no evidence beside it.
        alike: (N, N) True between a descriptor and itself, and between those that treat sound alike.
        contrary: (N, N) True between antonyms and between pronounced curves that correlate below `CONTRARY`.
        antonyms: (N, N) True between written antonyms.
    """

    names: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    alike: Bools
    contrary: Bools
    antonyms: Bools

    @classmethod
    def of(cls, lexicon: Iterable[Descriptor]) -> Kinship:
        """Compare the descriptors of a lexicon."""
        descriptors = list(lexicon)
        number = {d.name: i for i, d in enumerate(descriptors)}
        antonyms = np.zeros((len(number), len(number)), np.bool_)
        for d in descriptors:
            if d.opposite_of is not None:
                a, b = number[d.name], number[d.opposite_of]
                antonyms[a, b] = antonyms[b, a] = True
        curves = _curves(descriptors)
        pronounced = np.ptp(curves, axis=1) >= PRONOUNCED_DB
        both = pronounced[:, None] & pronounced[None, :]
        correlation = _correlations(curves)
        contrary = antonyms | (both & (correlation < CONTRARY))
        alike = np.where(both, correlation > ALIKE, _share_effects(descriptors)) & ~contrary
        np.fill_diagonal(alike, True)
        return cls(tuple(number), tuple(map(_forms, descriptors)), alike, contrary, antonyms)

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """All forms, (F,)."""
        return tuple(form for group in self.groups for form in group)

    @cached_property
    def owners(self) -> npt.NDArray[np.intp]:
        """Number of the descriptor that each form belongs to, (F,)."""
        return np.repeat(np.arange(len(self.groups)), [len(group) for group in self.groups])


def stem(form: str) -> str:
    """Return what single words that are inflections of each other have in common; a phrase is its own stem."""
    return form if " " in form or "-" in form else form[:_STEM]


def opposed(first: str, second: str) -> bool:
    """Return whether two phrases turn on words of opposite sign.

    That is so when one of them negates and the other does not ("weightless", "hefty"), when one has a word of
    the other with a negating prefix ("intolerable", "tolerable"), or when they are `poles_apart`.
    """
    words, others = _words(first), _words(second)
    if any(map(_negates, words)) != any(map(_negates, others)):
        return True
    return _negated_in(words, others) or _negated_in(others, words) or poles_apart(first, second)


def poles_apart(first: str, second: str) -> bool:
    """Return whether two phrases stand at two ends of a scale ("higher formants", "lower formants")."""
    words, others = _words(first), _words(second)
    return any((a in words and b in others) or (b in words and a in others) for a, b in _POLES)


def _words(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.lower().replace("-", " ").split())


def _negates(word: str) -> bool:
    long_enough = len(word) > 5  # "unit" and "bless" negate nothing
    return word in _NEGATING or (long_enough and (word.startswith("un") or word.endswith("less")))


def _negated_in(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    rests = [w.removeprefix(p) for w in words for p in _PREFIXES if w.startswith(p) and len(w) > len(p) + 3]
    return any(rest[:_STEM] == other[:_STEM] for rest in rests for other in others)


def _forms(descriptor: Descriptor) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for form in (descriptor.name, *descriptor.synonyms):
        text = " ".join(form.lower().split())
        kept.setdefault(stem(text), text)
    return tuple(kept.values())


def _curves(descriptors: list[Descriptor]) -> npt.NDArray[np.float64]:
    """Return the tone curves, dB, (N, 10); zeros where there is none."""
    curves = [d.effective_curve() for d in descriptors]
    return np.array([curve if curve is not None else (0.0,) * 10 for curve in curves]).reshape(-1, 10)


def _correlations(curves: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    centred = curves - curves.mean(axis=1, keepdims=True)
    unit = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    product: npt.NDArray[np.float64] = unit @ unit.T
    return product


def _share_effects(descriptors: list[Descriptor]) -> Bools:
    """Return True between descriptors that switch on mostly the same effects, rooms of like length among them."""
    names = sorted({name for d in descriptors for name in d.effects})
    used = np.array([[name in d.effects for name in names] for d in descriptors], np.int64)
    used = used.reshape(len(descriptors), len(names))
    common = used @ used.T
    either = used.sum(axis=1)[:, None] + used.sum(axis=1)[None, :] - common
    rt60_s = [d.effects.get("reverb", {}).get("rt60_s") for d in descriptors]
    length = np.log([float(s) if s is not None else np.nan for s in rt60_s])
    same_room = ~(np.abs(length[:, None] - length[None, :]) > np.log(RT60_RATIO))  # True where one has none
    shared: Bools = (common > 0) & (2 * common >= either) & same_room
    return shared
