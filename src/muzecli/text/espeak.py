"""eSpeak NG through ctypes: clauses of text to IPA.

The library comes with the package espeakng-loader (all languages inside) or from the system. It keeps one voice
for the whole process, so every call sets its own voice under a lock: what was read before changes nothing.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import difflib
import functools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muzecli.errors import UnavailableError, UsageError

_SYNCHRONOUS_RETRIEVAL = 1  # espeak_AUDIO_OUTPUT: opens no sound device
_DO_NOT_EXIT = 0x8000  # espeak_Initialize returns where the data are missing; by default it ends the process
_UTF8 = 1
_IPA = 0x02
_SEPARATED = ord("_") << 8  # an underscore between phonemes
_ALIASES = {"en": "en-us"}
"""Plain "en" is American: what most songs are sung in, and what the vowel tables were measured on."""

_INSTALL = "install it with: pip install espeakng-loader (or, on Debian: apt install libespeak-ng1)"
_USUAL = ("en", "de", "es", "fr", "it", "pl", "pt", "nl", "cs", "sv")


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),  # (priority byte, code, NUL)… NUL
        ("identifier", ctypes.c_char_p),
    )


@dataclass(frozen=True)
class Espeak:
    """A library that is loaded and initialised; get it from `espeak()`.

    Attributes:
        library: the ctypes handle.
        version: such as "1.52.0".
        voices: the codes of the languages it reads, lower case, and each one's voice file.
    """

    library: Any
    version: str
    voices: Mapping[str, str]

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages it reads, sorted."""
        return tuple(sorted(self.voices))

    def code(self, language: str) -> str:
        """Return the code of a language that eSpeak NG reads.

        Args:
            language: ISO 639-1 ("pl"), with a region where eSpeak NG has one ("en-gb", "es-419").

        Raises:
            UsageError: eSpeak NG does not read it. A code is never replaced by a similar one.
        """
        code = language.strip().lower().replace("_", "-")
        code = _ALIASES.get(code, code)
        if code in self.voices:
            return code
        close = difflib.get_close_matches(code, self.voices, n=4, cutoff=0.6)
        base = code.split("-")[0]
        if base in self.voices and base not in close:
            close.insert(0, base)
        raise UsageError(
            f"a language must be the code of one that eSpeak NG reads, not {language!r}",
            hint=f"such as {', '.join(dict.fromkeys([*close, *_USUAL]))}; {len(self.voices)} are known",
        )

    def ipa(self, clauses: Sequence[str], language: str) -> tuple[str, ...]:
        """Return each clause in IPA: phonemes joined with "_", words with spaces.

        Raises:
            UsageError: the language is unknown.
            UnavailableError: the voice's data cannot be read.
        """
        voice = self.voices[self.code(language)]
        with _ONE_AT_A_TIME:
            code = self.library.espeak_SetVoiceByName(voice.encode())
            if code != 0:
                raise UnavailableError(
                    f"eSpeak NG must load its voice {voice!r}, but answered with error {code}",
                    hint="its data files are incomplete; " + _INSTALL,
                )
            return tuple(self._clause(clause) for clause in clauses)

    def _clause(self, clause: str) -> str:
        text = ctypes.create_string_buffer(clause.encode("utf-8"))
        rest = ctypes.c_void_p(ctypes.addressof(text))
        pieces = []
        while rest.value:  # the library moves the pointer on by a clause, and to NULL at the end
            piece = self.library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA | _SEPARATED)
            pieces.append(piece.decode("utf-8"))
        return " ".join(pieces)


_ONE_AT_A_TIME = threading.RLock()


@functools.cache
def _load() -> Espeak:
    library_path, data_path = _find()
    try:
        library = ctypes.CDLL(library_path)
        library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
        library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
        library.espeak_TextToPhonemes.argtypes = [
            ctypes.POINTER(ctypes.c_void_p),
            ctypes.c_int,
            ctypes.c_int,
        ]
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        library.espeak_ListVoices.argtypes = [ctypes.c_void_p]
        library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        library.espeak_Info.argtypes = [ctypes.POINTER(ctypes.c_char_p)]
        library.espeak_Info.restype = ctypes.c_char_p
    except (OSError, AttributeError) as error:
        raise UnavailableError(
            f"eSpeak NG must load from {library_path}, but: {error}", hint=_INSTALL
        ) from error
    data = None if data_path is None else str(data_path).encode()
    rate = library.espeak_Initialize(_SYNCHRONOUS_RETRIEVAL, 0, data, _DO_NOT_EXIT)
    if rate <= 0:
        raise UnavailableError(
            f"eSpeak NG must find its data{f' in {data_path}' if data_path else ''}, but does not",
            hint=_INSTALL,
        )
    version = library.espeak_Info(ctypes.byref(ctypes.c_char_p())).decode().split()[0]
    return Espeak(library, version, _voices(library))


def espeak() -> Espeak:
    """Return the library, loaded once a process.

    Raises:
        UnavailableError: it is not on this machine; the hint says how to install it.
    """
    with _ONE_AT_A_TIME:
        return _load()


def _find() -> tuple[str, Path | None]:
    try:
        import espeakng_loader
    except ImportError:
        pass
    else:
        library, data = Path(espeakng_loader.get_library_path()), Path(espeakng_loader.get_data_path())
        if library.is_file() and data.is_dir():  # checked here: the library reports its absence on stderr
            return str(library), data
    system = ctypes.util.find_library("espeak-ng")
    if system is None:
        raise UnavailableError(
            "eSpeak NG must be here to turn words into phonemes, but is not", hint=_INSTALL
        )
    return system, None


def _voices(library: Any) -> dict[str, str]:
    voices = library.espeak_ListVoices(None)
    best: dict[str, tuple[int, str]] = {}
    index = 0
    while voices[index]:
        voice = voices[index].contents
        address = voice.languages
        while entry := ctypes.string_at(address):
            priority, code = entry[0], entry[1:].decode().lower()
            candidate = (priority, voice.identifier.decode())  # two voices may read one language
            best[code] = min(best.get(code, candidate), candidate)
            address += len(entry) + 1
        index += 1
    return {code: identifier for code, (_, identifier) in best.items()}
