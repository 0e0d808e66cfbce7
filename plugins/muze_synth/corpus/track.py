"""One track of a corpus: planned, composed, played, mixed, annotated, written.

Everything follows from the corpus's settings and the track's index, so that it does not matter which process makes
it, or when. The annotation is written last: where it lies, the track is whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from muze_synth.corpus.settings import COMPOSER, PLANNER, Item
from muze_synth.corpus.splits import split_of
from muze_synth.corpus.truth import annotate
from muze_synth.corpus.wishes import draw
from muzecli.files import atomic_path, write_text
from muzecli.plugin import composers, planners
from muzecli.seeds import item_seed
from muzecli.song.documents import document_text, score_document, track_document
from muzecli.song.plan import Plan
from muzecli.song.score import Score

if TYPE_CHECKING:
    from muze_synth.play import Player, Samples
    from muze_synth.singer import Sung
    from muzecli.song.score import Part


def make_track(item: Item) -> None:
    """Make one track and write its files."""
    settings = item.settings
    request = draw(settings.wishes, item.index, settings.seed)
    plan = _tool(planners, PLANNER).plan(request)
    if settings.lyrics and plan.language is None and any(section.has_vocals for section in plan.sections):
        plan = _with_lyrics(plan)
    score: Score | None = None
    sung: Sung | None = None
    loudness_lufs: float | None = None
    stems: dict[str, str] = {}
    if settings.audio:
        score = _tool(composers, COMPOSER).compose(plan)
        sung, loudness_lufs, stems = _render(item, plan, score)
        write_text(item.score, document_text(score_document(score)), overwrite=True)
    track = annotate(
        plan,
        score,
        track_id=item.track_id,
        split=split_of(item.track_id, settings.seed),
        rate_hz=settings.rate_hz,
        audio_path=str(item.audio.relative_to(item.folder)),
        score_path=str(item.score.relative_to(item.folder)) if score else None,
        loudness_lufs=loudness_lufs,
        sung=sung,
        player=settings.player if score else "none",
        stems=stems,
    )
    write_text(item.annotation, _line(track_document(track)), overwrite=True)


def _render(item: Item, plan: Plan, score: Score) -> tuple[Sung | None, float, dict[str, str]]:
    """Play and mix a score and write the audio; return what was sung, the loudness and the stems' paths."""
    from muze_synth.mix import MixRecipe, mix
    from muze_synth.play import play
    from muzecli.audio.loudness import LoudnessMeter

    settings = item.settings
    singer = _Singer(plan)
    stems = play(score, rate_hz=settings.rate_hz, player=_player(item), singer=singer, tail_s=0.0)
    recipe = MixRecipe.seeded(item_seed(plan.seed, "mix"), plan.genre)
    mixed = mix(stems, score, rate_hz=settings.rate_hz, recipe=recipe, with_stems=settings.stems)
    _write_audio(item.audio, mixed.samples, settings.rate_hz)
    meter = LoudnessMeter(settings.rate_hz, mixed.samples.shape[0], true_peak=False)
    meter.add(mixed.samples)
    paths = _write_stems(item, mixed.stems) if settings.stems else {}
    return singer.lead, meter.integrated_lufs, paths


def _write_stems(item: Item, stems: Mapping[str, Samples]) -> dict[str, str]:
    """Write the stems, all by the same gain, so that they still add up; return their paths."""
    peak = max((float(abs(samples).max()) for samples in stems.values() if samples.size), default=0.0)
    paths: dict[str, str] = {}
    for name, samples in sorted(stems.items()):
        path = item.stems / f"{name}.flac"
        _write_audio(path, samples / peak if peak > 1.0 else samples, item.settings.rate_hz)
        paths[name] = str(path.relative_to(item.folder))
    return paths


class _Singer:
    """Sings the vocal parts of one song; keeps what the first of them, the lead, sang."""

    def __init__(self, plan: Plan) -> None:
        self.lead: Sung | None = None
        self._plan = plan

    def __call__(self, part: Part, score: Score, *, rate_hz: int) -> Sung:
        from muze_synth.singer import LOWEST_RATE_HZ, fitting_timbres, sing
        from muze_synth.singer.timbre import varied
        from muzecli.audio.resample import resample

        pitches = [note.pitch for note in part.notes] or [60]
        fitting = fitting_timbres(min(pitches), max(pitches), instrument=part.instrument)
        rng = Random(item_seed(self._plan.seed, f"voice/{part.name}"))
        voice = varied(rng.choice(fitting), rng)
        seed = item_seed(self._plan.seed, f"singing/{part.name}")
        language = self._plan.language or "en"
        sung_hz = rate_hz if rate_hz >= LOWEST_RATE_HZ else 2 * rate_hz
        sung = sing(part, score, rate_hz=sung_hz, voice=voice, language=language, seed=seed)
        if sung_hz != rate_hz:
            sung = replace(sung, samples=resample(sung.samples, sung_hz, rate_hz))
        if self.lead is None and part.notes:
            self.lead = sung
        return sung


def _with_lyrics(plan: Plan) -> Plan:
    """Return the plan with words for its singer."""
    from muze_synth.corpus.lyrics import write_lyrics

    lyrics = write_lyrics(plan, Random(item_seed(plan.seed, "lyrics")))
    sections = [
        replace(section, lyrics=lyrics.get(index, section.lyrics))
        for index, section in enumerate(plan.sections)
    ]
    return replace(plan.with_sections(sections), language="en")


def _write_audio(path: Path, samples: Samples, rate_hz: int) -> None:
    from muzecli.audio.writer import AudioWriter

    with (
        atomic_path(path, overwrite=True) as part,
        AudioWriter(
            part, rate_hz=rate_hz, channels=samples.shape[0], container="flac", subtype="PCM_16"
        ) as writer,
    ):
        writer.write(samples)


def _line(document: Any) -> str:
    """Return a document as one line of JSON."""
    from muzecli.files import dump_json

    return f"{dump_json(document)}\n"


@cache
def _tool(registry: Any, name: str) -> Any:
    """Return a registered planner or composer, made once a process."""
    return registry.get(name)


def _player(item: Item) -> Player:
    return _loaded_player(item.settings.player, item.settings.soundfont)


@cache
def _loaded_player(name: str, soundfont: Path | None) -> Player:
    """Return what plays, loaded once a process."""
    if name == "plain":
        from muze_synth.plain.player import PlainPlayer

        return PlainPlayer()
    from muze_synth.fluid import FluidPlayer
    from muze_synth.soundfont import find_soundfont

    return FluidPlayer(find_soundfont(soundfont))
