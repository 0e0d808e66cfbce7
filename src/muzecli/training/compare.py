"""Where two configurations differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def differences(before: Any, now: Any, place: str = "") -> list[tuple[str, Any, Any]]:
    """Return where two nested configurations differ, as (key, before, now) with dotted keys; None: not there."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        found = []
        for key in [*before, *(key for key in now if key not in before)]:
            found += differences(before.get(key), now.get(key), f"{place}.{key}" if place else str(key))
        return found
    if isinstance(before, tuple):
        before = list(before)
    if isinstance(now, tuple):
        now = list(now)
    return [] if before == now else [(place, before, now)]
