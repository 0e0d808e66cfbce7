"""See which plugins are installed and whether they load."""

from __future__ import annotations

from typing import Any

from muzecli.options import Run


def list_plugins(run: Run) -> None:
    """List the installed plugins, what each provides, and whether it loads.

    Examples:
    muze plugins list
    muze plugins list --json
    MUZE_PLUGINS=muze_fx muze plugins list
    """
    from muzecli.entrypoints import all_entry_points, entry_points
    from muzecli.errors import FailedError, MuzeError
    from muzecli.lazy import load_command
    from muzecli.registry import COMMANDS, load_entry_point

    rows: list[dict[str, Any]] = []
    for entry in all_entry_points():
        if entry.plugin == "muzecli":
            continue
        state, fault = "ok", ""
        if entry not in entry_points(entry.group):
            state = "left out"
        else:
            try:
                is_command = entry.group == COMMANDS and entry.attribute
                load_command(entry) if is_command else load_entry_point(entry)
            except MuzeError as error:
                state, fault = "broken", error.message
        rows.append(
            {
                "plugin": entry.plugin,
                "distribution": entry.distribution,
                "registry": entry.group.removeprefix("muze."),
                "name": entry.name.replace(".", " ") if entry.group == COMMANDS else entry.name,
                "state": state,
                "fault": fault,
            }
        )
    columns = ("plugin", "distribution", "registry", "name", "state")
    run.console.table(columns, [[row[column] for column in columns] for row in rows])
    run.console.document("muze.plugins/1", {"plugins": rows})
    broken = [row for row in rows if row["state"] == "broken"]
    for row in broken:
        run.console.warn(row["fault"])
    if broken:
        names = ", ".join(sorted({row["plugin"] for row in broken}))
        raise FailedError(f"{len(broken)} entries of installed plugins do not load: {names}")
