"""Shell completion."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from muzecli.options import Run


class Shell(StrEnum):
    """Shells that muze completes in."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(
    run: Run, shell: Annotated[Shell, typer.Argument(help="The shell to complete in.", show_default=False)]
) -> None:
    """Print the script that makes a shell complete muze's commands and options.

    Examples:
    muze completion bash > ~/.local/share/bash-completion/completions/muze
    muze completion zsh > ~/.zfunc/_muze
    muze completion fish > ~/.config/fish/completions/muze.fish
    """
    from typer._completion_shared import get_completion_script

    script = get_completion_script(prog_name="muze", complete_var="_MUZE_COMPLETE", shell=shell.value)
    run.console.result(script)
    run.console.document("muze.completion/1", {"shell": shell.value, "script": script})
