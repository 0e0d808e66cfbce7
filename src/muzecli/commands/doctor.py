"""Look at the installation and say what is there."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from muzecli.options import DeviceOption, Run


def doctor(
    run: Run,
    device: DeviceOption = "auto",
    network: Annotated[bool, typer.Option("--network", help="Also try to reach the model hub.")] = False,
) -> None:
    """Show versions, optional parts and how to get them, weights with hashes, and the device.

    Examples:
    muze doctor
    muze doctor --json
    muze doctor --network
    """
    from muzecli import diagnosis
    from muzecli.device import check_device_name
    from muzecli.errors import FailedError

    check_device_name(device)
    report: dict[str, Any] = {
        "system": diagnosis.system(),
        "packages": diagnosis.packages(),
        "optional": diagnosis.optional_parts(),
        "weights": diagnosis.weights(),
        "plugins": diagnosis.plugins(),
        "configuration": diagnosis.configuration(),
    }
    chosen, fault = diagnosis.device(device)
    report["device"] = chosen
    if network:
        report["network"] = diagnosis.network()

    say = run.console
    say.table(("system", ""), list(report["system"].items()))
    say.result("")
    say.table(("package", "version", "needed for"), [list(row.values()) for row in report["packages"]])
    say.result("")
    say.table(
        ("optional part", "present", "how to get it"), [list(row.values()) for row in report["optional"]]
    )
    say.result("")
    say.table(
        ("weights", "where", "MB", "SHA-256, or how to get it"),
        [diagnosis.weights_row(row) for row in report["weights"]],
    )
    say.result("")
    say.table(("device", "why"), [[report["device"]["name"], report["device"]["reason"]]])
    if network:
        say.result("")
        say.table(("network", "reachable", "why"), [list(report["network"].values())])
    say.document("muze.doctor/1", report)
    missing = [row["package"] for row in report["packages"] if row["version"] is None]
    for warning in (*report["configuration"]["warnings"], *report["plugins"]["broken"]):
        say.warn(warning)
    if fault is not None:
        raise fault
    if missing:
        raise FailedError(
            f"needed packages are missing: {', '.join(missing)}", hint=f"pip install {' '.join(missing)}"
        )
