"""LRC, UltraStar and plain texts, in whatever encoding."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muze_dataset.hearing.words.lrc import parse_lrc
from muze_dataset.hearing.words.plain import parse_plain
from muze_dataset.hearing.words.sung import sung, sung_lines
from muze_dataset.hearing.words.text_files import LONGEST_BYTES, decoded, read_text
from muze_dataset.hearing.words.timed import LINE, SYLLABLE, WORD, Lyrics, Timed, in_order, letters, within
from muze_dataset.hearing.words.ultrastar import parse_ultrastar

VERSE = "Zażółć gęślą jaźń\nÜber den Dächern\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, ends: str) -> None:
    assert decoded(VERSE.replace("\n", ends).encode(encoding)) == VERSE


def test_windows_code_pages() -> None:
    assert decoded("Déjà vu über España".encode("cp1252")) == "Déjà vu über España"
    polish = "Zażółć gęślą jaźń, miłość"
    assert decoded(polish.encode("cp1250")) == polish


def test_what_is_no_text(tmp_path: Path) -> None:
    assert decoded(bytes(range(32)) * 40) is None
    assert decoded(b"") == ""
    huge = tmp_path / "huge.txt"
    huge.write_bytes(b"la " * (LONGEST_BYTES // 3 + 1))
    assert read_text(huge) is None
    assert read_text(tmp_path / "missing.txt") is None
    assert read_text(tmp_path) is None


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("[Chorus]", ""), ("[Verse 2: Somebody]", ""), ("(x2)", ""), ("Chorus:", ""), ("Verse 1", ""),
        ("CHORUS x2", ""),
        ("Na na na (x4)", "Na na na"), ("Hey x2", "Hey"), ("(ooh yeah)", "(ooh yeah)"), ("♪ la la ♪", "la la"),
        ("(break my heart)", "(break my heart)"), ("(fade away)", "(fade away)"), ("(fade out)", ""),
        ("(Guitar solo)", ""), ("Am  F  C  G", ""), ("I am", "I am"), ("A", "A"), ("http://lyrics.example", ""),
        ("Lyrics: Somebody", ""), ("Written by Somebody", ""), ("Words by the river", "Words by the river"),
        ("Music", "Music"), ("----", ""), ("Refren:", ""), ("© 2001 Label", ""),
    ],
)  # fmt: skip
def test_what_is_sung(line: str, kept: str) -> None:
    assert sung(line) == kept
    assert sung(kept) == kept


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_what_is_sung_stays_so(line: str) -> None:
    assert sung(sung(line)) == sung(line)


def test_lrc_lines_offsets_and_repeats() -> None:
    lyrics = parse_lrc(
        "[ti:Song]\n[la:de]\n[offset:+500]\n[00:10.50][01:00]Zwei\n[00:01]Eins\n[00:04.0]\n[Chorus]\n"
    )
    assert lyrics is not None
    assert (lyrics.lines, lyrics.level, lyrics.language) == (("Eins", "Zwei", "Zwei"), LINE, "de")
    assert [item.start_s for item in lyrics.items] == [0.5, 10.0, 59.5]
    assert lyrics.items[0].end_s <= 4.0  # not held into the next line


def test_lrc_an_empty_line_closes_the_one_before() -> None:
    lyrics = parse_lrc("[00:01.00]One two three four\n[00:02.20]\n[00:09.00]Five")
    assert lyrics is not None and lyrics.items[0].end_s <= 2.2 + 1e-9


def test_lrc_a_time_alone_may_come_first() -> None:
    lyrics = parse_lrc("[00:00.00]\n[00:01.00]One two\n[00:03.00]Three")
    assert lyrics is not None
    assert lyrics.lines == ("One two", "Three")
    words = parse_lrc("[00:00.00]\n[00:01.00]<00:01.00>One <00:02.00>two\n[00:03.00]")
    assert words is not None
    assert [item.text for item in words.items] == ["One", "two"]


def test_lrc_words() -> None:
    lyrics = parse_lrc(
        "[00:01.00]<00:01.00>Hello <00:01.50>world<00:02.25>\n[00:03.00]<00:03.00>Again<00:03.50>"
    )
    assert lyrics is not None and lyrics.level == WORD
    assert lyrics.items == (Timed("Hello", 1.0, 1.5), Timed("world", 1.5, 2.25), Timed("Again", 3.0, 3.5))
    assert lyrics.lines == ("Hello world", "Again")


def test_lrc_translations_are_not_sung() -> None:
    rows = "".join(
        f"[00:{second:02}.00]line {second}\n[00:{second:02}.00]Zeile {second}\n" for second in range(1, 9)
    )
    lyrics = parse_lrc(rows)
    assert lyrics is not None and lyrics.lines == tuple(f"line {second}" for second in range(1, 9))


@pytest.mark.parametrize("text", ["", "hello", "[ti:x]", "[00:01.00]", "[00:xx]no", "[99:99:99"])
def test_lrc_without_lines(text: str) -> None:
    assert parse_lrc(text) is None


NOTES = """\
#TITLE:T
#LANGUAGE:Polish
#BPM:300,0
#GAP:1000
: 0 4 1 Mo
: 4 4 1 ja
* 8 2 3  mi
: 10 8 1 ~
: 20 4 0 łość
- 30
F 40 4 0 Koniec
E
"""


def test_ultrastar_syllables() -> None:
    lyrics = parse_ultrastar(NOTES)
    assert lyrics is not None
    assert (lyrics.lines, lyrics.level, lyrics.language) == (("Moja miłość", "Koniec"), SYLLABLE, "Polish")
    count_s = 60 / 300 / 4
    assert [item.text for item in lyrics.items] == ["Mo", "ja", "mi", "łość", "Koniec"]
    assert lyrics.items[2] == Timed("mi", pytest.approx(1 + 8 * count_s), pytest.approx(1 + 18 * count_s))
    assert letters("".join(item.text for item in lyrics.items)) == letters(lyrics.text)


def test_ultrastar_relative_counts() -> None:
    absolute = parse_ultrastar(NOTES)
    relative = parse_ultrastar(
        NOTES.replace("#GAP", "#RELATIVE:YES\n#GAP").replace("- 30", "- 30 35").replace("F 40", "F 5")
    )
    assert absolute == relative


def test_ultrastar_spaces_at_the_end_and_duets() -> None:
    trailing = NOTES.replace("ja\n", "ja \n").replace("  mi", " mi").replace(" łość", "łość ")
    assert parse_ultrastar(
        "#BPM:100\nP1\n: 0 4 0 Hey \n: 4 4 0 you\n- 8\nP2\n: 0 4 0 Hey \n: 4 4 0 you\nE"
    ).lines == (  # type: ignore[union-attr]
        "Hey you",
    )
    assert trailing


@pytest.mark.parametrize(
    "text", ["", "#TITLE:x", "#BPM:0\n: 0 1 1 a", "#BPM:abc\n: 0 1 1 a", "#BPM:120\n: x y z a\n- \nE"]
)
def test_ultrastar_without_notes(text: str) -> None:
    assert parse_ultrastar(text) is None


def test_the_real_ultrastar_file(shared_audio: Path) -> None:
    text = read_text(shared_audio / "songs" / "on_the_run_vocal.ultrastar.txt")
    assert text is not None
    lyrics = parse_ultrastar(text)
    assert lyrics is not None and lyrics.lines[0] == "So far away from home,"
    assert lyrics.items[0].start_s == pytest.approx(11.25)
    assert "soon" in lyrics.text.split()  # held over two notes
    assert letters("".join(item.text for item in lyrics.items)) == letters(lyrics.text)


def test_plain_lyrics_lose_their_heading() -> None:
    lyrics = parse_plain(
        "On the Run\nby Joshua Morin\n\n[Verse 1]\nSo far away\nfrom home\n",
        title="On The Run",
        artist="Joshua Morin",
    )
    assert isinstance(lyrics, Lyrics) and lyrics.lines == ("So far away", "from home")
    kept = parse_plain("On the run\nDown a one way street", title="On The Run", artist=None)
    assert isinstance(kept, Lyrics) and kept.lines[0] == "On the run"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("Title: x\nArtist: y\nDate: z\nLabel: w\n", "list or a table"),
        ("1. Intro 0:30\n2. Song 3:12\n3. End 1:00", "list or a table"),
        ("a,1,2,3\nb,2,3,4\n", "list or a table"),
        ("word " * 300, "too long for verse"),
        ("0.1 0.2 0.3\n1.1 1.2 1.3\n", "too few letters"),
        ("[Instrumental]", "fewer than"),
        ("hello there", "fewer than"),
        ("la la la la\n" * 2000, "more than"),
    ],
)  # fmt: skip
def test_texts_that_are_no_lyrics(text: str, reason: str) -> None:
    refused = parse_plain(text)
    assert isinstance(refused, str) and reason in refused


def test_a_transcript_on_one_line_counts() -> None:
    assert isinstance(parse_plain("HE HOPED THERE WOULD BE STEW FOR DINNER TURNIPS AND CARROTS"), Lyrics)
    assert isinstance(parse_plain("夜の中を一人で歩く\n君を探して"), Lyrics)


def test_items_are_put_in_order_and_cut() -> None:
    items = in_order([Timed("b", 2.0, 9.0), Timed("a", 1.0, 3.0), Timed("c", 2.0, 2.5)])
    assert items == (Timed("a", 1.0, 2.0), Timed("b c", 2.0, 9.0))
    assert within(items, 5.0) == (Timed("a", 1.0, 2.0), Timed("b c", 2.0, 5.0))
    assert within(items, 1.5) is None


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_garbage_breaks_nothing(text: str) -> None:
    for parse in (parse_lrc, parse_ultrastar, parse_plain):
        parse(text)
    sung_lines(text.split("\n"))


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_text_or_not(data: bytes) -> None:
    text = decoded(data)
    assert text is None or "\r" not in text
