"""The optional parts that evaluation can use, for `muze doctor`: what is here, and how to get what is not."""

from __future__ import annotations

from muze_evaluate.laion.place import GET_CLAP, VARIABLE, find_clap
from muzecli.errors import MuzeError, UnavailableError
from muzecli.plugin import OptionalPart


class EvaluateParts:
    """What judges audio where it is there (`muze.parts`)."""

    name = "evaluate"

    def look(self) -> list[OptionalPart]:
        """Return the parts, present or not."""
        return [_clap()]


def _clap() -> OptionalPart:
    part = "CLAP's weights (sound and prompt in one space)"
    get = f"{GET_CLAP}, or name a folder with {VARIABLE} (else the scorer that ships stands in)"
    try:
        found = find_clap()
    except UnavailableError:
        return OptionalPart(part, None, get)
    except MuzeError as error:  # what the variable names is no model, or a file is damaged
        return OptionalPart(part, None, f"{get} ({error.message})")
    return OptionalPart(part, f"{found.name}: {found.path}", get)
