"""The options of `muze plan`, checked and turned into a request before any work is done."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from muze_plan.lyrics import parse_lyrics
from muzecli.errors import BadDataError, InputMissingError, UsageError
from muzecli.files import kind_of
from muzecli.plugin import engines
from muzecli.song.checks import language_code
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import PlanRequest

AUTO, SAMPLED, BUILT_IN = "auto", "sampler", "plain"
"""Engines: the sampler, or the built-in synthesiser where that cannot be had; and these two by name."""

T = TypeVar("T")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")


@dataclass(frozen=True)
class PlanOptions:
    """The command line of `muze plan`.

    Attributes:
        prompt: words, a plan file, or "-".
        template: name or file of a form, "auto", or "auto:FOLDER" of a planner.
        duration_s: length in seconds.
        genre: name of a genre.
        tempo_bpm: beats a minute.
        key: as typed.
        time_signature: as typed.
        lyrics: a text file.
        language: of the lyrics.
        seed: None for a random one.
        settings: changes of the plan, as typed.
        output: where the plan goes; "-" is standard output.
        score: where the notes go as JSON.
        midi: where they go as MIDI.
        plot: where the picture goes.
        preview: where the audio goes.
        engine: who plays it: an engine's name, or "auto".
        soundfont: file to play it with.
        explain: whether to say who decided what.
        overwrite: whether outputs may be replaced.
        dry_run: whether to write nothing.
    """

    prompt: str = ""
    template: str | None = None
    duration_s: float | None = None
    genre: str | None = None
    tempo_bpm: float | None = None
    key: str | None = None
    time_signature: str | None = None
    lyrics: Path | None = None
    language: str | None = None
    seed: int | None = None
    settings: tuple[str, ...] = ()
    output: str | None = None
    score: Path | None = None
    midi: Path | None = None
    plot: Path | None = None
    preview: Path | None = None
    engine: str = AUTO
    soundfont: Path | None = None
    explain: bool = False
    overwrite: bool = False
    dry_run: bool = False

    @property
    def plan_file(self) -> Path | None:
        """The plan that is given in place of a prompt; None where there is none."""
        return Path(self.prompt) if self.prompt and kind_of(self.prompt) in ("file", "other") else None

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files that a song is made from, as given."""
        template = None if self.template is None or kind_of(self.template) != "file" else Path(self.template)
        given = (self.plan_file, template, self.lyrics, self.soundfont)
        return tuple(path for path in given if path is not None)

    def check(self) -> None:
        """Check all that can be checked before anything is read or made.

        Raises:
            UsageError: the key, the metre, the language or the engine is none.
            InputMissingError: the SoundFont is not there.
        """
        self.parsed_key()
        self.parsed_metre()
        _parsed(self.language, language_code, "--language")
        if self.engine not in (AUTO, *engines.names()):
            engines.get(self.engine)  # which says what is known
        if self.soundfont is not None and kind_of(self.soundfont) != "file":
            raise InputMissingError(f"the SoundFont {self.soundfont} must be a file, and there is none")

    def request(self, prompt: str, seed: int) -> PlanRequest:
        """Return what is asked of the planner.

        Raises:
            UsageError: the key or the metre is none.
            InputMissingError, BadDataError: the lyrics cannot be read.
        """
        return PlanRequest(
            prompt=prompt,
            duration_s=self.duration_s,
            seed=seed,
            template=self.template,
            genre=self.genre,
            tempo_bpm=self.tempo_bpm,
            key=self.parsed_key(),
            time_signature=self.parsed_metre(),
            lyrics=self.lyrics_text(),
            language=self.language,
        )

    def parsed_key(self) -> Key | None:
        """Return the key that was asked for; raises UsageError where it is none."""
        return _parsed(self.key, Key.parse, "--key")

    def parsed_metre(self) -> TimeSignature | None:
        """Return the metre that was asked for; raises UsageError where it is none."""
        return _parsed(self.time_signature, TimeSignature.parse, "--time-signature")

    def lyrics_text(self) -> str | None:
        """Return the words to sing.

        Raises:
            InputMissingError: the file is not there.
            BadDataError: it is no text, or has no words.
        """
        if self.lyrics is None:
            return None
        try:
            text = self.lyrics.read_text(encoding="utf-8-sig")
        except FileNotFoundError as error:
            raise InputMissingError(f"the lyrics {self.lyrics} do not exist") from error
        except UnicodeDecodeError as error:
            message = f"{self.lyrics}: lyrics must be UTF-8 text, and byte {error.start} is not"
            raise BadDataError(message) from error
        except OSError as error:
            raise InputMissingError(f"cannot read the lyrics {self.lyrics}: {error.strerror}") from error
        for number, line in enumerate(text.splitlines(), start=1):
            control = _CONTROL.search(line)
            if control is not None:
                raise BadDataError(
                    f"{self.lyrics}: line {number}: lyrics must be plain text, and character {control.start() + 1} "
                    f"is a control character (U+{ord(control.group()):04X})",
                    details={"file": str(self.lyrics), "line": number},
                )
        if not parse_lyrics(text):
            raise BadDataError(f"{self.lyrics}: lyrics must hold words to sing, and the file has none")
        return text


def _parsed(text: str | None, parse: Callable[[str], T], option: str) -> T | None:
    if text is None:
        return None
    try:
        return parse(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error
