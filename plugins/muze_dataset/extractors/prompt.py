"""A description in words: the caption grammar's, or a language model's where an endpoint is given."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from muze_dataset.describing.facts import TOLD, facts_of
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.seeds import item_seed

_LONGEST = 400  # characters of a prompt
_INSTRUCTION = (
    "You describe recordings for a music search engine. You are given facts as JSON. Answer with one English "
    "sentence of at most 40 words that a musician could have written to ask for this piece. Use the facts that "
    "matter most, add none, name neither artist nor title, and write nothing else."
)
_QUOTES = "\"'“”„«»"
_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL)
_NOTHING = "nothing is known for sure that a description could tell"


class Prompt:
    """Writes what was found as a sentence that could have asked for the track."""

    name = "prompt"
    version = "1"
    needs = TOLD
    uses = ("has_vocals",)
    gives = ("prompt",)
    cost_per_second = 0.00001

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the endpoint and the model where they are given, else the words of the grammar."""
        from muze_dataset.describing.endpoint import chat_address
        from muzecli.errors import UsageError
        from muzecli.song.captions import phrasings_sha256

        url, model = options["llm_url"], options["llm_model"]
        if (url is None) != (model is None):
            raise UsageError(
                "a language model must be given by its address and its name",
                hint="give both --llm-url and --llm-model",
            )
        if url is None:
            return {"phrasings": phrasings_sha256()}
        return {"llm": chat_address(url), "model": model}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Write it.

        Raises:
            TemporaryError, UnavailableError: the endpoint gave no description; another time it may.
        """
        facts = facts_of(heard)
        told = {name: value for name, value in vars(facts).items() if value not in (None, (), False)}
        if not told:
            return {"prompt": absent(_NOTHING)}
        seed = item_seed(0, json.dumps(told, sort_keys=True))
        if heard.options["llm_url"] is not None:
            return {"prompt": _by_model(heard, told, seed)}
        from muzecli.song.captions import caption

        return {"prompt": Finding(caption(facts, seed), "caption grammar")}


def _by_model(heard: Heard, told: Mapping[str, Any], seed: int) -> Finding:
    from muze_dataset.describing.endpoint import ask
    from muzecli.errors import BadDataError, TemporaryError

    url, model = heard.options["llm_url"], heard.options["llm_model"]
    question = json.dumps(told, ensure_ascii=False)
    try:
        answer = tidied(ask(url, model, instruction=_INSTRUCTION, question=question, seed=seed))
    except BadDataError as error:  # says nothing of the recording, which must not be given up for good
        raise TemporaryError(error.message, hint=error.hint) from error
    return Finding(answer, f"language model {model}")


def tidied(answer: str) -> str:
    """Return an answer as one line without quotation marks and thoughts, cut at a sentence's end where it is long.

    Raises:
        BadDataError: nothing is left.
    """
    from muzecli.errors import BadDataError

    text = " ".join(_THOUGHTS.sub("", answer).split()).strip(_QUOTES + " ")
    if len(text) > _LONGEST:
        cut = text[:_LONGEST]
        text = cut[: cut.rfind(". ") + 1] or cut[: cut.rfind(" ")]
    if not text:
        raise BadDataError("the language model must answer with a description, and answered with none")
    return text
