"""Prompts: what was found surely is told, and a language model's answer is taken as it should be."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from muze_dataset.describing.endpoint import KEY_VARIABLE, chat_address
from muze_dataset.describing.facts import facts_of
from muze_dataset.extractors.prompt import Prompt, tidied
from muzecli.errors import BadDataError, TemporaryError, UsageError
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.listening.options import options_with

FOUND = {
    "genre": Finding("techno", "ID3 tag"),
    "tempo": Finding(132.04, "beats", confidence=0.9),
    "key": Finding("F# minor", "chroma", confidence=0.8),
    "time_signature": Finding("3/4", "beats", confidence=0.2),
    "energy": Finding(0.9, "levels"),
    "has_vocals": Finding(False, "activity", confidence=0.95),
    "segments": Finding([{"type": "buildup"}, {"type": "drop"}], "form", confidence=0.7),
}
Answering = Callable[[list[tuple[int, dict[str, str], Any]]], tuple[str, list[dict[str, Any]]]]


def heard(changes: Mapping[str, Finding] | None = None, **options: Any) -> Heard:
    return Heard(findings={**FOUND, **(changes or {})}, options=options_with(options))


def test_what_was_found_surely_is_a_fact() -> None:
    facts = facts_of(heard())
    assert (facts.genre, facts.tempo_bpm, facts.key, facts.mode) == ("techno", 132.0, "F# minor", "minor")
    assert facts.time_signature is None
    assert facts.is_instrumental
    assert facts.voice is None
    assert facts.sections == ("buildup", "drop")


def test_a_genre_in_doubt_is_not_told() -> None:
    assert facts_of(heard({"genre": Finding("zzz my favourites", "tag genre", confidence=0.3)})).genre is None


def test_where_nobody_listened_for_voices_nothing_is_said_of_them() -> None:
    facts = facts_of(heard({"has_vocals": absent("near chance")}))
    assert not facts.is_instrumental
    assert facts.voice is None
    assert facts_of(heard({"has_vocals": Finding(True, "activity")})).voice == "vocals"


def test_the_same_facts_give_the_same_prompt_and_others_another() -> None:
    written = Prompt().extract(heard())["prompt"]
    assert written == Prompt().extract(heard())["prompt"]
    assert written.method == "caption grammar"
    assert "techno" in written.value.lower()
    others = {
        Prompt().extract(heard({"tempo": Finding(bpm, "beats")}))["prompt"].value for bpm in range(100, 110)
    }
    assert len(others) > 5


def test_nothing_known_is_no_prompt() -> None:
    found = Prompt().extract(Heard(findings={"tempo": absent("no pulse")}))
    assert found["prompt"].reason == "nothing is known for sure that a description could tell"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://localhost:11434", "http://localhost:11434/api/chat"),
        ("http://localhost:11434/api/", "http://localhost:11434/api/chat"),
        ("http://localhost:8000", "http://localhost:8000/v1/chat/completions"),
        ("https://example.org/v1", "https://example.org/v1/chat/completions"),
        ("https://example.org/x/chat/completions", "https://example.org/x/chat/completions"),
    ],
)
def test_addresses_of_chats(url: str, address: str) -> None:
    assert chat_address(url) == address


def test_an_address_must_be_one() -> None:
    with pytest.raises(UsageError, match="must begin with http:// or https://"):
        chat_address("localhost:11434")


def test_address_and_model_belong_together() -> None:
    with pytest.raises(UsageError, match="by its address and its name"):
        Prompt().depends_on(options_with({"llm_url": "http://localhost:1"}))
    assert list(Prompt().depends_on(options_with({}))) == ["phrasings"]
    asked = options_with({"llm_url": "http://localhost:11434", "llm_model": "tiny"})
    assert Prompt().depends_on(asked) == {"llm": "http://localhost:11434/api/chat", "model": "tiny"}


def test_an_ollama_server_writes_it(answering: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "geheim")
    answer = {"message": {"role": "assistant", "content": '<think>hm</think> "A dark techno track."\n'}}
    url, asked = answering([(200, {}, answer)])
    found = Prompt().extract(heard(llm_url=f"{url}/api", llm_model="tiny"))["prompt"]
    assert (found.value, found.method) == ("A dark techno track.", "language model tiny")
    assert asked[0]["path"] == "/api/chat"
    assert asked[0]["headers"]["authorization"] == "Bearer geheim"
    body = asked[0]["body"]
    assert (body["model"], body["stream"], body["options"]["temperature"]) == ("tiny", False, 0)
    assert json.loads(body["messages"][1]["content"])["tempo_bpm"] == 132.0


def test_an_openai_style_server_writes_it(answering: Answering) -> None:
    url, asked = answering([(200, {}, {"choices": [{"message": {"content": "Techno."}}]})])
    found = Prompt().extract(heard(llm_url=url, llm_model="tiny"))["prompt"]
    assert found.value == "Techno."
    assert asked[0]["path"] == "/v1/chat/completions"


@pytest.mark.parametrize("answer", [{}, [], {"choices": []}, {"message": {"content": "  "}}])
def test_an_answer_without_a_text_is_an_error(answering: Answering, answer: object) -> None:
    url, _ = answering([(200, {}, answer)])
    with pytest.raises(TemporaryError, match="must answer with a text"):
        Prompt().extract(heard(llm_url=url, llm_model="tiny"))


def test_long_answers_end_with_a_sentence() -> None:
    assert tidied("One. " * 200).endswith("One.")
    assert len(tidied("word " * 200)) <= 400
    with pytest.raises(BadDataError, match="answered with none"):
        tidied("<think>only this</think>")
