"""Texts in JSON lines, JSON lists and datasets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from muze_evaluate.pairing.records import is_dataset, read_dataset, read_json
from muzecli.errors import BadDataError, UsageError
from muzecli.song.dataset import write_dataset
from muzecli.song.track import Track

ITEMS = [
    {"audio": "a.wav", "caption": "calm piano"},
    {"Path": "./b.wav", "text": None},
    {"id": "c", "text": " x  y "},
]


@pytest.mark.parametrize("name", ["p.jsonl", "p.ndjson", "p.json"])
def test_an_object_a_text(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    text = json.dumps(ITEMS, indent=1) if name == "p.json" else "\n\n".join(map(json.dumps, ITEMS))
    path.write_text(f"\ufeff{text}\n", encoding="utf-8")
    assert not is_dataset(path)
    source = read_json(path, text_field=None)
    assert [(text.id, text.audio, text.text) for text in source.texts] == [
        ("a.wav", "a.wav", "calm piano"),
        ("b.wav", "b.wav", None),
        ("c", "c", "x y"),
    ]
    assert source.text_field == "caption, text"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: a pair must be JSON"),
        ("[]", "line 2: must be an object with the audio and its text"),
        ("{}", "line 2: one of audio, .* must name the audio; found nothing"),
        ('{"audio": 7, "text": "x"}', "line 2: 'audio' must be text, and it is int"),
        ('{"audio": "a", "text": ["x", "y"]}', "line 2: 'text' must be text, and it is list"),
        ('{"audio": "a", "text": "x", "caption": "y"}', "line 2: only one may hold the texts"),
        ('{"audio": "a", "audio": "b", "text": "x"}', "line 2.*audio"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(f'{{"audio": "a.wav", "text": "x"}}\n{line}\n')
    with pytest.raises(BadDataError, match=message):
        read_json(path, text_field=None)


@pytest.mark.parametrize("name", ["d.jsonl", "d.json"])
def test_a_dataset(name: str, tmp_path: Path) -> None:
    tracks = [
        Track("audio/b.flac", "2", 3.0, 44_100, prompt="loud  drums", genre="rock"),
        Track("audio/a.flac", "1", 3.0, 44_100),
    ]
    write_dataset(tmp_path / name, tracks)
    assert is_dataset(tmp_path / name)
    source = read_dataset(tmp_path / name, text_field=None)
    assert [(text.id, text.audio, text.text) for text in source.texts] == [
        ("2", "audio/b.flac", "loud drums"),
        ("1", "audio/a.flac", None),
    ]
    assert read_dataset(tmp_path / name, text_field="genre").texts[0].text == "rock"
    with pytest.raises(UsageError, match=r"a text of a track \(prompt, .*\), and it is 'caption'"):
        read_dataset(tmp_path / name, text_field="caption")
