"""Lyrics: headings, LRC, and which section sings what."""

from __future__ import annotations

from muze_plan.lyrics import distribute, parse_lyrics
from muzecli.song.plan import Section
from muzecli.song.plan import SectionType as S

HEADED = """\
[Verse 1]
one
two

three
[Chorus]
hook

(Verse 2)
four
Bridge:
five
"""
SONG = [
    Section(S.INTRO, 4, 0.3),
    Section(S.VERSE, 8, 0.5, True),
    Section(S.CHORUS, 8, 0.8, True),
    Section(S.VERSE, 8, 0.5, True),
    Section(S.CHORUS, 8, 0.8, True),
]


def texts(lyrics: str, song: list[Section] = SONG) -> list[str | None]:
    return list(distribute(parse_lyrics(lyrics), song).texts)


def test_headings() -> None:
    found = parse_lyrics(HEADED)
    assert [(s.type, s.lines) for s in found] == [
        (S.VERSE, ("one", "two", "three")),
        (S.CHORUS, ("hook",)),
        (S.VERSE, ("four",)),
        (S.BRIDGE, ("five",)),
    ]
    assert [s.type for s in parse_lyrics("[Pre-Chorus]\na\n[Hook x2]\nb\n[Middle Eight]\nc\nOutro:\nd")] == [
        *(S.PRE_CHORUS, S.CHORUS, S.BRIDGE, S.OUTRO),
    ]
    assert parse_lyrics("I said:\nhello")[0].lines == ("I said:", "hello")


def test_lrc() -> None:
    found = parse_lyrics("[ar:Somebody]\n[00:01.20]one\n[00:03.00][01:10.5]two\n\n[00:09]three\n")
    assert [s.lines for s in found] == [("one", "two"), ("three",)]


def test_headed_stanzas_go_to_their_sections_and_choruses_return() -> None:
    assert texts(HEADED) == [None, "one\ntwo\nthree", "hook", "four", "hook"]
    assert distribute(parse_lyrics(HEADED), SONG).left == 1  # no bridge, and no section is free


def test_plain_stanzas_go_round_in_order() -> None:
    assert texts("v1\n\nc\n\nv2") == [None, "v1", "c", "v2", "c"]
    assert texts("v1\n\nc1\n\nv2\n\nc2") == [None, "v1", "c1", "v2", "c2"]
    assert distribute(parse_lyrics("a\n\nb\n\nc\n\nd\n\ne\nf"), SONG).left == 2


def test_one_block_is_shared_out() -> None:
    assert texts("a\nb\nc\nd\ne\nf") == [None, "a\nb", "c\nd", "e\nf", "c\nd"]
    assert texts("a") == [None, "a", None, None, None]


def test_nothing_is_sung_where_nobody_sings() -> None:
    setting = distribute(parse_lyrics("a\nb"), [Section(S.VERSE, 4, 0.5)])
    assert setting.texts == (None,) and setting.left == 2
