"""See the models: their presets, those that are here trained, and how large each is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from muzecli.options import Run

if TYPE_CHECKING:
    from muzecli.training.presets import ModelPreset


@dataclass(frozen=True)
class Measured:
    """A model's size.

    Attributes:
        kind: such as "vae".
        source: "preset", or "trained" for a stored model.
        path: the preset's file or the model's folder.
        values: number of values of each tensor by its name.
        config: what it is built from.
        about: what is known of a stored model, such as the step it was saved at.
    """

    kind: str
    source: str
    path: Path
    values: Mapping[str, int]
    config: Mapping[str, Any]
    about: Mapping[str, Any]

    @property
    def total(self) -> int:
        """Values altogether."""
        return sum(self.values.values())


def list_models(run: Run) -> None:
    """List the presets of models, and the trained models that are on this machine.

    Examples:
    muze models list
    muze models list --json
    """
    from muzecli.config import read_mapping
    from muzecli.errors import MuzeError
    from muzecli.presets import all_presets
    from muzecli.training.presets import ModelPresets, parse_preset

    rows: list[dict[str, Any]] = []
    for found in all_presets("models"):
        try:
            data = read_mapping(found.path, what="model preset")
            kind = parse_preset(found.name, data).kind
        except MuzeError as error:  # one bad file must not hide the others
            run.console.warn(error.message)
            continue
        about = ModelPresets().describe(data)
        rows.append(
            {"kind": kind, "name": found.name, "is": "preset", "about": about, "path": str(found.path)}
        )
    rows += _trained(run)
    columns = ("kind", "name", "is", "about")
    run.console.table(columns, [[row[column] for column in columns] for row in rows])
    run.console.document("muze.models/1", {"models": rows})


def info(
    run: Run,
    name: Annotated[
        str,
        typer.Argument(
            metavar="PRESET|FOLDER", help="A preset, its file, or the folder or name of a trained model."
        ),
    ],
    depth: Annotated[int, typer.Option("--depth", min=1, max=8, help="How far to go into the parts.")] = 1,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change the preset: model.width=64; repeatable."),
    ] = None,
) -> None:
    """Print how many parameters a model has, and where.

    A preset's network is built without memory for its weights, so that the largest can be looked at anywhere. What
    only the data decide, such as genres, is counted as the preset says.

    Examples:
    muze models info spec-unet-320
    muze models info vae-tiny --depth 2 --set model.latent_dim=32
    muze models info planner-tiny --json
    """
    from muzecli.errors import UsageError

    if Path(name).expanduser().is_dir() or not _is_preset(name):
        if assignments:
            raise UsageError(
                f"--set changes presets, and {name} is a trained model", hint="muze models list shows all"
            )
        measured = _measure_stored(_stored_folder(name))
    else:
        measured = _measure_preset(name, assignments or ())
    parts = by_part(measured.values, depth)
    total = measured.total
    rows = [
        (part, f"{values:,}", f"{values / total:.1%}", _bytes(4 * values), _bytes(2 * values))
        for part, values in [*parts.items(), ("all", total)]
    ]
    columns = ("part", "parameters", "share", "fp32", "bf16")
    run.console.table(columns, rows, title=f"{name} ({measured.kind}): {counted(total)} parameters")
    run.console.document(
        "muze.model-info/1",
        {
            "name": name,
            "kind": measured.kind,
            "source": measured.source,
            "path": str(measured.path),
            "parameters": total,
            "bytes": {"fp32": 4 * total, "bf16": 2 * total},
            "parts": [{"part": part, "parameters": values} for part, values in parts.items()],
            "config": measured.config,
            "about": measured.about,
        },
    )


def by_part(values: Mapping[str, int], depth: int) -> dict[str, int]:
    """Return the sums of values by the first parts of their dotted names, in order of appearance.

    A tensor's own name is no part, unless it lies in none.

    Args:
        values: dotted name of a tensor → how many values it has.
        depth: parts of a name that count, at least 1.
    """
    parts: Counter[str] = Counter()
    for name, count in values.items():
        inside = name.split(".")
        parts[".".join(inside[: max(1, min(depth, len(inside) - 1))])] += count
    return dict(parts)


def counted(number: int) -> str:
    """Return a number of parameters as people say it: 698.6 M, 6.07 B."""
    for unit, size, digits in (("B", 10**9, 2), ("M", 10**6, 1), ("k", 10**3, 1)):
        if number >= size:
            return f"{number / size:.{digits}f} {unit}"
    return str(number)


def _bytes(size: int) -> str:
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= scale:
            return f"{size / scale:.3g} {unit}"
    return f"{size} B"


# ---- presets ----


def _is_preset(name: str) -> bool:
    """Return whether a name or file means a preset rather than a trained model."""
    from muzecli.presets import SUFFIXES, all_presets
    from muzecli.training.stored import CONFIG_FILE

    if Path(name).name == CONFIG_FILE:  # a trained model's
        return False
    wanted = name.removeprefix("models/")
    return Path(name).suffix in SUFFIXES or any(found.name == wanted for found in all_presets("models"))


def _measure_preset(name: str, assignments: Iterable[str]) -> Measured:
    """Build a preset's network without memory for its weights, and measure it.

    Raises:
        InputMissingError, ConfigError: there is no such preset, or it is wrong.
    """
    from muzecli.config import read_mapping
    from muzecli.plugin import model_kinds
    from muzecli.presets import find_preset
    from muzecli.training.presets import parse_preset

    found = find_preset(name, "models")
    preset: ModelPreset = parse_preset(found.name, read_mapping(found.path, what="model preset"))
    preset = preset.with_values(tuple(assignments))
    kind = model_kinds.get(preset.kind)
    config: Any = preset.config(kind.config_type)

    import torch

    with torch.device("meta"):
        network = kind.build(config)
    values = {name: parameter.numel() for name, parameter in network.named_parameters()}
    return Measured(preset.kind, "preset", found.path, values, preset.model, {})


# ---- trained models ----


def _trained(run: Run) -> list[dict[str, Any]]:
    """Return the stored models that ship or lie in the user's cache."""
    from muzecli.config import user_cache_dir
    from muzecli.errors import MuzeError
    from muzecli.resources import weights_dir
    from muzecli.training.stored import CONFIG_FILE, SCHEMA, read_json

    rows: list[dict[str, Any]] = []
    for source, root in (("shipped", weights_dir()), ("cache", user_cache_dir() / "weights")):
        if root is None:
            continue
        for path in sorted(root.rglob(CONFIG_FILE)):
            try:
                document = read_json(path, what="model configuration")
            except MuzeError as error:
                run.console.warn(error.message)
                continue
            if document.get("schema") != SCHEMA:
                continue  # a model of another maker, such as a text encoder
            rows.append(
                {
                    "kind": str(document.get("kind")),
                    "name": path.parent.relative_to(root).as_posix(),
                    "is": "trained",
                    "about": source,
                    "path": str(path.parent),
                }
            )
    return rows


