"""Which effect comes before which: "distortion then reverb", "reverb into delay", "compress before the eq"."""

from __future__ import annotations

from collections.abc import Sequence

from muze_fx.grammar.clauses import connector_of
from muze_fx.grammar.intents import OrderIntent
from muze_fx.grammar.items import Item

_BREAKS = frozenset({"comma", "but", "with"})


def read_order(items: Sequence[Item], prompt: str) -> list[OrderIntent]:
    """Read every order that the prompt states; items must know their things by now.

    Args:
        items: all items in order.
        prompt: the prompt, for the words that made an intent.
    """
    kinds = [connector_of(items, index) for index in range(len(items))]
    orders: list[OrderIntent] = []
    for index, kind in enumerate(kinds):
        if kind not in ("then", "before", "after"):
            continue
        left = _nearest(items, kinds, range(index - 1, -1, -1), across=kind == "then")
        right = _nearest(items, kinds, range(index + 1, len(items)), across=kind == "then")
        if left is None and kind != "then" and right is not None:
            # "after the reverb, distort it": both stand behind the word.
            second = _nearest(items, kinds, range(right + 1, len(items)), across=True, but=items[right].thing)
            left, right = second, right
        if left is None or right is None or items[left].thing == items[right].thing:
            continue
        first, second = (right, left) if kind == "after" else (left, right)
        orders.append(_order(items, first, second, index, prompt))
    return orders


def _nearest(
    items: Sequence[Item], kinds: Sequence[str], indices: range, *, across: bool, but: str | None = None
) -> int | None:
    """Return the index of the nearest item with a thing; commas end the search unless it goes `across` them."""
    for index in indices:
        if kinds[index] in ("then", "before", "after") or (kinds[index] in _BREAKS and not across):
            return None
        if items[index].thing is not None and items[index].thing != but:
            return index
    return None


def _order(items: Sequence[Item], first: int, second: int, connector: int, prompt: str) -> OrderIntent:
    start = min(items[index].start for index in (first, second, connector))
    end = max(items[index].end for index in (first, second, connector))
    before, after = items[first].thing, items[second].thing
    assert before is not None and after is not None
    return OrderIntent(before, after, prompt[start:end], (start, end))
