"""The `muze` executable: `python -m muzecli` is the same."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    # OpenBLAS threads spin for a while before they sleep, which costs a short command a tenth of a second of
    # CPU and gains it nothing. The threads stay; they only sleep sooner. To be set before numpy is loaded.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")
    from muzecli.app import main as run

    sys.exit(run())


if __name__ == "__main__":
    main()
