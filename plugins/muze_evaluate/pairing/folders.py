"""Texts of a folder: the prompts in the sidecars of songs that muze made, and text files beside audio.

song.wav    song.json with the plan whose prompt it was made from
clip.flac   clip.txt
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from muze_evaluate.pairing.tables import utf8_text
from muze_evaluate.pairing.texts import Source, Text, written
from muzecli.errors import BadDataError, UsageError
from muzecli.sidecar import read_sidecar

PROMPT, FILE = "prompt", "txt"
"""What `--text-field` may be of a folder: only sidecars, or only text files."""


def read_folder(folder: Path, *, text_field: str | None) -> Source:
    """Return the texts below a folder; the ids of those that mean one audio are alike but for the ending.

    Raises:
        UsageError: the field is neither `prompt` nor `txt`.
        BadDataError: a text file is not UTF-8.
    """
    return _read(folder, sorted(_files(folder)), text_field)


def read_recording(path: Path, *, text_field: str | None) -> Source:
    """Return what is said of one recording, in the files beside it.

    Raises:
        UsageError: the field is neither `prompt` nor `txt`.
        BadDataError: its text file is not UTF-8, or says something else than its sidecar.
    """
    beside = [path.with_name(f"{path.name}.json"), path.with_suffix(".json"), path.with_suffix(".txt")]
    found = _read(path.parent, [file.name for file in beside if file.is_file()], text_field)
    own = tuple(text for text in found.texts if text.audio in (path.name, path.stem))
    return Source("recording", own, found.text_field, found.apart - {path.name})


def _read(folder: Path, files: list[str], text_field: str | None) -> Source:
    if text_field not in (None, PROMPT, FILE):
        raise UsageError(
            f"--text-field of a folder must be {PROMPT}, which sidecars have, or {FILE}, for text files; it is "
            f"'{text_field}'"
        )
    texts: list[Text] = []
    apart: set[str] = set()
    for name in files:
        path = folder / name
        if name.lower().endswith(".json"):
            sidecar = read_sidecar(path)
            if sidecar is None or not isinstance(sidecar.get("audio"), str):
                continue
            audio = (path.parent / str(sidecar["audio"])).relative_to(folder).as_posix()
            if "stem" in sidecar:
                apart.add(audio)
            elif text_field != FILE:
                texts.append(Text(audio, audio, _prompt(sidecar), str(path)))
        elif text_field != PROMPT:
            audio = name[: -len(".txt")]
            texts.append(Text(audio, audio, written(utf8_text(path)), str(path)))
    return Source("folder", _one_each(texts), text_field or f"{PROMPT} or {FILE}", frozenset(apart))


def _files(folder: Path) -> Iterator[str]:
    """Yield the paths of .json and .txt files below a folder; hidden ones and links to folders are left out."""
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and name.lower().endswith((".json", ".txt")):
                yield (Path(where) / name).relative_to(folder).as_posix()


def _prompt(sidecar: Mapping[str, Any]) -> str | None:
    """Return the words that a song was made from; None of audio that was made by other means."""
    plan = sidecar.get("plan")
    prompt = plan.get("prompt") if isinstance(plan, dict) else None
    return written(prompt) if isinstance(prompt, str) else None


def _one_each(texts: list[Text]) -> tuple[Text, ...]:
    """Return one text an audio, where a sidecar and a text file say the same.

    Raises:
        BadDataError: they do not.
    """
    files = {text.audio: text for text in texts if text.place.lower().endswith(".txt")}
    kept = []
    for text in texts:
        if text is files.get(text.audio):
            continue
        beside = files.pop(text.audio.rpartition(".")[0], None)
        if beside is None or beside.text in (None, text.text):
            kept.append(text)
        elif text.text is None:
            kept.append(Text(text.id, text.audio, beside.text, beside.place))
        else:
            raise BadDataError(
                f"{text.place} and {beside.place} must say the same of {text.audio}, and they do not",
                hint=f"--text-field {PROMPT} takes what sidecars say, --text-field {FILE} the text files",
            )
    return (*kept, *files.values())
