from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from muze_fx.grammar import Parse, parse
from muze_fx.lexicon import Lexicon

PROMPTS = yaml.safe_load((Path(__file__).parent / "prompts.yaml").read_text(encoding="utf-8"))["prompts"]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def identity(name: str, lexicon: Lexicon) -> str:
    match = lexicon.find(name)
    return name if match is None else match.descriptor.name


def plain(intent: Mapping[str, Any], lexicon: Lexicon) -> dict[str, Any]:
    """Return an intent in the file's form with numbers rounded and names resolved, so that equals compare equal."""
    if "band" in intent:
        return {"band": {key: tidy(value) for key, value in intent["band"].items()}}
    named = {key: identity(value, lexicon) if key in ("word", "cap") else tidy(value) for key, value in intent.items()}
    if "word" in intent:
        named["strength"] = tidy(intent.get("strength", 1))
    return named


def tidy(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return list(value) if isinstance(value, list | tuple) else value
    return 0.0 if value == 0 else round(float(value), 6 - math.floor(math.log10(abs(value))))


def described(intents: list[dict[str, Any]]) -> str:
    return "\n".join(f"    {intent}" for intent in intents) or "    (nothing)"


def difference(parsed: Parse, entry: Mapping[str, Any], lexicon: Lexicon) -> str:
    """Say in which intents a parse differs from the expected one; empty where it does not."""
    got = [plain(intent.as_dict(), lexicon) for intent in parsed.intents]
    missing = []
    for intent in (plain(intent, lexicon) for intent in entry["expect"]):
        if intent in got:
            got.remove(intent)
        else:
            missing.append(intent)
    unknown = [word.text for word in parsed.unknown]
    lines = []
    if missing or got:
        lines.append(f"  missing:\n{described(missing)}\n  not asked for:\n{described(got)}")
    if "unknown" in entry and unknown != [str(word).lower() for word in entry["unknown"]]:
        lines.append(f"  unknown words: expected {entry['unknown']}, got {unknown}")
    return "\n".join(lines)


@pytest.mark.parametrize("entry", PROMPTS, ids=[entry["prompt"] for entry in PROMPTS])
def test_frozen_prompt(entry: Mapping[str, Any], lexicon: Lexicon) -> None:
    wrong = difference(parse(entry["prompt"], lexicon), entry, lexicon)
    assert not wrong, f"{entry['prompt']!r}\n{wrong}"
