"""JSON over HTTP: one request, tried again where waiting may help, every error told in one way.

Keys go into headers only, and neither messages nor logs show headers.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

from muzecli.errors import BadDataError, TemporaryError, UnavailableError, UsageError

TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same request may succeed a little later."""
_MAX_ANSWER_BYTES = 16 << 20
_MAX_WAIT_S = 30.0
_SHOWN = 200  # characters of an answer that an error quotes

Sleep = Callable[[float], None]


def post_json(
    url: str,
    document: Mapping[str, Any],
    *,
    key: str | None = None,
    timeout_s: float = 60.0,
    attempts: int = 4,
    sleep: Sleep = time.sleep,
) -> Any:
    """Send a JSON document and return the JSON that comes back.

    Args:
        url: http or https.
        document: the body.
        key: sent as a bearer token.
        timeout_s: of each attempt.
        attempts: how often it is tried, with pauses of 1, 2, 4 … seconds, or as long as the answer asks for.
        sleep: waits for so many seconds.

    Raises:
        UsageError: the address is none.
        UnavailableError: the other side refuses the key, or does not know the address or the model.
        TemporaryError: it cannot be reached, or had no better answer at the last attempt.
        BadDataError: what came back is no JSON, or says that the request is wrong.
    """
    check_url(url)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    body = json.dumps(document).encode()
    for attempt in range(attempts):
        last = attempt == attempts - 1
        try:
            request = urllib.request.Request(url, data=body, headers=headers, method="POST")
            with urllib.request.urlopen(request, timeout=timeout_s) as answer:
                return _parsed(_whole(answer), url)
        except urllib.error.HTTPError as error:
            if error.code not in TRY_AGAIN or last:
                raise _refused(error, url) from error
            sleep(_pause_s(attempt, error.headers))
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
            if last:
                reason = getattr(error, "reason", None) or error
                raise TemporaryError(
                    f"{_shown(url)} must answer, and cannot be reached: {reason}",
                    hint="start the server, or check the address",
                ) from error
            sleep(_pause_s(attempt, None))
    raise TemporaryError(f"{_shown(url)} was not asked: attempts must be at least 1")


def check_url(url: str) -> None:
    """Check that an address is one of http or https, without a user and password in it.

    Raises:
        UsageError: it is not.
    """
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that are none
        is_one = False
    if not is_one:
        raise UsageError(
            f"an address must begin with http:// or https:// and name a host; found '{url}'",
            hint="such as http://localhost:11434",
        )
    if "@" in parts.netloc:  # addresses are kept and shown
        raise UsageError("an address must not hold a user or a password", hint="give the key by itself")


def _shown(url: str) -> str:
    """Return an address as messages show it: without user, password and query, which may hold a key."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


def _whole(answer: http.client.HTTPResponse) -> bytes:
    """Return the body of an answer; of one that is too long, a byte too many."""
    body = answer.read(_MAX_ANSWER_BYTES + 1)
    if answer.length and len(body) <= _MAX_ANSWER_BYTES:  # what is left of the length that was announced
        raise http.client.IncompleteRead(body, answer.length)
    return body


def _parsed(body: bytes, url: str) -> Any:
    if len(body) > _MAX_ANSWER_BYTES:
        raise BadDataError(f"{_shown(url)} answered with more than {_MAX_ANSWER_BYTES >> 20} MiB")
    try:
        return json.loads(body)
    except ValueError as error:
        raise BadDataError(
            f"{_shown(url)} must answer in JSON; found {_quoted(body)}", hint="check the address"
        ) from error


def _refused(error: urllib.error.HTTPError, url: str) -> Exception:
    with error:
        said = _quoted(error.read(4096))
    message = f"{_shown(url)} answered {error.code}: {said}"
    if error.code in (401, 403):
        return UnavailableError(message, hint="it wants a key, or another one")
    if error.code in (404, 405):
        return UnavailableError(message, hint="check the address and the model's name")
    if error.code in TRY_AGAIN:
        return TemporaryError(message, hint="try again later")
    return BadDataError(message)


def _quoted(body: bytes) -> str:
    text = " ".join(body.decode("utf-8", "replace").split())
    return f"'{text[:_SHOWN]}'" if text else "nothing"


def _pause_s(attempt: int, headers: Message | None) -> float:
    """Return how long to wait: what Retry-After asks for in seconds, else twice as long each time."""
    asked = headers.get("Retry-After", "") if headers else ""
    try:
        return min(max(float(asked), 0.0), _MAX_WAIT_S)
    except ValueError:
        return min(2.0**attempt, _MAX_WAIT_S)
