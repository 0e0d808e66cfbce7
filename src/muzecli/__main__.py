"""The `muze` executable: `python -m muzecli` is the same."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    # OpenBLAS threads spin for a while before they sleep, which costs a short command a tenth of a second of
    # CPU and gains it nothing. The threads stay; they only sleep sooner. To be set before numpy is loaded.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")
    from muzecli import interrupts

    try:
        interrupts.install()
        _prepare_streams()
        from muzecli.app import main as run

        code = run()
    except KeyboardInterrupt:  # before the command began, or a second one while it was being reported
        code = 130
    except interrupts.Terminated:
        code = 143
    if (
        interrupts.stopped_by() is not None
    ):  # all is cleaned up; "stop" does not wait for threads and native code
        os._exit(code)
    interrupts.uninstall()
    sys.exit(code)


def _prepare_streams() -> None:
    """Make stdin, stdout and stderr usable whatever they were started with.

    A closed one would be None, and the next file opened would get its number, so that what a library prints
    would end up in that file. Closed stdout refuses to be written to, which is reported as any write error.
    """
    for number, mode, name in ((0, "r", "stdin"), (1, "w", "stdout"), (2, "w", "stderr")):
        if getattr(sys, name) is None:
            flags = os.O_WRONLY if name == "stderr" else os.O_RDONLY
            handle = os.open(os.devnull, flags)
            if handle != number:
                os.dup2(handle, number)
                os.close(handle)
            setattr(sys, name, open(number, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - lives as long as the process
    # A path or a sign that the terminal's encoding lacks is shown by its code.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
