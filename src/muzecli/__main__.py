"""The `muze` executable: `python -m muzecli` is the same."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    from muzecli.app import main as run

    sys.exit(run())


if __name__ == "__main__":
    main()
