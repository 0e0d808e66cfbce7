"""Shared fixtures: run the real executable, and lay out plugins that are not really installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_AUDIO = Path(os.environ.get("MUZE_TEST_AUDIO", REPOSITORY.parent / "shared" / "audio"))

Muze = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def shared_audio() -> Path:
    """Folder of real recordings; the test is skipped where it is absent."""
    if not SHARED_AUDIO.is_dir():
        pytest.skip("no folder of real recordings beside the checkout (set MUZE_TEST_AUDIO)")
    return SHARED_AUDIO


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests and all workers: what is in it is keyed by content, and takes seconds to make."""
    return tmp_path_factory.getbasetemp().parent / "muze-test-cache"


@pytest.fixture
def clean_env(tmp_path: Path, cache: Path) -> dict[str, str]:
    """Environment of a user who configured nothing."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("MUZE_", "_MUZE", "XDG_", "NO_COLOR", "FORCE_COLOR"))
    }
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    return kept | {
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(cache),
        "HF_HUB_OFFLINE": "1",
        "COLUMNS": "100",
    }


@pytest.fixture
def muze(clean_env: dict[str, str], tmp_path: Path) -> Muze:
    """Run `muze` as a process of its own in an empty folder: `muze("fx", "plan", "warm", env={...})`."""
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)

    def run(
        *words: str | Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: bytes = b"",
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "muzecli", *map(str, words)],
            env=clean_env | dict(env or {}),
            cwd=cwd or work,
            input=stdin,
            capture_output=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def plugin(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Lay out a plugin on a path of its own and return the environment that makes it visible.

    `plugin("toy", code, {"toy": "toy.cli:toy"})` writes `toy/cli.py` and its entry points.
    """

    def lay_out(
        name: str, code: str, commands: Mapping[str, str], registry: str = "muze.commands"
    ) -> dict[str, str]:
        root = tmp_path / "site"
        package = root / name
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").write_text(f'"""The plugin {name}."""\n')
        (package / "cli.py").write_text(code)
        metadata = root / f"{name}-1.0.dist-info"
        metadata.mkdir(exist_ok=True)
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        lines = "".join(f"{key} = {value}\n" for key, value in commands.items())
        (metadata / "entry_points.txt").write_text(f"[{registry}]\n{lines}")
        return {"PYTHONPATH": str(root)}

    return lay_out


@pytest.fixture
def answering() -> Iterator[
    Callable[[list[tuple[int, dict[str, str], Any]]], tuple[str, list[dict[str, Any]]]]
]:
    """Start a server that gives answers (status, headers, JSON or bytes) in turn, the last one for ever.

    Returns its address and the list of requests that it fills: path, headers (lower case) and body.
    """
    servers: list[ThreadingHTTPServer] = []

    def start(answers: list[tuple[int, dict[str, str], Any]]) -> tuple[str, list[dict[str, Any]]]:
        asked: list[dict[str, Any]] = []

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked.append({"path": self.path, "headers": headers, "body": json.loads(body)})
                status, more, answer = answers[min(len(asked), len(answers)) - 1]
                raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(raw)), **more}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
