"""`muze templates list|show|validate`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from muze_plan.fitting import bars_for, fit
from muze_plan.templates import FormSection, More, Template, load_template, template
from muzecli.errors import ConfigError, UsageError
from muzecli.options import Run
from muzecli.presets import all_presets, find_preset
from muzecli.song.metre import TimeSignature


def listed(run: Run) -> None:
    """Print the templates, a line each; one that is broken is named and does not hide the others."""
    rows: list[dict[str, Any]] = []
    for preset in all_presets("templates"):
        try:
            form = load_template(preset.path)
        except ConfigError as error:
            run.console.warn(error.message)
            continue
        rows.append(
            {
                "name": preset.name,
                "source": preset.source,
                "sections": len(form.sections),
                "bars": sum(section.bars for section in form.sections),
                "summary": form.summary,
            }
        )
    columns = ("name", "source", "sections", "bars", "summary")
    run.console.table(columns, [[row[column] for column in columns] for row in rows])
    run.console.document("muze.templates/1", {"templates": rows})


def shown(run: Run, name: str, *, duration_s: float, tempo_bpm: float, time_signature: str) -> None:
    """Print a template's sections: as written, and fitted to a duration.

    Raises:
        UsageError: the metre is none.
        ConfigError, InputMissingError: there is no such template, or its file is wrong.
    """
    try:
        metre = TimeSignature.parse(time_signature)
    except ValueError as error:
        raise UsageError(f"--time-signature: {error}") from error
    form = template(name)
    bar_s = metre.bar_s(tempo_bpm)
    bars = bars_for(duration_s, tempo_bpm, metre)
    fitted, start = [], 0
    for found in fit(form, bars):
        fitted.append(
            {
                "type": str(found.section.type),
                "bars": found.bars,
                "start_s": round(start * bar_s, 3),
                "end_s": round((start + found.bars) * bar_s, 3),
                "energy": found.section.energy,
                "has_vocals": found.section.has_vocals,
            }
        )
        start += found.bars
    columns = ("section", "bars", "energy", "vocals", "letter", "left out", "again")
    run.console.table(
        columns, _written(form), title=f"{form.name}: {form.summary}" if form.summary else form.name
    )
    run.console.table(
        ("section", "bars", "start s", "end s", "energy", "vocals"),
        [
            (f["type"], f["bars"], f["start_s"], f["end_s"], f["energy"], "yes" if f["has_vocals"] else "")
            for f in fitted
        ],
        title=f"\n{duration_s:g} s at {tempo_bpm:g} bpm in {metre}: {bars} bars, {bars * bar_s:.3f} s",
    )
    run.console.document(
        "muze.template-fit/1",
        {
            "name": form.name,
            "summary": form.summary,
            "tempo_bpm": tempo_bpm,
            "time_signature": str(metre),
            "bars": bars,
            "duration_s": round(bars * bar_s, 6),
            "sections": fitted,
        },
    )


def _written(form: Template) -> list[tuple[object, ...]]:
    """Return a row for each section as the file has it."""
    rows: list[tuple[object, ...]] = []

    def add(section: FormSection, again: str) -> None:
        rows.append(
            (
                section.type,
                f"{section.bars} always" if section.rigid else section.bars,
                section.energy,
                "yes" if section.has_vocals else "",
                section.letter or "",
                section.drop or "",
                again,
            )
        )

    for item in form.items:
        if isinstance(item, More):
            for section in item.sections:
                add(section, f"up to {item.most}×")
        else:
            add(item, "")
    return rows


def validated(run: Run, names: Sequence[str]) -> None:
    """Check templates.

    Raises:
        InputMissingError: there is no such file.
        ConfigError: there is no such template, or some are not valid; each fault is printed first.
    """
    report: list[dict[str, Any]] = []
    for name in names:
        path = find_preset(name, "templates").path
        try:
            load_template(path)
            faults = []
        except ConfigError as error:
            faults = [error.line]
        report.append({"file": str(path), "valid": not faults, "faults": faults})
        run.console.result(f"{path}: {'not valid' if faults else 'valid'}")
        for fault in faults:
            run.console.result(f"  {fault}")
    run.console.document("muze.validation/1", {"files": report})
    bad = [row["file"] for row in report if not row["valid"]]
    if bad:
        raise ConfigError(f"{len(bad)} of {len(report)} templates are not valid: {', '.join(bad)}")
