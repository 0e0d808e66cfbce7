"""Exit codes and the one exception root; the mapping from the second to the first happens in one place.

Every error says what must hold, what was found, and what to do next. A command raises one of the classes
below; `muzecli.app` prints it and exits with its code.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a shell script can rely on (the numbers from 65 on are those of BSD's sysexits)."""

    OK = 0
    FAILED = 1  # ran, but a check failed or an item of a batch failed
    USAGE = 2
    BAD_DATA = 65  # corrupt audio, malformed manifest
    NO_INPUT = 66  # input missing or unreadable
    UNAVAILABLE = 69  # optional part or device missing
    SOFTWARE = 70  # a bug in muze or in a plugin
    EXISTS = 73  # output exists and --overwrite was not given
    IO = 74  # disk full, write refused
    TEMPORARY = 75  # out of memory, lock held, time-out
    NOT_UNDERSTOOD = 76  # prompt not understood, nothing written
    CONFIG = 78  # bad configuration or preset
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


class MuzeError(Exception):
    """Root of every error that muze raises on purpose.

    Args:
        message: what must hold and what was found; names the file, line or value.
        hint: what to do next, a sentence or a command.
        details: extra fields for `--json` errors.
    """

    exit_code: ExitCode = ExitCode.SOFTWARE

    def __init__(
        self, message: str, *, hint: str | None = None, details: dict[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details or {}

    @property
    def line(self) -> str:
        """The message and the hint on one line, for lists of faults."""
        return self.message + (f" ({self.hint})" if self.hint else "")

    def __reduce__(self) -> tuple[object, ...]:  # keeps keyword fields when it crosses a process boundary
        return (_rebuild, (type(self), self.message, self.hint, self.details))


def _rebuild(cls: type[MuzeError], message: str, hint: str | None, details: dict[str, object]) -> MuzeError:
    return cls(message, hint=hint, details=details)


class FailedError(MuzeError):
    """The command ran, but a check or an item of a batch failed."""

    exit_code = ExitCode.FAILED


class UsageError(MuzeError):
    """The command line does not make sense."""

    exit_code = ExitCode.USAGE


class BadDataError(MuzeError):
    """Input exists but its content is not what it must be."""

    exit_code = ExitCode.BAD_DATA


class InputMissingError(MuzeError):
    """Input is not there or cannot be opened."""

    exit_code = ExitCode.NO_INPUT


class UnavailableError(MuzeError):
    """An optional part or a device is missing; the hint has the install command."""

    exit_code = ExitCode.UNAVAILABLE


class BugError(MuzeError):
    """muze or a plugin broke one of its own promises."""

    exit_code = ExitCode.SOFTWARE


class OutputExistsError(MuzeError):
    """An output is already there and may not be replaced."""

    exit_code = ExitCode.EXISTS


class OutputError(MuzeError):
    """An output could not be written."""

    exit_code = ExitCode.IO


class TemporaryError(MuzeError):
    """Trying again later, or with less, may work."""

    exit_code = ExitCode.TEMPORARY


class NotUnderstoodError(MuzeError):
    """No word of the prompt means anything to muze; nothing was written."""

    exit_code = ExitCode.NOT_UNDERSTOOD


class ConfigError(MuzeError):
    """A configuration file, environment variable or preset is wrong."""

    exit_code = ExitCode.CONFIG


class InterruptedRunError(MuzeError):
    """The user asked to stop; what was finished is kept."""

    exit_code = ExitCode.INTERRUPTED
