"""The written lexicon: what the words of sound mean as equaliser curves and effect settings.

`presets/lexicon/*.yaml` holds some hundreds of descriptors. Each gives the change, in dB at ten octave centres, that
a listener would draw for the word, and the effects that belong to it. Antonyms are stored once: an entry with
`opposite_of` has the exact mirror image of the other's curve, as listeners hear it.

Loading indexes the words and nothing else; a descriptor is parsed and checked when a word of it is found, all of
them by `Lexicon.validate`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from muze_fx.words import inflect
from muze_fx.words.lexicon_entries import (
    BANDS_HZ,
    KINDS,
    MAX_GAIN_DB,
    SCHEMA,
    Descriptor,
    Entry,
    cut_file,
    entry_error,
    parse_entry,
    parse_yaml,
)
from muzecli.errors import ConfigError
from muzecli.resources import presets_dir

__all__ = ["BANDS_HZ", "KINDS", "MAX_GAIN_DB", "SCHEMA", "Descriptor", "Lexicon", "Match"]


@dataclass(frozen=True, slots=True)
class Match:
    """A word of a prompt, found.

    Attributes:
        descriptor: what it means.
        form: the stored form it was found by, normalised ("warm" for "Warmer").
        sign: -1 where the word negates it ("un-muddy", "bassless"), else 1.
    """

    descriptor: Descriptor
    form: str
    sign: int = 1


class Lexicon:
    """All descriptors and the words that find them.

    Args:
        entries: the unparsed entries of all files.

    Raises:
        ConfigError: a form belongs to two descriptors, or an entry comes twice.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, Entry] = {}
        self._parsed: dict[str, Descriptor] = {}
        self._found: dict[str, Match | None] = {}
        self._owners: dict[str, str] = {}
        phrases: set[str] = set()
        for entry in entries:
            if entry.name in self._entries:
                other = self._entries[entry.name].path.name
                raise entry_error(entry.path, entry.name, f"must be written once, {other} has it too")
            self._entries[entry.name] = entry
            for word in entry.words:
                form = inflect.normalise(word)
                self._claim(form, entry)
                if " " in form:
                    phrases.add(form)
                    self._claim(form.replace(" ", ""), entry)  # "lo-fi" is also written "lofi"
        #: Forms of several words, most words first, hyphens as spaces: for a tokenizer that takes the longest.
        self.phrases: tuple[str, ...] = tuple(sorted(phrases, key=lambda form: (-form.count(" "), form)))
        #: How many words the longest phrase has.
        self.max_words: int = self.phrases[0].count(" ") + 1 if self.phrases else 1

    @classmethod
    def load(cls, folder: Path | None = None) -> Lexicon:
        """Index every `*.yaml` of `folder`, by default of the lexicon that ships with muze.

        Raises:
            ConfigError: there is no file, a file is no lexicon, or a word is written twice.
        """
        folder = presets_dir() / "lexicon" if folder is None else folder
        paths = sorted(folder.glob("*.yaml"))
        if not paths:
            raise ConfigError(f"a lexicon must hold YAML files, {folder} has none", hint="reinstall muze")
        return cls(entry for path in paths for entry in cut_file(path))

    @property
    def names(self) -> tuple[str, ...]:
        """Canonical names, file by file in the order they are written."""
        return tuple(self._entries)

    @property
    def forms(self) -> Mapping[str, str]:
        """Every stored form, normalised, with the canonical name it belongs to."""
        return MappingProxyType(self._owners)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Descriptor]:
        return (self[name] for name in self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __getitem__(self, name: str) -> Descriptor:
        """Return the descriptor with that canonical name; `find` is what knows synonyms.

        Raises:
            KeyError: there is none.
            ConfigError: its entry is wrong.
        """
        if name not in self._parsed:
            entry, base = self._entries[name], None
            if entry.opposite_of is not None:
                if entry.opposite_of not in self._entries:
                    problem = f"must name a descriptor, {entry.opposite_of!r} is none"
                    raise entry_error(entry.path, name, problem, "opposite_of")
                if (further := self._entries[entry.opposite_of].opposite_of) is not None:
                    problem = f"{entry.opposite_of!r} is itself the opposite of {further!r}"
                    raise entry_error(entry.path, name, problem, "opposite_of")
                base = self[entry.opposite_of]
            self._parsed[name] = parse_entry(entry, base)
        return self._parsed[name]

    def find(self, text: str) -> Match | None:
        """Find what a word or phrase means: stored forms first, then decades, spellings, inflections, negations.

        Args:
            text: one term as typed, in any case, hyphenated or not.

        Returns:
            the match, or None where the lexicon does not know the term.

        >>> Lexicon.load().find("punchiest").descriptor.name
        'punchy'
        """
        key = inflect.normalise(text)
        if not key:
            return None
        if " " in key and " " not in text.strip():
            # "under-water" is "underwater", but "a live" must never be "alive".
            return self._match(key) or self._match(key.replace(" ", ""))
        return self._match(key)

    def antonyms(self, name: str) -> tuple[str, ...]:
        """Return the names whose curve mirrors that of `name`, in either direction.

        Raises:
            KeyError: no descriptor has that canonical name.
        """
        base = self._entries[name].opposite_of
        if base is not None:
            return (base,)
        return tuple(other for other, entry in self._entries.items() if entry.opposite_of == name)

    def validate(self, effect_parameters: Mapping[str, Collection[str]] | None = None) -> None:
        """Parse and check every entry, and that cutting the files lost nothing of them.

        Args:
            effect_parameters: parameter names of each effect of the engine; None leaves effects' names unchecked.

        Raises:
            ConfigError: names the file, the word and the field.
        """
        for path in sorted({entry.path for entry in self._entries.values()}):
            written = parse_yaml(path, path.read_text(encoding="utf-8"))["descriptors"]
            cut = {name for name, entry in self._entries.items() if entry.path == path}
            if lost := sorted(set(map(str, written)) ^ cut):
                raise entry_error(path, lost[0], "must start its line, indented by two spaces")
        for name, entry in self._entries.items():
            descriptor = self[name]
            if entry.words != (name, *descriptor.synonyms):
                raise entry_error(entry.path, name, "must be one list in brackets", "synonyms")
            if effect_parameters is not None:
                _check_effects(entry, descriptor, effect_parameters)

    def _claim(self, form: str, entry: Entry) -> None:
        owner = self._owners.setdefault(form, entry.name)
        if owner != entry.name:
            raise ConfigError(
                f"a word must belong to one descriptor, but {form!r} is in {owner!r} "
                f"({self._entries[owner].path.name}) and in {entry.name!r} ({entry.path.name})",
                hint="take it out of the synonyms of one of them",
                details={"word": form, "descriptors": [owner, entry.name]},
            )

    def _match(self, key: str) -> Match | None:
        if key not in self._found:
            self._found[key] = self._look_up(key)
        return self._found[key]

    def _look_up(self, key: str) -> Match | None:
        form, sign = self._form(key), 1
        if form is None and (decade := inflect.decade(key)) is not None:
            form = self._form(decade)
        if form is None:
            rests = (self._form(rest) for rest in inflect.negated(key))
            negatable = (
                rest for rest in rests if rest is not None and self._kind(rest) in inflect.VERB_KINDS
            )
            form, sign = next(negatable, None), -1
        return None if form is None else Match(self[self._owners[form]], form, sign)

    def _form(self, key: str) -> str | None:
        """Return the stored form that `key` is, spells differently or inflects."""
        for same in (key, *inflect.spellings(key)):
            if same in self._owners:
                return same
        for base, kinds in inflect.bases(key):
            for form in (base, *inflect.spellings(base)):
                if form in self._owners and (kinds is None or self._kind(form) in kinds):
                    return form
        return None

    def _kind(self, form: str) -> str:
        return self._entries[self._owners[form]].kind


def _check_effects(entry: Entry, descriptor: Descriptor, parameters: Mapping[str, Collection[str]]) -> None:
    for effect, settings in descriptor.effects.items():
        if effect not in parameters:
            raise entry_error(entry.path, entry.name, f"the engine has no effect {effect!r}", "effects")
        if unknown := sorted(set(settings) - set(parameters[effect])):
            raise entry_error(entry.path, entry.name, f"{effect} has no parameter {unknown[0]!r}", "effects")
