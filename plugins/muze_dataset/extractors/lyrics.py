"""Lyrics, their language and their times: written beside the file or in its tags, else recognised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from muze_dataset.hearing.words import recogniser
from muze_dataset.hearing.words.languages import detect_language, language_named, languages_sha256
from muze_dataset.hearing.words.sources import written_lyrics
from muze_dataset.hearing.words.timed import Lyrics as Words
from muze_dataset.hearing.words.timed import document, letters, within
from muzecli.listening.heard import Finding, Heard, absent

if TYPE_CHECKING:
    from muzecli.audio.types import Tags

_SURE = 0.8  # above it a text's language counts for more than what a tag declares: tags are often wrong
_FROM_TEXT = "common words"


class Lyrics:
    """Finds what is sung."""

    name = "lyrics"
    version = "1"
    needs = ("file", "sidecars", "audio")
    uses = ("has_vocals", "fact.voice_activity", "material.vocals", "title", "artist")
    gives = ("lyrics", "language", "fact.lyric_times")
    cost_per_second = 0.001

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the table of languages, which recogniser there is, and whether it hears whole songs.

        Raises:
            UnavailableError: a model was asked for by name, and it or faster-whisper is not there.
        """
        model = recogniser.find_model(options["whisper_model"])
        version = recogniser.installed()
        if options["whisper_model"] is not None and version is None:
            raise recogniser.missing()
        told = {"languages": languages_sha256()}
        if model is None or version is None:
            return told | {"whisper": None}
        whole = bool(options["whisper_full"])
        return told | {"whisper": model.identity, "version": version, "whole": whole}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the lyrics that are written down, else those that a recogniser understands."""
        from muzecli.audio.types import NO_TAGS
        from muzecli.listening.sidecars import sidecars_of

        tags = NO_TAGS if heard.info is None else heard.info.tags
        beside = () if heard.path is None else sidecars_of(heard.path)
        names = {name: heard.value(name) for name in ("title", "artist")}
        words, method, refused = written_lyrics(beside, tags, **names)
        if words is not None:
            return _findings(words, method, _language(words, tags), heard.duration_s)
        if heard.value("has_vocals") is False and not heard.options["whisper_full"]:
            return _nothing("nobody sings", refused)
        model, version = recogniser.find_model(heard.options["whisper_model"]), recogniser.installed()
        if version is None:
            return _nothing(
                f"no text beside the file or in its tags, and no recogniser: {recogniser.INSTALL}", refused
            )
        if model is None:
            return _nothing(
                f"no text beside the file or in its tags, and no model of Whisper: {recogniser.BRING}",
                refused,
            )
        return _recognised(heard, model, refused)


def _recognised(heard: Heard, model: recogniser.Model, refused: tuple[str, ...]) -> Mapping[str, Finding]:
    from muzecli.audio.resample import mixed_down

    vocals, whole = heard.value("material.vocals"), bool(heard.options["whisper_full"])
    samples = heard.audio if vocals is None else vocals
    spans = None if whole else heard.value("fact.voice_activity")
    if spans == []:
        return _nothing("no part is sung", refused)
    words = recogniser.recognise(
        mixed_down(samples, heard.rate_hz, recogniser.RATE_HZ),
        model,
        device=str(heard.options["device"]),
        spans=None if spans is None else [(start_s, end_s) for start_s, end_s in spans],
    )
    if words is None:
        return _nothing(f"Whisper {model.name} understands nothing", refused)
    language = Finding(words.language, f"Whisper {model.name}", confidence=words.confidence)
    return _findings(words, f"Whisper {model.name}", language, heard.duration_s)


def _findings(words: Words, method: str, language: Finding, duration_s: float) -> dict[str, Finding]:
    items = within(words.items, duration_s)
    if words.level is None or not items:
        reason = (
            f"the {method} has no times" if words.level is None else "its times lie outside the recording"
        )
        times = absent(reason)
    elif letters("".join(item.text for item in items)) != letters(words.text):
        times = absent("its times are not in the order of its lines")
    else:
        times = Finding(document(words.level, items), method, confidence=words.confidence)
    return {
        "lyrics": Finding(words.text, method, confidence=words.confidence),
        "language": language,
        "fact.lyric_times": times,
    }


def _language(words: Words, tags: Tags) -> Finding:
    """Return the language: as the lyrics declare it, as their words tell, as the file's tags declare it."""
    if declared := language_named(words.language):
        return Finding(declared, "declared by the lyrics")
    tagged = language_named(tags.first("language"))
    told = detect_language(words.text)
    if told is not None and (tagged is None or told[0] == tagged or told[1] >= _SURE):
        return Finding(told[0], _FROM_TEXT, confidence=told[1])
    if tagged is not None:
        return Finding(tagged, "tag language")
    return absent("the lyrics are too short, or their words common to none of the languages that are known")


def _nothing(reason: str, refused: tuple[str, ...]) -> dict[str, Finding]:
    whole = "; ".join((reason, *refused))
    return {
        "lyrics": absent(whole),
        "language": absent("there are no lyrics"),
        "fact.lyric_times": absent("there are no lyrics"),
    }
