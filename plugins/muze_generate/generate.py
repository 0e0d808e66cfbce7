"""`muze generate`, one song: check, read, plan, play, write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from muze_generate.asking.checks import check_request
from muze_generate.asking.heard import Heard
from muze_generate.asking.request import WORDS, GenerateRequest
from muze_generate.asking.restoring import inherited, restored
from muze_generate.asking.sources import given_plan
from muze_generate.playing.judging import Panel, panel
from muze_generate.playing.player import Player, engine_named, player_of
from muze_generate.playing.takes import Take, takes
from muze_generate.song import Song, decide, heard_audio
from muze_generate.writing.documents import (
    PLAN_COLUMNS,
    SCHEMA,
    configuration_of,
    heading,
    plan_rows,
    row,
    sidecars,
)
from muze_generate.writing.files import Written, write_song
from muze_generate.writing.targets import Targets, targets_of
from muzecli.errors import UsageError
from muzecli.options import Run
from muzecli.plugin import composers, engines
from muzecli.scoring import AUTO
from muzecli.song.documents import plan_document
from muzecli.song.plan import Plan

COMPOSER = "theory"
"""Who writes the notes of `--midi` where nobody else is asked for; engines ask the same one."""


@dataclass(frozen=True)
class Prepared:
    """A song that can be rendered: everything is checked, read and planned.

    Attributes:
        run: the run, with the options that a sidecar gave.
        request: the same options.
        configuration: short hash of all that was asked for.
        song: what is played.
        player: who plays.
        targets: where it goes.
        panel: who ranks candidates; None where nobody does.
    """

    run: Run
    request: GenerateRequest
    configuration: str
    song: Song
    player: Player
    targets: Targets
    panel: Panel | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a song.

    Attributes:
        written: its audio files, the best first.
        engine: who played.
        warnings: what the user should know of them.
    """

    written: tuple[Written, ...]
    engine: str
    warnings: tuple[str, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return what `--json` says about its files."""
        return [row(item, self.engine) for item in self.written]


def generate(run: Run, request: GenerateRequest) -> None:
    """Do what `muze generate` was asked."""
    if request.batch is not None:
        from muze_generate.batch.running import generate_batch

        generate_batch(run, request)
        return
    if request.to_stdout and run.json:
        raise UsageError("-o - and --json both write to standard output", hint="give -o FILE")
    console = run.console
    prepared = prepare(run, request, say=console.warn)
    song, targets = prepared.song, prepared.targets
    for remark in song.remarks:
        console.warn(remark)
    for note in song.notes:
        console.notice(note)
    if song.drawn:
        console.notice(f"seed {song.seed}")
    if prepared.panel is not None:
        console.notice(_told(prepared.panel, request))
    if request.dry_run:
        _show(prepared)
        return
    with console.progress("generating", 100, unit="%") as bar:
        done = 0.0

        def on_progress(share: float) -> None:
            nonlocal done
            bar.advance(100 * share - done)
            done = 100 * share

        outcome = render(prepared, on_progress=on_progress)
    for warning in outcome.warnings:
        console.warn(warning)
    if prepared.panel is not None:
        console.notice(_chosen(outcome.written[0].take, request.candidates))
    for item in outcome.written:
        for path in (item.audio, *item.stems):
            if path is not None:
                console.result(str(path))
    if targets.midi is not None:
        (console.notice if request.to_stdout else console.result)(str(targets.midi))
    console.document(
        SCHEMA,
        {
            "outputs": outcome.rows(),
            "midi": None if targets.midi is None else str(targets.midi),
            "plan": plan_document(song.work.song),
            "remarks": [*song.remarks, *song.notes],
        },
    )


def prepare(run: Run, request: GenerateRequest, *, say: Callable[[str], None]) -> Prepared:
    """Check a request, read what it names, and plan.

    Args:
        run: options and where they came from.
        request: one song.
        say: told which engine plays where another was wanted.

    Raises:
        MuzeError: with the exit code of what is wrong.
    """
    asked = request
    check_request(request)
    given = given_plan(request.plan) if request.plan is not None else None
    if given is not None and given.repeats:
        run, request = restored(run, request, given)
        check_request(request)
    ranks = panel(request.scorer, request.rank_by, device=request.device) if request.candidates > 1 else None
    if request.candidates > 1 and ranks is None and request.to_stdout:
        raise UsageError(
            "several candidates go to several files, since no scorer is installed that could choose among them",
            hint="-o FILE, or --candidates 1",
        )
    targets = targets_of(request, keep_all=request.keep_candidates or ranks is None)
    heard = heard_audio(request)
    run, request = _as_before(run, request, heard)
    player = player_of(request, say=say)
    player.check()
    song = decide(request, given, heard, container=targets.container)
    if request.candidates > 1 and ranks is None:
        say("no scorer is installed that could rank the candidates; all are kept, in the order of making")
    ranks = None if ranks is None else _with_words(ranks, song, request, say)
    return Prepared(run, request, configuration_of(asked, song.seed), song, player, targets, ranks)


def render(prepared: Prepared, *, on_progress: Callable[[float], None]) -> Outcome:
    """Render, finish and write a song.

    Raises:
        MuzeError: the engine or a file fails; nothing is left then.
    """
    request, song, player = prepared.request, prepared.song, prepared.player
    midi = None
    if request.midi is not None:
        from muzecli.song.midi import midi_bytes

        midi = midi_bytes(composers.get(request.composer or COMPOSER).compose(song.work.song))
    with takes(
        song.work,
        player,
        seed=song.seed,
        number=request.candidates,
        prompt=song.prompt,
        panel=prepared.panel,
        on_progress=on_progress,
    ) as made:
        sidecar = sidecars(prepared.run, prepared.configuration, song, player, made, prepared.panel)
        written = write_song(
            made, prepared.targets, song.work.encoding, sidecar, midi=midi, overwrite=request.overwrite
        )
    warnings = [*song.strangers((*song.work.inputs, *written[0].take.weights))]
    if request.stems and not written[0].stems:
        warnings.append(f"the engine '{player.name}' gives no stems")
    for item in written:
        place = "standard output" if item.audio is None else str(item.audio)
        warnings += [f"{place}: {warning}" for warning in item.take.finished.warnings]
    return Outcome(tuple(written), player.name, tuple(warnings))


def _with_words(ranks: Panel, song: Song, request: GenerateRequest, say: Callable[[str], None]) -> Panel:
    """Return the panel that can rank a song; without words to hold takes against, the plan alone decides.

    Raises:
        UsageError: only the words were to decide, and there are none.
    """
    scorer = ranks.scorer
    if scorer is None:
        return ranks
    for fault in scorer.faults:
        say(f"left out: {fault}")
    if song.prompt:
        return ranks
    if ranks.judge is None or request.rank_by == WORDS:
        raise UsageError(
            f"'{scorer.name}' ranks candidates by the prompt, and the plan has none",
            hint="give --prompt with the plan",
        )
    say("there is no prompt to hold takes against; they are ranked by the plan alone")
    return replace(ranks, scorer=None)


def _told(ranks: Panel, request: GenerateRequest) -> str:
    """Return by whom takes are ranked, in a sentence."""
    by = []
    if ranks.scorer is not None:
        by.append(f"the words ({ranks.scorer.reason})" if request.scorer == AUTO else "the words")
    if ranks.judge is not None:
        by.append("the plan")
    return f"takes are ranked by {' and '.join(by)}"


def _chosen(best: Take, count: int) -> str:
    """Return which take was chosen and why, in a sentence."""
    told = (("words", best.marks.score), ("plan", best.adherence))
    figures = ", ".join(f"{name} {figure:.3f}" for name, figure in told if figure is not None)
    return f"take {best.number} of {count} comes first" + (f": {figures}" if figures else "")


def _as_before(run: Run, request: GenerateRequest, heard: Heard | None) -> tuple[Run, GenerateRequest]:
    """Let a song be gone on with by the engine that made it, if that can; its options belong to it."""
    if heard is None or heard.sidecar is None or request.init_audio is not None:
        return run, request
    after = inherited(run, request, heard.sidecar, f"the sidecar of {heard.name}")
    name = after[1].engine
    able = name in engines.names() and engine_named(name).reworks
    return after if able else (run, request)


def _show(prepared: Prepared) -> None:
    """Show the plan and where results would go."""
    console, targets = prepared.run.console, prepared.targets
    plan: Plan = prepared.song.work.song
    (console.notice if prepared.request.to_stdout else console.result)(heading(plan))
    if not prepared.request.to_stdout:
        console.table(PLAN_COLUMNS, plan_rows(plan))
    paths = [str(path) for path in targets.named]
    for path in [*paths, *([f"{targets.stems}/"] if targets.stems else [])]:
        console.notice(f"would write {path}")
    console.document(
        SCHEMA,
        {
            "dry_run": True,
            "plan": plan_document(plan),
            "seed": prepared.song.seed,
            "engine": prepared.player.name,
            "engine_options": prepared.player.options,
            "outputs": paths,
            "remarks": [*prepared.song.remarks, *prepared.song.notes],
        },
    )
