"""A sox command line under construction, or several, where roads part and meet again in temporary files."""

from __future__ import annotations

from muze_fx.export.wording import number

_CONTINUED = " \\\n  "


class SoxLine:
    """Effects in a row, files where they part.

    Args:
        source, result: file names as the shell reads them.
        output: options of the last file.
    """

    def __init__(self, source: str = "in.wav", result: str = "out.wav", *, output: str = "-b 24") -> None:
        self._commands: list[str] = []
        self._source = source
        self._result = f"{output} {result}"
        self._effects: list[str] = []
        self._files = 0

    def add(self, *effects: str) -> None:
        """Go on with effects."""
        self._effects += effects

    def store(self) -> str:
        """Render what is written so far into a file; returns its name. What follows starts from it."""
        if self._effects or self._source.startswith("-m"):
            self._files += 1
            name = f'"$t/{self._files}.sox"'
            self._commands.append(self._command(name))
            self._source, self._effects = name, []
        return self._source

    def mix(self, *parts: tuple[float, str]) -> None:
        """Go on from a mix of files, or of commands in a pipe, each with its factor."""
        heard = [(factor, name) for factor, name in parts if abs(factor) > 1e-9]
        if heard == [(1.0, heard[0][1])]:
            self._source = heard[0][1]
        else:
            self._source = "-m " + " ".join(f"-v {number(factor)} {name}" for factor, name in heard)

    def finish(self) -> list[str]:
        """Return the commands; where there are several, with a folder for their files around them."""
        commands = [*self._commands, self._command(self._result)]
        if self._files:
            commands = ["set -e", "t=$(mktemp -d)", "trap 'rm -rf \"$t\"' EXIT", *commands]
        return commands

    def _command(self, target: str) -> str:
        return _CONTINUED.join([f"sox {self._source} {target}", *self._effects])
