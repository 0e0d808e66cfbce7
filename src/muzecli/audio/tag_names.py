"""What the tag formats agree on: how numbers and totals are written, and which fields no other file may inherit."""

from __future__ import annotations

TOTALS = {"tracknumber": "tracktotal", "discnumber": "disctotal"}

DESCRIBES_FILE = frozenset({"encoder", "encoder_options", "encoding", "length", "software"})
"""Fields about one encoded file rather than about the music in it."""


def split_totals(fields: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the fields with `3/12` as a number and a total, the way Vorbis comments have them."""
    split = dict(fields)
    for name, total in TOTALS.items():
        values = fields.get(name, ())
        if values and "/" in values[0]:
            number, _, of = (part.strip() for part in values[0].partition("/"))
            split[name] = (number,)
            if of:
                split.setdefault(total, (of,))
    return split


def join_totals(fields: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the fields with number and total as `3/12`, the way ID3 has them."""
    joined = dict(fields)
    for name, total in TOTALS.items():
        if fields.get(name) and fields.get(total):
            joined[name] = (f"{fields[name][0]}/{fields[total][0]}",)
            del joined[total]
    return joined
