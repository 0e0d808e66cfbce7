"""All that rules find in a prompt: figures, keys, metres, decades, languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from muze_plan.reading.durations import find_durations
from muze_plan.reading.eras import find_eras
from muze_plan.reading.found import Found, Taken
from muze_plan.reading.keys import find_keys
from muze_plan.reading.levels import find_energy, find_languages
from muze_plan.reading.metres import find_metres
from muze_plan.reading.notes import Notes
from muze_plan.reading.reading import Reading, tempo_class
from muze_plan.reading.tempo import find_bare_tempos, find_tempos
from muze_plan.reading.text import Text


class Figures:
    """What was found, and the characters it stands on.

    Args:
        text: the prompt.
        languages: names in lower case → ISO 639-1.

    Attributes:
        taken: the characters that no word may be read from any more.
    """

    def __init__(self, text: Text, languages: Mapping[str, str]) -> None:
        self._text = text
        self._found: list[Found] = []
        self.taken = Taken()
        # "90s" is looked at as a decade first, "3:30" as a length before "3" could be a metre.
        self._take(find_eras(text))
        self._take(find_durations(text))
        self._take(find_tempos(text))
        self._take(find_energy(text))
        self._take(find_metres(text))
        self._take(find_keys(text))
        self._take(find_languages(text, languages))

    def _take(self, found: Iterator[Found]) -> None:
        self._found += self.taken.take(found)

    def take_bare_tempo(self, is_music: Callable[[int, int], bool]) -> bool:
        """Take a number that can only be a tempo where none was found; return whether there was one.

        Args:
            is_music: as `find_bare_tempos` asks it.
        """
        if self.first("tempo_bpm") is not None:
            return False
        found = self.taken.take(list(find_bare_tempos(self._text, is_music))[:1])
        self._found += found
        return bool(found)

    def first(self, field: str) -> Found | None:
        """Return what was found for a field; of several the first in the prompt counts."""
        own = sorted((found for found in self._found if found.field == field), key=lambda f: f.start)
        return own[0] if own else None

    def reading(self, notes: Notes) -> Reading:
        """Return a reading with all that was found, noted."""
        values: dict[str, object] = {}
        for field in sorted({found.field for found in self._found} - {""}):
            found = self.first(field)
            assert found is not None
            values[field] = found.value
            notes.figure(found)
        reading = replace(Reading(self._text.prompt), **values)  # type: ignore[arg-type]
        tempo, language = self.first("tempo_bpm"), self.first("language")
        if tempo is not None and reading.tempo_bpm is not None:
            reading = replace(reading, tempo_class=tempo_class(reading.tempo_bpm))
            notes.figure(tempo, "tempo_class", reading.tempo_class, "what the figure is")
        if language is not None:
            reading = replace(reading, has_vocals=True)  # unless the words say otherwise
        return reading
