"""How far apart two spellings are."""

from __future__ import annotations


def is_one_edit(typed: str, meant: str) -> bool:
    """Whether one letter was added, left out, replaced, or changed over with the next.

    >>> is_one_edit("revreb", "reverb"), is_one_edit("reverb", "reverb"), is_one_edit("rvreb", "reverb")
    (True, False, False)
    """
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    if len(typed) != len(meant):
        shorter, longer = sorted((typed, meant), key=len)
        return shorter[start:] == longer[start + 1 :]
    if typed[start + 1 :] == meant[start + 1 :]:
        return True
    swapped = typed[start : start + 2] == meant[start : start + 2][::-1]
    return swapped and typed[start + 2 :] == meant[start + 2 :]
