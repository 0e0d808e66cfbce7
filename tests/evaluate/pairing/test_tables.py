"""Texts in CSV files: whatever people write, and the line of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from muze_evaluate.pairing.tables import read_table
from muze_evaluate.pairing.texts import Text, check_ids
from muzecli.errors import BadDataError, InputMissingError


def table(folder: Path, content: str | bytes, name: str = "p.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        "audio,text\na.wav,calm piano\nb.wav,loud drums\n",
        "\ufeffaudio,text\r\na.wav,calm piano\r\n\r\nb.wav,loud drums\r\n",
        "caption;year;File Name\n  calm   piano ;1999;./a.wav\nloud drums;2000;b.wav",
        'PROMPT\tPath\n"calm\npiano"\ta.wav\nloud drums\tb.wav\n',
        'path,text\n"a.wav","calm piano"\n"b.wav","loud drums"\n',
    ],
)
def test_what_people_write(content: str, tmp_path: Path) -> None:
    texts = read_table(table(tmp_path, content), text_field=None).texts
    assert [(text.id, text.audio, text.text) for text in texts] == [
        ("a.wav", "a.wav", "calm piano"),
        ("b.wav", "b.wav", "loud drums"),
    ]


def test_quotes_commas_lines_and_umlauts(tmp_path: Path) -> None:
    content = 'id,audio,text\n1,a.wav,"a 12"" vinyl, slow\nand dusty"\nzwei,ä/ö.flac,größer\n3,c.wav,\n'
    source = read_table(table(tmp_path, content), text_field=None)
    assert [(text.id, text.audio, text.text) for text in source.texts] == [
        ("1", "a.wav", 'a 12" vinyl, slow and dusty'),
        ("zwei", "ä/ö.flac", "größer"),
        ("3", "c.wav", None),
    ]
    assert [text.place.rpartition(": ")[2] for text in source.texts] == ["line 2", "line 4", "line 5"]


def test_any_column_may_hold_the_texts(tmp_path: Path) -> None:
    path = table(tmp_path, "audio,text,German caption\na.wav,piano,Klavier\n")
    assert read_table(path, text_field="german-caption").texts[0].text == "Klavier"
    assert read_table(path, text_field=None).texts[0].text == "piano"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("a.wav,calm piano\n", r"line 1: one of audio, .* must name the audio; found 'a.wav', 'calm piano'"),
        (
            "audio,words\na.wav,x\n",
            r"line 1: text or prompt or caption must hold the texts; found 'audio', 'words'",
        ),
        ("audio,text,prompt\na.wav,x,y\n", "line 1: only one may hold the texts; found text and prompt"),
        ("audio,path,text\na,b,x\n", "line 1: only one may hold the audio; found audio and path"),
        ("audio,text,text\na,b,x\n", "line 1: every column must have a name of its own; found 'text' twice"),
        ("audio,text\na.wav,calm, slow piano\n", "line 2: there must be 2 values, .* found 3"),
        ("audio,text\na.wav\n", "line 2: there must be 2 values, .* found 1"),
        ("audio,text\na.wav,x\n,y\n", "line 3: must name an audio, and it is ''"),
        ("id,audio,text\n ,a.wav,x\n", "line 2: 'id' must be an id, and it is empty"),
        ('audio,text\na.wav,"calm\n\n', "line 2: a row must be CSV: unexpected end"),
        ('audio,text\na.wav,"calm" piano\n', "line 2: a row must be CSV"),
        (
            "audio,text\nC:\\music\\a.wav,x\n",
            r"line 2: a path must be one of this system, and it is 'C:\\music",
        ),
        (b"audio,text\na.wav,fine\nb.wav,gr\xf6\xdfer\n", "line 3: must be UTF-8 text, and byte 0xf6 is not"),
        ("audio,text\n".encode("utf-16"), "must be UTF-8 text, and it is UTF-16"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(content: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(BadDataError, match=message):
        read_table(table(tmp_path, content), text_field=None)


def test_a_column_that_is_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadDataError, match="'lyrics', as --text-field says, must hold the texts"):
        read_table(table(tmp_path, "audio,text\na.wav,x\n"), text_field="lyrics")
    with pytest.raises(InputMissingError, match="cannot read"):
        read_table(tmp_path / "none.csv", text_field=None)


def test_an_id_twice_names_both_lines() -> None:
    texts = [Text("a.wav", "a.wav", "x", "p.csv: line 2"), Text("b", "b", "x", "p.csv: line 3")]
    check_ids(texts)
    with pytest.raises(
        BadDataError, match=r"line 9: every id must be there once, and 'a.wav' is that of p.csv: line 2"
    ):
        check_ids([*texts, Text("a.wav", "a.wav", "x", "p.csv: line 9")])
