"""Everything a prompt's words may mean, indexed for one look-up a phrase.

Words come from three places: `presets/words` (moods, tempo, voices, styles …), the `words` of `presets/genres`, and
the instrument table. Nothing is parsed that a look-up does not need: of a genre's file only its words are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from muze_plan.reading.entries import Entry, read_entries
from muze_plan.reading.inflect import bases
from muze_plan.reading.text import normal_form
from muzecli.config import parse_yaml, read_mapping
from muzecli.presets import all_presets

#: What a form can be at once, each kind found for itself: "piano ballad" is an instrument and a genre.
GENRE, INSTRUMENT, WORD = "genre", "instrument", "word"
_LANES = {"instrument": INSTRUMENT, "voice": INSTRUMENT, "table": INSTRUMENT, "genre": GENRE, "hint": GENRE}

_GENRE_WORDS = re.compile(r"^words:(.*?)(?=^[a-z_]+:|\Z)", re.M | re.S)
LESS = "less"
_JOINED_FROM = 5  # letters from which "lo-fi" and "synth wave" are also written as one word


def lane_of(kind: str) -> str:
    """Return the lane in which entries of a kind are found."""
    return _LANES.get(kind, WORD)


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a form.

    Attributes:
        entry: what it means.
        form: the form as the lexicon stores it, normalised.
        how: "" where it was written so, else what was done to find it: "inflection", or `LESS`
            where the word refuses what it names ("drumless").
    """

    entry: Entry
    form: str
    how: str = ""


class Lexicon:
    """All forms and what they mean.

    Args:
        entries: in order of precedence: a form that a lane has already keeps its first meaning there.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._forms: dict[str, dict[str, Entry]] = {}
        self._joined: dict[str, str] = {}
        #: Names of languages → ISO 639-1.
        self.languages: dict[str, str] = {}
        phrases: list[str] = []
        for entry in entries:
            lane = lane_of(entry.kind)
            for word in entry.words:
                form = normal_form(word)
                lanes = self._forms.get(form)
                if lanes is None:
                    self._forms[form] = {lane: entry}
                    if " " in form:
                        phrases.append(form)
                elif lane not in lanes:
                    lanes[lane] = entry
            if entry.kind == "language":
                self.languages |= {normal_form(word): entry.name for word in entry.words}
        parts = {form for form in self._forms if " " not in form}
        for form in phrases:
            pieces = form.split(" ")
            parts.update(pieces)
            self._joined.setdefault("".join(pieces), form)
        #: How many words the longest phrase has.
        self.max_words = 1 + max((form.count(" ") for form in phrases), default=0)
        #: Every single word of every form.
        self.vocabulary: frozenset[str] = frozenset(parts)

    def look_up(self, words: tuple[str, ...]) -> Mapping[str, Sense]:
        """Return what consecutive words mean together, by lane; nothing where they mean nothing."""
        form = " ".join(words)
        if form in self._forms:
            return self._senses(form)
        joined = "".join(words)
        if len(joined) >= _JOINED_FROM:
            if joined in self._joined and (len(words) == 1 or words[0] in self.vocabulary):
                return self._senses(self._joined[joined])
            if len(words) == 2 and joined in self._forms:
                return self._senses(joined)
        if len(words) == 1:
            return self._inflected(words[0])
        if words[-1].endswith("s"):  # a plural at the end of a phrase
            senses = self._senses(form[:-1])
            return {lane: sense for lane, sense in senses.items() if lane == INSTRUMENT}
        return {}

    def _senses(self, form: str, how: str = "") -> dict[str, Sense]:
        return {lane: Sense(entry, form, how) for lane, entry in self._forms.get(form, {}).items()}

    def knows(self, word: str) -> bool:
        """Whether one word means something, or is a part of a phrase that does."""
        return word in self.vocabulary or bool(self.look_up((word,)))

    def forms(self) -> Iterator[tuple[str, str, Entry]]:
        """Yield every form with its lane and what it means there."""
        for form, lanes in self._forms.items():
            for lane, entry in lanes.items():
                yield form, lane, entry

    def _inflected(self, word: str) -> Mapping[str, Sense]:
        if word.endswith("less"):  # "drumless", "beatless"
            for base in (word[:-4], word[:-4] + "s"):
                entry = self._forms.get(base, {}).get(INSTRUMENT)
                if entry is not None and entry.excluded:
                    return {INSTRUMENT: Sense(entry, base, LESS)}
        for base, kinds in bases(word):
            found = self._senses(base if base in self._forms else self._joined.get(base, base), "inflection")
            found = {lane: sense for lane, sense in found.items() if sense.entry.kind in kinds}
            if found:
                return found
        return {}


def load_lexicon() -> Lexicon:
    """Return the lexicon of the presets that are here; read once, again when a file changed.

    Raises:
        ConfigError: a file is wrong.
    """
    files = [*all_presets("words"), *all_presets("genres"), *all_presets("instruments")]
    return _load(tuple((preset.kind, preset.path, preset.path.stat().st_mtime_ns) for preset in files))


@lru_cache(maxsize=4)
def _load(files: tuple[tuple[str, Path, int], ...]) -> Lexicon:
    entries = [entry for kind, path, _ in files if kind == "words" for entry in read_entries(path)]
    genres = [path for kind, path, _ in files if kind == "genres"]
    return Lexicon([*entries, *genre_entries(genres), *_instrument_entries()])


def genre_entries(paths: Iterable[Path]) -> Iterator[Entry]:
    """Yield an entry for each genre's file: its name and its words."""
    cut: dict[Path, str] = {}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        words = _GENRE_WORDS.search(text)
        if words is None or path.suffix == ".json":
            document = read_mapping(path, what="genre")
            yield _genre_entry(path, document.get("words"))
        else:
            cut[path] = words[1]
    # One call for all of them: starting a parser costs as much as a dozen of words.
    listed = "".join(f"? {number}\n:{words}\n" for number, words in enumerate(cut.values()))
    parsed = parse_yaml(listed, name="presets/genres", what="list of a genre's words") or {}
    for number, path in enumerate(cut):
        yield _genre_entry(path, parsed[number])


def _genre_entry(path: Path, words: object) -> Entry:
    listed = tuple(map(str, words)) if isinstance(words, list) else ()
    name = path.stem.replace("_", " ")
    return Entry(path.stem, "genre", (name, *listed), genre=path.stem)


def _instrument_entries() -> Iterator[Entry]:
    from muzecli.song.instruments import groups, instruments

    for instrument in instruments().values():
        titles = (instrument.title, instrument.title + "s")
        yield Entry(instrument.name, "table", (*titles, *instrument.words), instruments=(instrument.name,))
    for group in groups().values():
        yield Entry(
            group.name, "table", group.words, instruments=group.instruments[:1], unwanted=group.instruments
        )
