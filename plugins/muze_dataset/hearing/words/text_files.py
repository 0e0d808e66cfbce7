"""The text of a small file, whatever encoding it is in."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

LONGEST_BYTES = 1 << 20
"""More than any song's words; a longer file is something else."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Polish ą, ł and ż of Windows-1250 look like these in Windows-1252, where no letter comes before them.
_CENTRAL_EUROPEAN = re.compile(r"[^\W\d_][¹³¿]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_MOST_CONTROL = 0.01  # of the characters; more is no text


def read_text(path: Path) -> str | None:
    """Return the text of a file, line ends as "\\n"; None where it is no text, too long, or cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_BYTES + 1)
    except OSError:
        return None
    return None if len(data) > LONGEST_BYTES else decoded(data)


def decoded(data: bytes) -> str | None:
    """Return bytes as text: by their byte order mark, else as UTF-16 without one, UTF-8, or a Windows code page.

    Returns:
        the text without mark, line ends as "\\n"; None where the bytes are no text.
    """
    text = _decoded(data)
    if text is None or len(_CONTROL.findall(text)) > _MOST_CONTROL * len(text):
        return None
    return _ENDS.sub("\n", _CONTROL.sub("", text))


def _decoded(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding) or data[len(mark) :].decode(encoding, "replace")
    zeros = [data[start::2].count(0) for start in (0, 1)]
    if max(zeros) > len(data) // 8:  # Latin letters in UTF-16 are every other byte zero
        encoding = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
        return _strictly(data[: len(data) // 2 * 2], encoding)
    text = _strictly(data, "utf-8")
    if text is None:
        text = data.decode("cp1252", "replace")
        if _CENTRAL_EUROPEAN.search(text):
            text = data.decode("cp1250", "replace")
    return text


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
