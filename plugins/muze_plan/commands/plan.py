"""`muze plan`: words or a plan in, a plan, notes, a picture and audio out."""

from __future__ import annotations

import shutil
from typing import Any

from muze_plan.commands.edits import doubts, edited, with_settings
from muze_plan.commands.options import PlanOptions
from muze_plan.commands.outputs import Targets, made, targets_of
from muze_plan.commands.source import prompt_or_plan
from muze_plan.planner import Planned
from muzecli.console import is_terminal
from muzecli.errors import UsageError
from muzecli.options import Run
from muzecli.seeds import resolve_seed
from muzecli.song.documents import document_text, plan_document
from muzecli.song.plan import Plan
from muzecli.song.score import Score

PLANNER = "template"
COMPOSER = "theory"
SCHEMA = "muze.planned/1"


def run_plan(run: Run, options: PlanOptions) -> None:
    """Plan a song, or change a plan, and write what was asked for."""
    options.check()
    targets = targets_of(options, json_output=run.json)
    source = prompt_or_plan(options.prompt)
    planned: Planned | None = None
    if isinstance(source, Plan):
        plan, remarks = edited(source, options)
    else:
        planned = _planned(run, source, options)
        plan, remarks = planned.plan, planned.remarks
    plan, said = with_settings(plan, options.settings)
    remarks += (*said, *doubts(plan))
    for remark in remarks:
        run.console.warn(remark)
    for note in planned.notes if planned else ():
        run.console.notice(note)
    score = _composed(plan) if targets.need_score else None
    if not options.dry_run:
        for write in made(run, plan, score, targets, options):
            write()
    _tell(run, plan, planned, score, targets, options, remarks)


def _planned(run: Run, prompt: str, options: PlanOptions) -> Planned:
    from muze_plan.planner import TemplatePlanner

    if not prompt.strip() and options.genre is None:
        raise UsageError(
            "a song needs a prompt, a plan file or --genre", hint='for example: muze plan "calm piano"'
        )
    seed = resolve_seed(options.seed)
    planned = TemplatePlanner().explain(options.request(prompt, seed))
    if options.seed is None:
        run.console.notice(f"seed {seed}")
    return planned


def _composed(plan: Plan) -> Score:
    from muzecli.plugin import composers

    return composers.get(COMPOSER).compose(plan)


def _tell(
    run: Run,
    plan: Plan,
    planned: Planned | None,
    score: Score | None,
    targets: Targets,
    options: PlanOptions,
    remarks: tuple[str, ...],
) -> None:
    console, paths = run.console, targets.named
    if targets.stdout:
        console.result(document_text(plan_document(plan)).rstrip("\n"))
    elif not run.json and (is_terminal(console.out) or not paths or options.dry_run):
        from muze_plan.show.timeline import timeline

        for line in timeline(plan, width=shutil.get_terminal_size((100, 24)).columns):
            console.result(line)
    if options.explain:
        _explain(run, planned, to_stderr=targets.stdout)
    for path in (*paths.values(), *([targets.sidecar] if targets.sidecar else [])):
        if options.dry_run:
            console.notice(f"would write {path}")
        elif path != targets.sidecar:
            (console.notice if targets.stdout else console.result)(str(path))
    console.document(SCHEMA, _document(plan, planned, score, targets, options, remarks))


def _explain(run: Run, planned: Planned | None, *, to_stderr: bool) -> None:
    """Say who decided what: in a table, or in lines on stderr where the plan itself goes to stdout."""
    if planned is None:
        run.console.notice("nothing to explain: the plan was there already")
        return
    rows = [
        (account.field, account.value, account.why, account.words, f"{account.confidence:.0%}")
        for account in planned.reading.accounts
    ]
    rows += [(choice.field, choice.value, choice.why, "", "") for choice in planned.choices]
    if not to_stderr:
        run.console.table(("field", "value", "because", "words", "sure"), rows)
        return
    for field, value, why, words, _ in rows:
        run.console.notice(f"{field}: {value} ({why}{f': {words}' if words else ''})")


def _document(
    plan: Plan,
    planned: Planned | None,
    score: Score | None,
    targets: Targets,
    options: PlanOptions,
    remarks: tuple[str, ...],
) -> dict[str, Any]:
    """Return what `--json` prints: the plan, what its score holds, the files, and who decided what."""
    document: dict[str, Any] = {
        "plan": plan_document(plan),
        "score": None if score is None else summary(score),
        "files": {kind: str(path) for kind, path in targets.named.items()},
        "written": not options.dry_run,
        "remarks": [*remarks, *(planned.notes if planned else ())],
    }
    if options.explain:
        document["explanation"] = {
            "words": [
                {
                    "words": account.words,
                    "field": account.field,
                    "value": account.value,
                    "why": account.why,
                    "confidence": account.confidence,
                }
                for account in (planned.reading.accounts if planned else ())
            ],
            "choices": [
                {"field": choice.field, "value": choice.value, "why": choice.why}
                for choice in (planned.choices if planned else ())
            ],
            "unknown": list(planned.reading.unknown) if planned else [],
        }
    return document


def summary(score: Score) -> dict[str, Any]:
    """Return what a score holds, without its notes."""
    return {
        "bars": score.bars,
        "beats": len(score.beats_s),
        "duration_s": round(score.duration_s, 6),
        "parts": [
            {
                "name": part.name,
                "role": str(part.role),
                "instrument": part.instrument,
                "notes": len(part.notes),
            }
            for part in score.parts
        ],
    }
