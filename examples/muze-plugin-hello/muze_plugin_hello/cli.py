"""`muze hello`. This module imports only light parts; heavy ones belong inside the function."""

from __future__ import annotations

from typing import Annotated

import typer

from muzecli.options import Run, SeedOption

GREETINGS = ("hello", "good day", "welcome")


def hello(
    run: Run,
    name: Annotated[str, typer.Argument(help="Whom to greet.")],
    seed: SeedOption = None,
) -> None:
    """Greet somebody, differently by seed.

    Examples:
    muze hello Ada
    muze hello Ada --seed 1 --json
    """
    from muzecli.seeds import item_seed, resolve_seed

    chosen = resolve_seed(seed)
    if seed is None:
        run.console.notice(f"seed {chosen}")
    greeting = GREETINGS[item_seed(chosen, name) % len(GREETINGS)]
    run.console.result(f"{greeting}, {name}")
    run.console.document("muze.hello/1", {"greeting": greeting, "name": name, "seed": chosen})
