"""Text files without times: many lie beside music, and not all hold lyrics."""

from __future__ import annotations

import re
import unicodedata
from statistics import median

from muze_dataset.hearing.words.sung import sung_lines, without_title
from muze_dataset.hearing.words.timed import Lyrics

_FEWEST_WORDS = 3
_MOST_WORDS = 5000
_LONGEST_LINE = 600  # characters; a line of verse is far shorter, a transcript on one line may be so long
_LONGEST_MEDIAN = 110
_LEAST_LETTERS = 0.75  # of the marks that are no white space
_MOST_RECORDS = 0.3  # share of lines that are "key: value", "key=value", rows of a table or paths

_RECORD = re.compile(
    r"\s*[\w .-]{1,30}(:\s+\S|\s*=\s*\S)|.*(\t.*){2}|.*([,;].*\d){3}|\s*[\w.]*[/\\]\w+[/\\]|\s*[{}]|\s*\d+\s*$"
    r"|\s*\d+[.)]\s.*\d:\d\d|.*\.(mp3|wav|ogg|flac|jpg|png|txt|py)\b"
)


def parse_plain(text: str, *, title: str | None = None, artist: str | None = None) -> Lyrics | str:
    """Return the lyrics of a text without times, or why it seems to hold none.

    Args:
        text: of the file.
        title: of the song, where it is known: a heading is left out by it.
        artist: the same.
    """
    rows = tuple(row.strip() for row in unicodedata.normalize("NFC", text).split("\n"))
    filled = [row for row in rows if row]
    if not filled:
        return "is empty"
    lengths = [len(row) for row in filled]
    if max(lengths) > _LONGEST_LINE or (len(filled) > 1 and median(lengths) > _LONGEST_MEDIAN):
        return "has lines too long for verse"
    if sum(bool(_RECORD.match(row)) for row in filled) > _MOST_RECORDS * len(filled):
        return "reads like a list or a table"
    marks = [mark for row in filled for mark in row if not mark.isspace()]
    if sum(mark.isalpha() or unicodedata.category(mark)[0] == "M" for mark in marks) < _LEAST_LETTERS * len(
        marks
    ):
        return "has too few letters"
    lines = sung_lines(without_title(rows, title=title, artist=artist))
    words = sum(len(line.split()) for line in lines)
    if words > _MOST_WORDS:
        return f"has more than {_MOST_WORDS} words"
    spaced = all(unicodedata.category(mark) != "Lo" for line in lines for mark in line)
    if not lines or (spaced and words < _FEWEST_WORDS):
        return f"has fewer than {_FEWEST_WORDS} words"
    return Lyrics(lines)
