"""Find the SoundFont and the FluidSynth library that sampled instruments need.

Where a SoundFont is looked for, first hit wins:

    1. the path that was asked for      an option such as --soundfont
    2. MUZE_SOUNDFONT                   a path in the environment
    3. the user's own folders           <data>/muze/soundfonts, <data>/soundfonts …
    4. the system's folders             /usr/share/sounds/sf2, Homebrew's, C:\\soundfonts …
    5. pretty_midi's own                TimGM6mb.sf2, small but complete

A SoundFont that was asked for is taken as it is; one that is merely found must hold the General MIDI set.

This module imports neither numpy nor FluidSynth: `muze doctor` and error messages must be quick.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from muzecli.errors import BadDataError, InputMissingError, UnavailableError
from muzecli.files import kind_of

if TYPE_CHECKING:
    from muzecli.plugin import OptionalPart

VARIABLE = "MUZE_SOUNDFONT"
SUFFIXES = (".sf2", ".sf3")
DRUM_BANK = 128

INSTALL = {
    "Debian, Ubuntu": "sudo apt install libfluidsynth3 fluid-soundfont-gm",
    "Fedora": "sudo dnf install fluidsynth-libs fluid-soundfont-gm",
    "Arch": "sudo pacman -S fluidsynth soundfont-fluid",
    "macOS": "brew install fluid-synth",
    "Windows": "choco install fluidsynth",
}
"""Command that installs FluidSynth, and a General MIDI SoundFont where the system has one, by system."""

# Best first; others that hold the General MIDI set come after, by name.
_KNOWN = ("fluidr3_gm", "musescore_general", "generaluser", "sgm", "arachno", "default", "timgm6mb")
_RECORD = struct.Struct("<20sHHH12x")  # a preset header: name, program, bank, index (SoundFont 2.04, §7.2)
_CHUNK = struct.Struct("<4sI")
_GENERAL_MIDI = 100  # programs of bank 0: a font with fewer is somebody's single instrument


@dataclass(frozen=True)
class SoundFont:
    """A file of sampled instruments.

    Attributes:
        path: the file.
        reason: why this one, for `muze doctor` and messages.
        presets: (bank, program) of everything in it; bank 128 holds the drum kits.
    """

    path: Path
    reason: str
    presets: frozenset[tuple[int, int]]

    @property
    def sha256(self) -> str:
        """SHA-256 of the file; remembered by its size and modification time."""
        from muzecli.weights import sha256_of

        return sha256_of(self.path)

    @property
    def is_general_midi(self) -> bool:
        """Whether it holds the General MIDI instruments and a drum kit."""
        melodic = sum(1 for bank, _ in self.presets if bank == 0)
        return melodic >= _GENERAL_MIDI and (DRUM_BANK, 0) in self.presets


def find_soundfont(asked: Path | None = None) -> SoundFont:
    """Return the SoundFont to play with, and why it is this one.

    Args:
        asked: the path a user gave; None looks in the usual places.

    Raises:
        InputMissingError: the path that was asked for, or the variable's, is not there.
        BadDataError: it is there and is no SoundFont.
        UnavailableError: nothing was asked for and nothing was found.
    """
    if asked is not None:
        return read_soundfont(asked, reason="asked for")
    if value := os.environ.get(VARIABLE):
        return read_soundfont(Path(value).expanduser(), reason=f"the variable {VARIABLE}")
    for folder in usual_folders():
        for path in _ranked(folder):
            with contextlib.suppress(BadDataError, InputMissingError):  # nobody asked for this very file
                found = read_soundfont(path, reason=f"found in {folder}")
                if found.is_general_midi:
                    return found
    carried = _carried()
    if carried is not None:
        return read_soundfont(carried, reason="carried by the package pretty_midi")
    raise UnavailableError(
        "sampled instruments need a General MIDI SoundFont, and none was found",
        hint=f"{install_command()}, or name a file with {VARIABLE}",
        details={"looked in": [str(folder) for folder in usual_folders()]},
    )


def read_soundfont(path: Path, *, reason: str) -> SoundFont:
    """Check a SoundFont file and list what is in it; reads a few kilobytes.

    Raises:
        InputMissingError: the file is not there or cannot be read.
        BadDataError: it is no SoundFont, or it ends early.
    """
    if kind_of(path) != "file":
        raise InputMissingError(f"the SoundFont {path} does not exist", hint=f"check the path or {VARIABLE}")
    try:
        status = path.stat()
        return SoundFont(path, reason, _presets(path, status.st_size, status.st_mtime_ns))
    except OSError as error:
        raise InputMissingError(f"the SoundFont {path} cannot be read: {error.strerror or error}") from error


@lru_cache(maxsize=64)
def _presets(path: Path, size: int, modified_ns: int) -> frozenset[tuple[int, int]]:
    with path.open("rb") as file:
        try:
            data = _preset_headers(file, size)
        except (struct.error, EOFError) as error:
            raise BadDataError(
                f"a SoundFont is a RIFF file of type 'sfbk'; {path} {error}",
                hint="take a .sf2 or .sf3 file, such as FluidR3_GM.sf2",
            ) from error
    records = list(_RECORD.iter_unpack(data[: len(data) // _RECORD.size * _RECORD.size]))
    return frozenset((bank, program) for _, program, bank, _ in records[:-1])  # the last one ends the list


def _preset_headers(file: BinaryIO, size: int) -> bytes:
    """Return the `phdr` chunk.

    RIFF ── sfbk ── LIST INFO ── LIST sdta (the samples: skipped) ── LIST pdta ── phdr …
    """
    head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"sfbk":
        raise EOFError(f"begins with {head[:12]!r}")
    for name, length, start in _chunks(file, 12, size):
        if name == b"LIST" and file.read(4) == b"pdta":
            for inner, inner_length, inner_start in _chunks(file, start + 4, start + length):
                if inner == b"phdr":
                    data = file.read(inner_length)
                    if len(data) < max(inner_length, 2 * _RECORD.size):
                        raise EOFError(f"ends at byte {inner_start + len(data)}, inside its list of presets")
                    return data
    raise EOFError("ends before its list of presets")


def _chunks(file: BinaryIO, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, length and position of each chunk in a stretch of a RIFF file; the file stands at its content."""
    while start + _CHUNK.size <= stop:
        file.seek(start)
        name, length = _CHUNK.unpack(file.read(_CHUNK.size))
        yield name, length, start + _CHUNK.size
        start += _CHUNK.size + length + length % 2


