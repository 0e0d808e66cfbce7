"""See, copy and check presets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from muzecli.options import OverwriteOption, Run

NameArgument = Annotated[
    str, typer.Argument(metavar="NAME|FILE", help="A preset's name, kind/name, or file.")
]


def list_presets(
    run: Run,
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help="Only presets of this kind.")] = None,
) -> None:
    """List the presets that ship with muze and your own.

    Examples:
    muze presets list
    muze presets list effects --json
    """
    from muzecli.config import read_document
    from muzecli.errors import ConfigError, InputMissingError, UsageError
    from muzecli.plugin import preset_kinds
    from muzecli.presets import all_presets

    kinds, faults = preset_kinds.working()
    for fault in faults:
        run.console.warn(fault.message)
    presets = list(all_presets(kind))
    if kind is not None and not presets:
        raise UsageError(
            f"there is no kind of preset named '{kind}'", hint=f"known: {', '.join(sorted(kinds))}"
        )
    rows: list[dict[str, Any]] = []
    for preset in presets:
        known, about = kinds.get(preset.kind), ""
        try:
            data = read_document(preset.path, what="preset")
            if known and isinstance(data, dict):
                about = known.describe(data)
        except (ConfigError, InputMissingError) as error:  # one bad file must not hide the others
            run.console.warn(error.message)
        rows.append({"kind": preset.kind, "name": preset.name, "source": preset.source, "about": about})
    run.console.table(("kind", "name", "source", "about"), [list(row.values()) for row in rows])
    run.console.document("muze.presets/1", {"presets": rows})


def show(run: Run, name: NameArgument) -> None:
    """Print a preset as it stands in its file.

    Examples:
    muze presets show telephone
    muze presets show effects/telephone --json
    """
    from muzecli.config import read_document
    from muzecli.presets import find_preset

    preset = find_preset(name)
    data = read_document(preset.path, what="preset")
    run.console.result(preset.path.read_text(encoding="utf-8").rstrip("\n"))
    run.console.document("muze.preset-file/1", {"kind": preset.kind, "name": preset.name, "content": data})


def copy(
    run: Run,
    name: NameArgument,
    to: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Default: your own preset folder.")
    ] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Copy a preset, to change the copy.

    Examples:
    muze presets copy telephone mine.yaml
    muze presets copy effects/telephone
    """
    from muzecli.config import user_config_dir
    from muzecli.errors import UsageError
    from muzecli.files import check_outputs, is_stdout, write_bytes
    from muzecli.presets import find_preset

    preset = find_preset(name)
    if to is not None and is_stdout(to):
        raise UsageError("a preset is copied to a file", hint=f"muze presets show {name} prints it")
    target = to or user_config_dir() / "presets" / preset.kind / preset.path.name
    if target.is_dir():
        target = target / preset.path.name
    check_outputs([target], overwrite=overwrite)
    write_bytes(target, preset.path.read_bytes(), overwrite=overwrite)
    run.console.result(str(target))
    run.console.document("muze.copy/1", {"path": str(target)})


def validate(
    run: Run,
    files: Annotated[list[str], typer.Argument(metavar="NAME|FILE...", help="Presets to check.")],
    kind: Annotated[
        str | None, typer.Option("--kind", help="What the files are; else their folder's name.")
    ] = None,
) -> None:
    """Check presets, naming each fault.

    Examples:
    muze presets validate mine.yaml --kind effects
    muze presets validate effects/telephone
    """
    from muzecli.config import read_document
    from muzecli.errors import ConfigError, UsageError
    from muzecli.plugin import preset_kinds
    from muzecli.presets import find_preset

    report: list[dict[str, Any]] = []
    for name in files:
        preset = find_preset(name, kind)
        if preset.kind not in preset_kinds.names():
            known = ", ".join(preset_kinds.names())
            raise UsageError(f"'{preset.kind}' is no kind of preset: {preset.path}", hint=f"--kind: {known}")
        checker = preset_kinds.get(preset.kind)
        try:
            faults = list(checker.validate(read_document(preset.path, what="preset"), preset.path))
        except ConfigError as error:
            faults = [error.message]
        report.append({"file": str(preset.path), "kind": preset.kind, "valid": not faults, "faults": faults})
        run.console.result(f"{preset.path}: {'valid' if not faults else 'not valid'}")
        for fault in faults:
            run.console.result(f"  {fault}")
    run.console.document("muze.validation/1", {"files": report})
    bad = [row["file"] for row in report if not row["valid"]]
    if bad:
        raise ConfigError(f"{len(bad)} of {len(report)} presets are not valid: {', '.join(bad)}")
