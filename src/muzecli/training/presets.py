"""Model presets: YAML of a model's own configuration and of the settings it is trained with.

    # muze train planner --annotations forms --output runs/planner --preset planner-tiny
    schema: muze.model-preset/1
    kind: planner
    summary: …
    model: {…}       builds the kind's frozen dataclass
    training: {…}    builds `TrainSettings`

Which dataclass belongs to a kind, the plugin that brings the kind says (entry-point group `muze.models`).
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from muzecli.config import parse_yaml, read_mapping, unknown_key
from muzecli.errors import ConfigError, MuzeError
from muzecli.plugin import model_kinds
from muzecli.presets import find_preset
from muzecli.training.settings import TrainSettings

SCHEMA = "muze.model-preset/1"
_KEYS = ("schema", "kind", "summary", "model", "training")

C = TypeVar("C")


@dataclass(frozen=True)
class ModelPreset:
    """A preset as read: two mappings that have not become dataclasses yet, so that `--set` can change them."""

    name: str
    kind: str
    model: Mapping[str, Any]
    training: Mapping[str, Any]

    def with_values(self, assignments: Sequence[str]) -> ModelPreset:
        """Return the preset changed by `model.width=96`, `model.network.layers=4`, `training.clip_norm=0.5`.

        Raises:
            ConfigError: one is not of that form.
        """
        blocks: dict[str, Any] = {"model": dict(self.model), "training": dict(self.training)}
        for assignment in assignments:
            place, equals, text = assignment.partition("=")
            block, dot, key = place.strip().partition(".")
            if not (equals and dot and key) or block not in blocks:
                raise ConfigError(
                    f"--set takes model.KEY=VALUE or training.KEY=VALUE, not '{assignment}'",
                    hint="for example --set model.width=96",
                )
            *path, last = key.split(".")
            inner = blocks[block]
            for name in path:
                inside = inner.get(name, {})
                if not isinstance(inside, Mapping):
                    raise ConfigError(f"--set {assignment}: '{name}' is a value and has nothing inside it")
                inner[name] = dict(inside)
                inner = inner[name]
            inner[last] = parse_yaml(text, name=f"--set {assignment}", what="value")
        return dataclasses.replace(self, model=blocks["model"], training=blocks["training"])

    def config(self, kind: type[C]) -> C:
        """Build the model's configuration.

        Raises:
            ConfigError: a key is unknown, or a value of the wrong type or out of range.
        """
        return build(kind, self.model, where=f"preset {self.name}: model")

    def settings(self, **given: Any) -> TrainSettings:
        """Build the training settings; `given` values that are not None come before the preset's.

        Raises:
            ConfigError: as `config`.
        """
        values = {**self.training, **{key: value for key, value in given.items() if value is not None}}
        return build(TrainSettings, values, where=f"preset {self.name}: training")


def load_model_preset(name: str, *, kind: str) -> ModelPreset:
    """Read a model preset by name or file.

    Raises:
        InputMissingError: the file is missing.
        ConfigError: no preset has that name, it is of another kind, or a key is unknown or missing.
    """
    found = find_preset(name, "models")
    preset = parse_preset(found.name, read_mapping(found.path, what="model preset"))
    if preset.kind != kind:
        raise ConfigError(
            f"the preset must be of a {kind}, and {found.path} is of a {preset.kind}",
            hint="muze presets list shows all",
        )
    return preset


def parse_preset(name: str, data: Mapping[str, Any]) -> ModelPreset:
    """Return a preset of its file's content.

    Raises:
        ConfigError: a key is unknown or missing, or a block is no mapping.
    """
    if data.get("schema") != SCHEMA:
        raise ConfigError(f"preset {name}: the schema must be {SCHEMA}, found {data.get('schema')!r}")
    for key in data:
        if key not in _KEYS:
            raise unknown_key(str(key), _KEYS, where=f"preset {name}: ")
    blocks = {key: data.get(key) or {} for key in ("model", "training")}
    for key, block in blocks.items():
        if not isinstance(block, Mapping):
            raise ConfigError(f"preset {name}: '{key}' must be a mapping of names to values")
    if not isinstance(data.get("kind"), str):
        raise ConfigError(f"preset {name}: 'kind' must name the kind of model")
    return ModelPreset(name, data["kind"], blocks["model"], blocks["training"])


def build(kind: type[C], values: Mapping[str, Any], *, where: str) -> C:
    """Build a dataclass of plain fields from a mapping, strictly.

    Whole numbers, and text that YAML should have read as a number, are taken for float fields; nothing else is
    converted. A list becomes a tuple.

    Raises:
        ConfigError: a key is unknown or missing, or a value is of the wrong type or out of range.
    """
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    types = typing.get_type_hints(kind)
    ready: dict[str, Any] = {}
    for key, value in values.items():
        if key not in fields:
            raise unknown_key(str(key), fields, where=f"{where}: ")
        wanted = types[key]
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if wanted is float and isinstance(value, str):
            with suppress(ValueError):  # YAML 1.1 reads 2e-3 as text
                value = float(value)
        if isinstance(value, list):
            value = tuple(value)
        plain = typing.get_origin(wanted) or wanted
        if plain in (int, float, str, bool, tuple) and type(value) is not plain:
            raise ConfigError(f"{where}: '{key}' must be {_called(plain)}, not {value!r}")
        ready[key] = value
    required = [
        name
        for name, field in fields.items()
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    missing = [name for name in required if name not in ready]
    if missing:
        raise ConfigError(f"{where}: {', '.join(missing)} must be given")
    try:
        return kind(**ready)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error


def _called(kind: type) -> str:
    return {
        int: "a whole number",
        float: "a number",
        str: "text",
        bool: "true or false",
        tuple: "a list",
    }[kind]


class ModelPresets:
    """Presets of models (`muze.model-preset/1`), for `muze presets`."""

    name = "models"
    summary = "sizes of models and how they are trained"

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with a model preset."""
        if not isinstance(data, Mapping):
            return ["a model preset must be a mapping"]
        faults: list[str] = []
        try:
            preset = parse_preset(path.stem, data)
        except ConfigError as error:
            return [error.line]
        try:
            preset.settings()
        except MuzeError as error:
            faults.append(error.line)
        try:
            preset.config(model_kinds.get(preset.kind).config_type)
        except MuzeError as error:
            faults.append(error.line)
        return faults

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return what the model is for."""
        return str(data.get("summary") or "")
