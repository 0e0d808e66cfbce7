"""A language model behind an address: OpenAI-style chat completions, or Ollama's chat.

    http://localhost:11434               Ollama          → /api/chat
    http://localhost:8000                OpenAI-style    → /v1/chat/completions
    https://example.org/v1               OpenAI-style    → /v1/chat/completions
    …/api/chat, …/chat/completions       as it is

The key, where one is needed, is the environment's `MUZE_LLM_KEY`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from muzecli.errors import BadDataError
from muzecli.http import check_url, post_json

KEY_VARIABLE = "MUZE_LLM_KEY"
_OLLAMA_PORT = 11434
_OLLAMA, _OPENAI = "/api/chat", "/chat/completions"
_MAX_TOKENS = 200


def chat_address(url: str) -> str:
    """Return the address of chats that belongs to one that was given.

    Raises:
        UsageError: it is no address.
    """
    check_url(url)
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    if path.endswith((_OLLAMA, _OPENAI)):
        return url
    if path.endswith("/api") or (not path and parts.port == _OLLAMA_PORT):
        path = path.removesuffix("/api") + _OLLAMA
    else:
        path = (path or "/v1") + _OPENAI
    return parts._replace(path=path).geturl()


def ask(url: str, model: str, *, instruction: str, question: str, seed: int) -> str:
    """Return what a model answers, without surrounding blanks.

    Args:
        url: as `chat_address` takes it.
        model: its name there.
        instruction: what it is to do.
        question: what it is to do it with.
        seed: asked for, together with temperature 0; not every server heeds it.

    Raises:
        TemporaryError, UnavailableError, BadDataError: as `post_json`, or there is no text in the answer.
    """
    address = chat_address(url)
    messages = [{"role": "system", "content": instruction}, {"role": "user", "content": question}]
    document: dict[str, Any] = {"model": model, "messages": messages, "stream": False}
    if address.endswith(_OLLAMA):
        document["options"] = {"temperature": 0, "seed": seed, "num_predict": _MAX_TOKENS}
    else:
        document |= {"temperature": 0, "seed": seed, "max_tokens": _MAX_TOKENS}
    text = _text_in(post_json(address, document, key=os.environ.get(KEY_VARIABLE)))
    if not text or not text.strip():
        raise BadDataError(f"the model '{model}' must answer with a text, and answered with none")
    return text.strip()


def _text_in(answer: Any) -> str | None:
    """Return the text of either kind of answer."""
    if not isinstance(answer, Mapping):
        return None
    message = answer.get("message")  # Ollama
    choices = answer.get("choices")  # OpenAI
    if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
        message = choices[0].get("message")
    text = message.get("content") if isinstance(message, Mapping) else None
    return text if isinstance(text, str) else None