def _stored_folder(name: str) -> Path:
    """Return the folder that a name or path of a trained model means.

    Raises:
        InputMissingError: a path leads nowhere, or to a folder without a model.
        BadDataError: it leads to a file that is no part of one.
        UsageError: there is neither a preset nor a trained model of that name.
    """
    from muzecli.config import user_cache_dir
    from muzecli.errors import BadDataError, InputMissingError, UsageError
    from muzecli.resources import weights_dir
    from muzecli.training.stored import CONFIG_FILE, MODEL_FILE

    if not name.strip():
        raise UsageError("a model needs a name, and this one is empty", hint=_SEE)
    place = Path(name).expanduser()
    if place.name in (CONFIG_FILE, MODEL_FILE) and place.is_file():
        place = place.parent
    if place.is_dir():
        return _with_config(place)
    if place.exists():
        raise BadDataError(f"a trained model is a folder, and {place} is a file", hint=_SEE)
    if place.is_absolute() or name.startswith((".", "~")):
        raise InputMissingError(f"there is no folder {place} of a model", hint=_SEE)
    for root in (weights_dir(), user_cache_dir() / "weights"):
        if root is not None and (root / name).is_dir():
            return _with_config(root / name)
    raise UsageError(f"there is neither a preset nor a trained model named '{name}'", hint=_SEE)


_SEE = "muze models list shows all"


def _with_config(folder: Path) -> Path:
    """Return a folder that holds a model's configuration.

    Raises:
        InputMissingError: it holds none; the hint names the models below it.
    """
    from muzecli.errors import InputMissingError
    from muzecli.training.stored import CONFIG_FILE

    if (folder / CONFIG_FILE).is_file():
        return folder
    inside = sorted(path.parent.name for path in folder.glob(f"*/{CONFIG_FILE}"))
    raise InputMissingError(
        f"the folder of a model must hold {CONFIG_FILE}, and {folder} does not",
        hint=f"name one of those in it: {', '.join(inside)}" if inside else _SEE,
    )


def _measure_stored(folder: Path) -> Measured:
    """Measure a stored model by the header of its weights; none of them is read.

    Raises:
        InputMissingError, BadDataError: something is missing, or damaged.
    """
    from safetensors import SafetensorError, safe_open

    from muzecli.errors import BadDataError, InputMissingError
    from muzecli.training.stored import CONFIG_FILE, MODEL_FILE, read_json, read_model

    kind = read_json(folder / CONFIG_FILE, what="model configuration").get("kind")
    stored = read_model(folder, kind=str(kind))
    path = folder / MODEL_FILE
    if not path.is_file():
        raise InputMissingError(
            f"the folder of a model must hold {MODEL_FILE}, and {folder} does not",
            hint="train or fetch it again",
        )
    values: dict[str, int] = {}
    try:
        with safe_open(path, framework="np") as file:
            for name in sorted(file.keys()):
                values[name] = math.prod(file.get_slice(name).get_shape())
    except (SafetensorError, OSError) as error:
        raise BadDataError(f"{path} is damaged: {error}", hint="train or fetch it again") from error
    return Measured(stored.kind, "trained", folder, values, stored.config, stored.about)
