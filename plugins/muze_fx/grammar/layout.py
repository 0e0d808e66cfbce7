"""Marks that only count: "1) high-pass at 80", "a) warm", "band 2: 1 kHz -2 dB"."""

from __future__ import annotations

from collections.abc import Sequence

from muze_fx.grammar.tokens import Kind, Token, is_number_at, text_at

#: What is counted; a number and a colon behind one of these is its name.
_COUNTED = frozenset({"band", "step", "filter", "point", "node", "stage", "eq", "slot", "layer", "peak"})
_LETTERS = "abcdefghij"


def without_labels(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with every label and list marker replaced by a semicolon in its place.

    A list marker is the next number or letter of a list that begins with 1 or a, before a bracket or, at the
    beginning of a line, before a full stop. A label is a counted thing with its number before a colon.
    """
    kept: list[Token] = []
    index, count, depth = 0, 0, 0
    while index < len(tokens):
        text = tokens[index].text
        depth += (text == "(") - (text == ")" and depth > 0)
        marker = depth == 0 and _is_marker(tokens, index, count)
        if marker or _is_label(tokens, index):
            count += marker
            if not marker:
                kept.pop()
            kept.append(Token(Kind.MARK, ";", tokens[index].start, tokens[index].end, glued=False))
            index += 2
        else:
            kept.append(tokens[index])
            index += 1
    return kept


def _is_marker(tokens: Sequence[Token], index: int, count: int) -> bool:
    """Whether the token at `index` is what a list of `count` points so far expects next, written as its marker."""
    numbered = is_number_at(tokens, index) and tokens[index].value == count + 1
    lettered = text_at(tokens, index) == _LETTERS[count : count + 1]
    if not (numbered or lettered) or index + 2 >= len(tokens):
        return False
    begins = index == 0 or tokens[index - 1].text == ";"
    mark, apart = tokens[index + 1], begins or not tokens[index].glued
    in_line = mark.text == "." and begins and not tokens[index + 2].glued
    return mark.glued and ((mark.text == ")" and apart) or in_line)


def _is_label(tokens: Sequence[Token], index: int) -> bool:
    """Whether the number at `index` names one of several ("band 2:"), and is no ratio ("4:1")."""
    if not is_number_at(tokens, index) or text_at(tokens, index - 1) not in _COUNTED:
        return False
    ratio = text_at(tokens, index + 2) in ("1", "one") and tokens[index + 2].glued
    return text_at(tokens, index + 1) == ":" and not ratio