def usual_folders() -> list[Path]:
    """Return the folders that SoundFonts lie in on this system, the user's own first; they need not exist."""
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    folders = [data / "muze" / "soundfonts", data / "soundfonts", data / "sounds" / "sf2"]
    if sys.platform == "darwin":
        folders += [home / "Library" / "Audio" / "Sounds" / "Banks", Path("/Library/Audio/Sounds/Banks")]
        for prefix in (os.environ.get("HOMEBREW_PREFIX"), "/opt/homebrew", "/usr/local"):
            if prefix:
                folders += [
                    Path(prefix, "share", part) for part in ("soundfonts", "sounds/sf2", "fluid-synth/sf2")
                ]
    elif sys.platform == "win32":
        for variable in ("LOCALAPPDATA", "APPDATA", "PROGRAMDATA", "PROGRAMFILES"):
            if value := os.environ.get(variable):
                folders += [Path(value, "soundfonts"), Path(value, "SoundFonts")]
        folders += [Path("C:/soundfonts"), Path("C:/tools/fluidsynth/share/soundfonts")]
    else:
        for prefix in ("/usr/local/share", "/usr/share"):
            folders += [Path(prefix, part) for part in ("sounds/sf2", "soundfonts", "sounds/sf3")]
    return list(dict.fromkeys(folders))


def _ranked(folder: Path) -> list[Path]:
    """Return the SoundFonts of a folder, the best known first."""
    try:
        paths = [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES]
    except OSError:  # most of the usual folders do not exist
        return []

    def rank(path: Path) -> tuple[int, str]:
        stem = path.stem.lower()
        known = (index for index, name in enumerate(_KNOWN) if stem.startswith(name))
        return next(known, len(_KNOWN)), path.name

    return sorted(paths, key=rank)


def _carried() -> Path | None:
    """Return the SoundFont inside the package pretty_midi, without importing it."""
    spec = find_spec("pretty_midi")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(place, "TimGM6mb.sf2")
        if path.is_file():
            return path
    return None


class SamplerParts:
    """What sampled instruments need, for `muze doctor` (`muze.parts`)."""

    name = "sampler"

    def look(self) -> list[OptionalPart]:
        """Return FluidSynth and the SoundFont."""
        from muzecli.plugin import OptionalPart

        try:
            version = load_fluidsynth()._fl.fluid_version_str
            version.restype = ctypes.c_char_p
            library: str | None = str(version().decode())
        except UnavailableError:
            library = None
        try:
            font = find_soundfont()
            present: str | None = f"{font.path} ({font.reason})"
        except UnavailableError:
            present = None
        except (
            BadDataError,
            InputMissingError,
        ) as error:  # the variable names something that is no SoundFont
            present = f"no: {error.message}"
        return [
            OptionalPart("FluidSynth", library, f"{install_command()} (else the built-in synthesiser plays)"),
            OptionalPart("SoundFont", present, f"{install_command()}, or name a file with {VARIABLE}"),
        ]


def install_command() -> str:
    """Return the command that installs FluidSynth and a SoundFont on this system."""
    if sys.platform == "darwin":
        return INSTALL["macOS"]
    if sys.platform == "win32":
        return INSTALL["Windows"]
    for file, name in (("/etc/debian_version", "Debian, Ubuntu"), ("/etc/fedora-release", "Fedora")):
        if kind_of(file) == "file":
            return INSTALL[name]
    return INSTALL["Arch"] if kind_of("/etc/arch-release") == "file" else INSTALL["Debian, Ubuntu"]


def load_fluidsynth() -> Any:
    """Import the bindings of FluidSynth with the library behind them.

    Raises:
        UnavailableError: the bindings or the library are not installed.
    """
    try:
        # With the variable CI set, the bindings print where the library was found: not on our standard output.
        with contextlib.redirect_stdout(io.StringIO()):
            import fluidsynth
    except (ImportError, OSError) as error:  # no bindings, no library, or one for another processor
        every = "\n".join(f"  {name}: {command}" for name, command in INSTALL.items())
        raise UnavailableError(
            f"sampled instruments need the FluidSynth library, which cannot be loaded: {error}",
            hint=f"{install_command()}\n{every}",
            details={"install": dict(INSTALL)},
        ) from error
    if not hasattr(fluidsynth._fl, "fluid_synth_process") or fluidsynth.majver.value < 2:
        raise UnavailableError(
            f"FluidSynth must be version 2 or later; found {fluidsynth.majver.value}", hint=install_command()
        )
    return fluidsynth
