"""What tags and names say of a recording."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from muze_dataset.extractors.tags import Tags
from muze_dataset.hearing.words.file_names import Named, artist_and_title, named, without_number
from muze_dataset.hearing.words.tag_texts import genre_in, joined, telling, year_in
from muzecli.audio.types import AudioInfo
from muzecli.audio.types import Tags as FileTags
from muzecli.listening.heard import Finding, Heard

KNOWN = ("hip_hop", "rnb", "drum_and_bass", "lo_fi", "rock", "pop", "jazz")


def found(path: str = "x.flac", **tags: str | tuple[str, ...]) -> dict[str, Finding]:
    fields = {name: (value,) if isinstance(value, str) else value for name, value in tags.items()}
    info = AudioInfo(44100, 2, 44100, "flac", "PCM_16", FileTags(fields))
    return dict(Tags().extract(Heard(path=Path("/music") / path, root=Path("/music"), info=info)))


@pytest.mark.parametrize(
    "text", ["", "  ", "Unknown Artist", "<unknown>", "Various Artists", "n/a", "???", "Unknown artist 3"]
)
def test_artists_that_name_nobody(text: str) -> None:
    assert telling(text, "artist") is None


@pytest.mark.parametrize(
    "text", ["Track 01", "track01", "Titel 5", "Untitled", "AudioTrack 07", "Piste 3", "\ufeff"]
)
def test_titles_that_name_nothing(text: str) -> None:
    assert telling(text, "title") is None


@pytest.mark.parametrize("text", ["311", "The Unknown", "Va Bene", "Tracks of My Tears", "Various Positions"])
def test_names_that_only_look_like_it(text: str) -> None:
    assert telling(text, "title") == text


def test_texts_are_composed_and_on_one_line() -> None:
    assert telling(unicodedata.normalize("NFD", " Zażółć\u200b\n gęślą "), "title") == "Zażółć gęślą"
    assert joined(("A", " B ", "A", "unknown"), "artist") == "A, B"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1999-05-01", 1999), ("℗ 1999 Label", 1999), ("19990501", 1999), ("2011-07-19T10:00", 2011), ("99", None),
        ("", None), (None, None), ("12345678", None), ("01.05.1987", 1987), ("0", None), ("2468", None),
    ],
)  # fmt: skip
def test_years(text: str | None, year: int | None) -> None:
    assert year_in(text) == year


@pytest.mark.parametrize(
    ("texts", "genre"),
    [
        (("Hip-Hop",), "hip_hop"), (("R&B",), "rnb"), (("Drum 'n' Bass",), "drum_and_bass"), (("LO FI",), "lo_fi"),
        (("(17)",), "rock"), (("17",), "rock"), (("(17)Krautrock",), "rock"), (("Jazz; Fusion",), "jazz"),
        (("Shoegaze / Pop",), "pop"), ((" Shoegaze ",), "Shoegaze"), (("Other",), None), (("(255)",), None), ((), None),
        (("80s",), "80s"), (("2 Step",), "2 Step"), (("Vaporwave", "Rock"), "rock"), (("(RX)",), "Remix"),
    ],
)  # fmt: skip
def test_genres(texts: tuple[str, ...], genre: str | None) -> None:
    assert genre_in(texts, KNOWN) == genre


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Ann/Blue/01 - Sea", Named("Ann", "Sea", "Blue")),
        ("Ann/1999 - Blue/CD2/2-07 Sea", Named("Ann", "Sea", "Blue", 1999)),
        ("Ann/Blue (2004 Remaster)/10 Sea", Named("Ann", "Sea", "Blue", 2004)),
        ("Some Genre/Ann/Ann - Blue [1987]/03. Sea (feat. B)", Named("Ann", "Sea (feat. B)", "Blue", 1987)),
        ("Ann/Sea", Named("Ann", "Sea")),
        ("Ann - Sea", Named("Ann", "Sea")),
        ("the_band_-_a_song", Named("the band", "a song")),
        ("Ann - Blue - 01 - Sea", Named("Ann", "Sea", "Blue")),
        ("Ann - 01 - Sea", Named("Ann", "Sea")),
        ("Ann/Blue/Ann - Sea", Named("Ann", "Sea", "Blue")),
        ("Ann/Blue/Part One - The Sea", Named("Ann", "Part One - The Sea", "Blue")),
        ("99 Luftballons", Named(None, "99 Luftballons")),
        ("01 Sea", Named(None, "Sea")),
        ("7", Named(None, "7")),
        ("audio/000017", Named(None, "000017")),
        ("Unknown Artist/Unknown Album/Track 03", Named()),
        ("song-with-hyphens", Named(None, "song-with-hyphens")),
    ],
)  # fmt: skip
def test_names(path: str, expected: Named) -> None:
    assert named(path.split("/")) == expected


def test_numbers_go_only_where_they_are_numbers() -> None:
    assert without_number("10 Years", in_album=False) == "10 Years"
    assert without_number("10 Years", in_album=True) == "Years"
    assert without_number("03", in_album=True) == "03"


def test_a_title_may_name_the_artist_too() -> None:
    assert artist_and_title("Joshua Morin - On The Run") == ("Joshua Morin", "On The Run")
    assert artist_and_title("One - Two - Three") is None
    fields = found(title="Joshua Morin - On The Run")
    assert fields["artist"].value == "Joshua Morin" and "names both" in str(fields["artist"].fallback)


def test_tags_come_before_names_and_names_are_marked() -> None:
    fields = found("Someone/Record/01 - Song.flac", artist="Somebody", genre="Rock", date="2001-02-03")
    assert (fields["artist"].value, fields["artist"].method, fields["artist"].fallback) == (
        "Somebody",
        "tag artist",
        None,
    )
    assert (fields["title"].value, fields["album"].value) == ("Song", "Record")
    assert fields["title"].fallback == "no tag of the title"
    assert (fields["genre"].value, fields["year"].value) == ("rock", 2001)


def test_the_first_release_counts() -> None:
    assert found(date="2015", originaldate="1971-01-01")["year"].value == 1971


def test_nothing_known_is_said_with_its_reason() -> None:
    fields = Tags().extract(Heard())
    assert all(one.value is None and one.reason for one in fields.values())
    assert set(fields) == set(Tags.gives)
    assert "no tag" in str(fields["genre"].reason)


def test_folders_above_the_searched_one_say_nothing() -> None:
    heard = Heard(path=Path("/home/me/Beatles/x.wav"), root=Path("/home/me/Beatles"))
    assert Tags().extract(heard)["artist"].value is None


@pytest.mark.parametrize(
    ("text", "confidence"), [("Rock", None), ("Trip-Hop", None), ("(17)", None), ("zzz my favourites", 0.3)]
)
def test_a_genre_that_nobody_knows_is_in_doubt(text: str, confidence: float | None) -> None:
    genre = found(genre=text)["genre"]
    assert genre.value is not None
    assert genre.confidence == confidence
