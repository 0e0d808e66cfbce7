"""JSON over HTTP: what helps is tried again, what does not is told at once, and no key shows."""

from __future__ import annotations

import re
import socket

import pytest

from muzecli.errors import BadDataError, TemporaryError, UnavailableError, UsageError
from muzecli.http import post_json

WAITED: list[float] = []


@pytest.fixture(autouse=True)
def waited() -> list[float]:
    WAITED.clear()
    return WAITED


def test_an_answer_comes_back(answering) -> None:
    url, asked = answering([(200, {}, {"said": "ż"})])
    assert post_json(url + "/x", {"a": 1}, key="k") == {"said": "ż"}
    assert (asked[0]["path"], asked[0]["body"]) == ("/x", {"a": 1})
    assert asked[0]["headers"]["authorization"] == "Bearer k"


def test_a_busy_server_is_asked_again_after_the_time_it_asks_for(answering) -> None:
    url, asked = answering([(429, {"Retry-After": "7"}, {}), (503, {}, {}), (200, {}, [1])])
    assert post_json(url, {}, sleep=WAITED.append) == [1]
    assert len(asked) == 3
    assert WAITED == [7.0, 2.0]


@pytest.mark.parametrize("asks", ["never", "-4", "1e9"])
def test_strange_wishes_to_wait_are_bounded(answering, asks: str) -> None:
    url, _ = answering([(503, {"Retry-After": asks}, {}), (200, {}, 1)])
    post_json(url, {}, sleep=WAITED.append)
    assert 0.0 <= WAITED[0] <= 30.0


def test_a_server_that_stays_busy_is_temporary(answering) -> None:
    url, asked = answering([(503, {}, {"detail": "full"})])
    with pytest.raises(TemporaryError, match=r"answered 503: '\{\"detail\": \"full\"\}'"):
        post_json(url, {}, attempts=3, sleep=WAITED.append)
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, BadDataError), (401, UnavailableError), (404, UnavailableError), (422, BadDataError)],
)
def test_a_refusal_is_told_at_once(answering, status: int, error: type[Exception]) -> None:
    url, asked = answering([(status, {}, b"no\nsuch thing")])
    with pytest.raises(error, match=f"answered {status}: 'no such thing'"):
        post_json(url, {}, sleep=WAITED.append)
    assert len(asked) == 1
    assert WAITED == []


def test_an_answer_must_be_json(answering) -> None:
    url, _ = answering([(200, {}, b"<html>")])
    with pytest.raises(BadDataError, match="must answer in JSON; found '<html>'"):
        post_json(url, {})


def test_nobody_there_is_temporary_and_shows_no_secret() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(TemporaryError, match="cannot be reached") as caught:
        post_json(f"http://127.0.0.1:{port}/v1?key=geheim", {}, key="geheim", attempts=1, timeout_s=5)
    assert not re.search("geheim", f"{caught.value.message} {caught.value.hint}")


def test_an_answer_that_breaks_off_is_asked_for_again(answering) -> None:
    url, asked = answering([(200, {"Content-Length": "100", "Connection": "close"}, b"{"), (200, {}, 1)])
    assert post_json(url, {}, sleep=WAITED.append) == 1
    assert len(asked) == 2


def test_an_address_holds_no_password_and_none_is_shown() -> None:
    with pytest.raises(UsageError, match="must not hold a user or a password") as caught:
        post_json("http://me:geheim@localhost/v1", {})
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x", "http://", "http://a:b", "http://[x", ""])
def test_an_address_must_be_one(url: str) -> None:
    with pytest.raises(UsageError, match="must begin with http:// or https://"):
        post_json(url, {})
