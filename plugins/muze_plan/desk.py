"""One request on the desk: field after field is settled, and who decided it is noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from muze_plan.choice import choose, generator
from muze_plan.fitting import fit
from muze_plan.genres import Genre
from muze_plan.genres import genre as genre_named
from muze_plan.genres import genres as all_genres
from muze_plan.lineup import lineup
from muze_plan.lyrics import distribute, parse_lyrics
from muze_plan.planning import Choice, genre_for
from muze_plan.templates import template as template_named
from muze_plan.variations import varied
from muzecli.song.instruments import instruments
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import PlanRequest, Section

if TYPE_CHECKING:
    from muze_plan.reading import Reading

AUTO = "auto"
"""The template that stands for the planner model."""

_NARROWING = ("genre", "time_signature", "template", "era")
"""Fields whose words may name a kind of a genre: a jig is a metre, and a kind of folk."""

_SIZES = {"duo": 2, "duet": 2, "trio": 3, "quartet": 4, "quintet": 5, "sextet": 6, "septet": 7, "octet": 8}
_ENSEMBLE = re.compile(rf"\b({'|'.join(_SIZES)})s?\b")

T = TypeVar("T")
Lettered = tuple[Section, str | None]
"""A section, and the letter by which it shares its chords."""


class Desk:
    """Settles the fields of one plan.

    Args:
        request: what is asked for.
        reading: what the prompt says.

    Attributes:
        choices: what was decided beyond the words.
        remarks: what the user should know, for it may not be what was meant.
        notes: what the user may want to know.
        template: name of the form, once it is settled.
    """

    def __init__(self, request: PlanRequest, reading: Reading) -> None:
        self.request = request
        self.reading = reading
        self.choices: list[Choice] = []
        self.remarks: list[str] = []
        self.notes: list[str] = []
        self.template: str | None = None
        for word in reading.unknown:
            self.remarks.append(f"'{word}' means nothing to muze")

    def note(self, field: str, value: object, why: str) -> None:
        """Note who decided a field."""
        if isinstance(value, bool):
            value = "yes" if value else "no"
        self.choices.append(Choice(field, f"{value:.3g}" if isinstance(value, float) else str(value), why))

    def settled(
        self, field: str, asked: T | None, said: T | None, otherwise: Callable[[], tuple[T, str]]
    ) -> T:
        """Return what is asked, else what the words say, else what `otherwise` finds.

        The words' own account is in the reading; the others are noted here.
        """
        if asked is not None:
            self.note(field, asked, "asked for")
            return asked
        if said is not None:
            return said
        value, why = otherwise()
        self.note(field, value, why)
        return value

    def genre(self) -> Genre:
        """Settle the genre; one that the words do not name is guessed from the rest, with a note."""

        def guessed() -> tuple[str, str]:
            name, why = genre_for(self.reading, all_genres())
            self.notes.append(f"genre {name}: {why}")
            return name, why

        asked = self.request.genre
        found = genre_named(self.settled("genre", asked, self.reading.genre, guessed))
        words = [account.words for account in self.reading.accounts if account.field in _NARROWING]
        narrowed, kind = found.of_kind([*words, *([asked] if asked else [])])
        if kind is not None:
            self.note("kind", kind, "narrows tempo, metre, mode or form")
        return narrowed

    def has_vocals(self, genre: Genre) -> bool:
        """Settle whether somebody sings."""
        request, reading = self.request, self.reading
        names = (*request.instruments, *reading.instruments)
        singer = next((name for name in names if instruments()[name].is_voice), None)
        asked = True if request.has_vocals is None and request.lyrics else request.has_vocals
        if asked and request.has_vocals is None:
            if reading.has_vocals is False:
                self.remarks.append("the prompt wants no singing, and there are lyrics: they are sung")
            self.note("has_vocals", "yes", "there are lyrics")
            return True
        said = True if singer is not None and reading.has_vocals is None else reading.has_vocals

        def drawn() -> tuple[bool, str]:
            if self.closed:
                return False, "the words name all who play"
            sings = generator(request.seed, "has_vocals").random() < genre.has_vocals
            return sings, "by chance, as often as in the genre"

        return self.settled("has_vocals", asked, said, drawn)

    @property
    def closed(self) -> bool:
        """Whether the words name a whole ensemble, which nobody joins: a string quartet, a duo of flute and harp."""
        if any(
            account.field == "instruments" and _ENSEMBLE.search(account.words.lower())
            for account in self.reading.accounts
        ):
            return True
        sizes = [_SIZES[word] for word in _ENSEMBLE.findall(self.request.prompt.lower())]
        return bool(sizes) and len(self.reading.instruments) >= min(sizes)

    def players(self, genre: Genre, has_vocals: bool) -> tuple[str, ...]:
        """Settle who plays."""
        request, reading = self.request, self.reading
        barred = set(request.without)
        wanted = [*request.instruments, *(name for name in reading.instruments if name not in barred)]
        banned = [*request.without, *(name for name in reading.without if name not in request.instruments)]
        names = lineup(
            genre, wanted=wanted, without=banned, has_vocals=has_vocals, closed=self.closed, seed=request.seed
        )
        self.note("instruments", ", ".join(names), "wanted ones, and the genre's by chance")
        return names

    def form(
        self,
        genre: Genre,
        bars: int,
        *,
        tempo_bpm: float,
        metre: TimeSignature,
        energy: float,
        has_vocals: bool,
    ) -> tuple[Lettered, ...]:
        """Settle the sections, with the energies of the form, not yet those of the song."""
        wanted, seed = self.request.template, self.request.seed
        if wanted is not None and (wanted == AUTO or wanted.startswith(f"{AUTO}:")):
            from muze_plan.model.sampling import PLANNER, sample_sections

            self.template = AUTO
            own = wanted.removeprefix(AUTO).removeprefix(":")
            self.note("template", AUTO, "asked for; the planner model has drawn the sections")
            drawn = sample_sections(
                genre=genre.name,
                tempo_bpm=tempo_bpm,
                time_signature=metre,
                bars=bars,
                energy=energy,
                has_vocals=has_vocals,
                seed=seed,
                model=own or PLANNER.name,
            )
            return tuple((section, None) for section in drawn)
        chosen = self.reading.template if wanted is None else wanted
        if chosen is not None:
            form = template_named(chosen)
            if wanted:
                self.note("template", form.name, "asked for")
        else:
            name = choose(generator(seed, "template"), genre.templates)
            form = varied(template_named(name), genre.variations, bars=bars, seed=seed)
            why = "one of the genre's, by chance"
            self.note("template", name, why if form == template_named(name) else f"{why}, with variations")
        self.template = form.name
        return tuple(
            (
                Section(f.section.type, f.bars, f.section.energy, f.section.has_vocals),
                f.section.letter,
            )
            for f in fit(form, bars)
        )

    def sung(self, sections: Sequence[Section]) -> tuple[Section, ...]:
        """Lay the lyrics over the sections."""
        if not self.request.lyrics:
            return tuple(sections)
        setting = distribute(parse_lyrics(self.request.lyrics), sections)
        if setting.left:
            lines = "1 line" if setting.left == 1 else f"{setting.left} lines"
            self.remarks.append(
                f"{lines} of the lyrics found no place; a longer --duration has more sections"
            )
        return tuple(replace(s, lyrics=text) for s, text in zip(sections, setting.texts, strict=True))

    def language(self) -> str | None:
        """Settle the language of the lyrics; None where nothing is sung in words."""
        if self.request.language or not self.request.lyrics:
            return self.request.language or self.reading.language
        language = self.reading.language or "en"
        if not self.reading.language:
            self.note("language", language, "the default")
        return language
