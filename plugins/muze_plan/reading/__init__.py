"""Reading a prompt: words of a musician become genre, tempo, key, metre, instruments, moods and more."""

from __future__ import annotations

from muze_plan.reading.prompt import read_prompt
from muze_plan.reading.reading import Account, Reading

__all__ = ["Account", "Reading", "read_prompt"]
