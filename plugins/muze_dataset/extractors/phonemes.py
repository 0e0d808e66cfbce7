"""The phonemes of the lyrics, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muzecli.listening.heard import Finding, Heard, absent

_MOST_NAMED = 3


class Phonemes:
    """Reads the lyrics aloud, on paper."""

    name = "phonemes"
    version = "1"
    needs = ("lyrics", "language")
    uses = ()
    gives = ("phonemes_ipa",)
    cost_per_second = 0.0005

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return which readers are there."""
        from muze_dataset.hearing.words.pronounced import readers

        return readers()

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the phonemes, by the symbols that muze's singer and planner use."""
        from muze_dataset.hearing.words.pronounced import pronounce
        from muzecli.errors import MuzeError

        lyrics, language = heard.value("lyrics"), heard.value("language")
        if lyrics is None or language is None:
            missing = "lyrics" if lyrics is None else "language"
            return {"phonemes_ipa": absent(f"no {missing}: {heard.reason(missing)}")}
        try:
            read = pronounce(lyrics, language)
        except MuzeError as error:
            return {"phonemes_ipa": absent(error.line)}
        if not read.phonemes:
            return {"phonemes_ipa": absent(f"none of the words can be read as '{language}'")}
        fallback = read.fallback
        if read.unread:
            named = ", ".join(read.unread[:_MOST_NAMED])
            left_out = f"{len(read.unread)} words that cannot be read are left out: {named}"
            fallback = f"{fallback}; {left_out}" if fallback else left_out
        return {"phonemes_ipa": Finding(list(read.phonemes), read.method, fallback=fallback)}
