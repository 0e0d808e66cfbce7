"""The public plugin API: what a package provides, and where muze looks for it.

A plugin is any installed package that declares entry points in one of the groups below. Each group is a
registry with a Protocol that says what its objects must offer; `muzecli.testing` checks an object against it.
The core and the plugins meet only here: no plugin imports another, and the core imports none.

    [project.entry-points."muze.commands"]
    "hello" = "muze_plugin_hello.cli:hello"      # `muze hello`
    "fx" = "muze_fx.cli"                         # a group: the module's docstring is its help
    "fx.apply" = "muze_fx.cli:apply"             # `muze fx apply`

Commands are functions with Typer's annotations; their module may import only the standard library, typer and
muzecli's light modules, and imports the rest inside the function. Objects of the other registries are classes
or functions that are called with no argument to make the thing.

Shapes: audio is float32 (C, N), C channels, N samples, full scale ±1; a batch of B texts is a sequence of B
strings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from muzecli.registry import COMMANDS, Registry

__all__ = [
    "COMMANDS",
    "REGISTRIES",
    "Composer",
    "Engine",
    "Extractor",
    "Judge",
    "ModelKind",
    "ModelScorer",
    "OptionalPart",
    "PartsSource",
    "Planner",
    "PresetKind",
    "Reconstructor",
    "Reference",
    "Registry",
    "Rendering",
    "Scorer",
    "Separator",
    "Treatment",
    "Voice",
    "composers",
    "engines",
    "extractors",
    "judges",
    "model_kinds",
    "parts",
    "planners",
    "preset_kinds",
    "reconstructors",
    "scorers",
    "separators",
    "treatments",
    "voices",
]

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch

    from muzecli.listening.heard import Finding, Heard
    from muzecli.song.plan import Plan, PlanRequest
    from muzecli.song.score import Score

    Samples = npt.NDArray[np.float32]

OnProgress = Callable[[float], None]
"""Called with the share of the work that is done, 0…1."""


@runtime_checkable
class PresetKind(Protocol):
    """A family of presets: one folder under `presets/`, and what makes a file in it valid.

    Attributes:
        name: the folder's name, such as `effects`.
        summary: one line for `muze presets list`.
    """

    name: str
    summary: str

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with the parsed file, a line a fault; nothing when it is valid."""
        ...

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return one line that says what the preset is for."""
        ...


@dataclass(frozen=True)
class Rendering:
    """Audio made from a plan.

    Attributes:
        samples: (C, N) float32.
        rate_hz: sampling rate.
        stems: parts of it by name, each (C, N); empty where the engine has none.
        weights: name and SHA-256 of each model used, for the sidecar.
        remarks: what the user should know, a sentence each.
    """

    samples: Samples
    rate_hz: int
    stems: Mapping[str, Samples] = field(default_factory=dict)
    weights: Sequence[Mapping[str, str]] = ()
    remarks: Sequence[str] = ()


@dataclass(frozen=True)
class Reference:
    """Audio that is there already, on the time axis of the plan that is rendered.

    Attributes:
        samples: (C, N) float32.
        rate_hz: sampling rate.
        start_s: where its first sample lies; below 0 for what precedes the plan, as in a continuation.
        keep: spans [from, to) in seconds that are to stay as they are; the rest is rendered anew.
        strength: 0…1, how much of the rest is new: 1 knows only what is kept, less starts from the reference.
    """

    samples: Samples
    rate_hz: int
    start_s: float = 0.0
    keep: Sequence[tuple[float, float]] = ()
    strength: float = 1.0


@runtime_checkable
class Engine(Protocol):
    """Turns a song plan into audio (`muze.engines`).

    An engine may also have `check(options)`, which raises what is wrong with options or models without loading
    anything heavy; it is asked before a song is planned, and in a dry run.

    Attributes:
        name: the word for `--engine`.
        summary: one line for lists.
        reworks: whether it can take a reference.
    """

    name: str
    summary: str
    reworks: bool

    def render(
        self,
        plan: Plan,
        *,
        seed: int,
        device: str,
        options: Mapping[str, Any],
        on_progress: OnProgress,
        reference: Reference | None = None,
    ) -> Rendering:
        """Render a whole plan; the same arguments give the same samples.

        Args:
            plan: what to play.
            seed: 0…2³²−1.
            device: a PyTorch device name.
            options: what this engine alone understands (steps, guidance …).
            on_progress: told how far it is.
            reference: audio to keep parts of or to start from; only for engines that rework.

        Raises:
            UsageError: an option is unknown or out of range, or a reference was given to an engine that has no
                use for one.
        """
        ...


@runtime_checkable
class Planner(Protocol):
    """Turns words and wishes into a song plan (`muze.planners`).

    Attributes:
        name: the word on the command line.
        genres: names of the genres it knows.
    """

    name: str
    genres: Sequence[str]

    def plan(self, request: PlanRequest) -> Plan:
        """Return a whole plan, chords included; the same request gives the same plan.

        Raises:
            NotUnderstoodError: the prompt says nothing about music, and no genre is given.
            ConfigError: the template or the genre is unknown.
        """
        ...


@runtime_checkable
class Composer(Protocol):
    """Turns a song plan into notes (`muze.composers`).

    Attributes:
        name: the word on the command line.
    """

    name: str

    def compose(self, plan: Plan) -> Score:
        """Return the score of a whole plan; the plan's seed decides what the plan leaves open."""
        ...


@runtime_checkable
class Treatment(Protocol):
    """Treats audio with a chain of effects (`muze.treatments`).

    Attributes:
        name: unique, such as `fx`.
    """

    name: str

    def treat(
        self, samples: Samples, rate_hz: int, *, chain: Sequence[Mapping[str, Any]], seed: int
    ) -> Samples:
        """Return the treated audio, (C, N) like the input: latency removed, no tail, no change of level.

        Args:
            samples: (C, N) float32.
            rate_hz: sampling rate.
            chain: effects in order, each a mapping with its name under `effect` and its settings.
            seed: decides noise and wobble.

        Raises:
            ConfigError: an effect or a setting is unknown or out of range.
        """
        ...


@runtime_checkable
class Voice(Protocol):
    """Sings or speaks a text (`muze.voices`).

    Attributes:
        name: the word for `--singing-backend`.
        languages: ISO 639-1 codes it can do.
    """

    name: str
    languages: Sequence[str]

    def synthesise(
        self, text: str, *, language: str, reference: tuple[Samples, int] | None, seed: int
    ) -> tuple[Samples, int]:
        """Return the voice, (C, N), and its sampling rate in Hz.

        Args:
            text: what to sing.
            language: one of `languages`.
            reference: audio (C, N) and rate of the voice to sound like, or None for its own.
            seed: 0…2³²−1.
        """
        ...


@runtime_checkable
class Separator(Protocol):
    """Takes a mix apart (`muze.separators`).

    Attributes:
        name: the word on the command line.
        stems: names of what it returns, such as `vocals` and `accompaniment`.
    """

    name: str
    stems: Sequence[str]

    def separate(self, samples: Samples, rate_hz: int, *, device: str) -> Mapping[str, Samples]:
        """Return each stem as (C, N) at the mix's rate; they add up to the mix where the method allows it."""
        ...


@runtime_checkable
class Extractor(Protocol):
    """Measures or reads some fields of an annotated track (`muze.extractors`).

    Names of fields stand for three kinds of things:

        tempo, segments …     fields of a `Track`, as the JSON values they have in a dataset
        fact.NAME             other JSON values worth keeping; a dataset has them under `source.facts`
        material.NAME         arrays and the like for other extractors, kept in memory only

    Its results may depend on nothing but what it declares here, so that they can be kept and need not be found
    again. An extractor that cannot have a value returns a finding with the reason, and never a zero in its place.
    Every extractor is asked in processes of their own, many tracks each: models are loaded by the first `extract`
    and kept.

    Attributes:
        name: unique, such as `beats`.
        version: changes whenever its results may.
        needs: what must have been looked for before it runs: `audio` (the samples), `file` (the path and the tags
            in it), `sidecars` (texts beside the file), or names of fields; whoever gives them runs too.
        uses: names of fields that it makes use of where somebody gives them, and does without otherwise.
        gives: the names of all it fills.
        cost_per_second: CPU seconds for a second of audio, roughly; of two that could run the cheap one does.
    """

    name: str
    version: str
    needs: Sequence[str]
    uses: Sequence[str]
    gives: Sequence[str]
    cost_per_second: float

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return, as JSON values, what else decides its results: the options it heeds, the models that it finds.

        What is not there counts, too: results are looked for again when a model has been installed. Quick, and
        without loading models.

        Args:
            options: see `muzecli.listening.options.DEFAULTS`; others may be there.

        Raises:
            UnavailableError: something that was asked for by name is not there.
        """
        ...

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return a finding for each name in `gives`; the same recording and options give the same.

        Args:
            heard: the recording, the options, and what is known of it so far.
        """
        ...


@runtime_checkable
class Scorer(Protocol):
    """Says how well audio fits a text (`muze.scorers`), by placing both in one space of D dimensions.

    Attributes:
        name: the word on the command line.
        stands_in: whether it gives way to any other one that is here, when none is asked for by name.
    """

    name: str
    stands_in: bool

    def identity(self) -> Mapping[str, Any]:
        """Return, as JSON values, all that decides its vectors; quickly, and without loading a model.

        Among it `model` (a name), `sha256` (of the weights), `dimensions`, `rate_hz`, `channels` and `window_s`,
        `hop_s` (how it cuts what is longer than it hears at once), and `loudness` (what it does about levels).

        Raises:
            UnavailableError: its weights are not here; the hint says how to get them.
        """
        ...

    def embed_texts(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return (B, D) vectors of length 1, one for each text."""
        ...

    def embed_audio(self, audio: Sequence[tuple[Samples, int]]) -> npt.NDArray[np.float32]:
        """Return (B, D) vectors of length 1, one for each audio (samples, rate in Hz).

        What is longer than a window is the mean of the vectors of all its windows, brought to length 1: they lie
        `hop_s` apart, and the last one ends with the recording.
        """
        ...

    def score(self, texts: Sequence[str], audio: Sequence[tuple[Samples, int]]) -> npt.NDArray[np.float32]:
        """Return (B,) similarities in −1…1, one for each text and its audio (samples, rate in Hz).

        A similarity is the mean over the audio's windows of the cosine between the text's vector and the window's.
        """
        ...


@runtime_checkable
class ModelScorer(Scorer, Protocol):
    """A scorer that can be given another model than its own, and a device; beyond what every scorer has to offer."""

    def of(self, model: str | None, *, device: str = "cpu") -> ModelScorer:
        """Return the same kind of scorer with a model and on a device; loads nothing.

        Args:
            model: a folder or a name; None for its own. What is wrong with it is said by `identity`: BadDataError
                where it is another kind of model or a damaged one.
            device: a PyTorch device.
        """
        ...


@runtime_checkable
class Judge(Protocol):
    """Says how far audio does what a plan asks for (`muze.judges`).

    Attributes:
        name: the word for lists and sidecars.
    """

    name: str

    def identity(self, *, device: str) -> Mapping[str, Any]:
        """Return, as JSON values, all that decides its verdicts; quickly, and without loading a model."""
        ...

    def judge(self, plan: Plan, samples: Samples, rate_hz: int, *, device: str) -> Mapping[str, float]:
        """Return by aspect how far it is as planned, 0…1; an aspect of which nothing can be said is left out.

        Args:
            plan: what was to be played.
            samples: (C, N) float32, from where the plan begins.
            rate_hz: their rate.
            device: a PyTorch device name.
        """
        ...


@runtime_checkable
class Reconstructor(Protocol):
    """Takes audio into a model's own representation and back (`muze.reconstructors`), to hear what is lost.

    Attributes:
        name: the word on the command line.
        summary: one line for lists.
    """

    name: str
    summary: str

    def identity(self, model: str | None) -> Mapping[str, Any]:
        """Return, as JSON values, what decides the result: `model`, `sha256`, `rate_hz`; without loading anything.

        Args:
            model: a folder or a name; None for the one that ships.

        Raises:
            InputMissingError, BadDataError, UnavailableError: there is no such model here, or it is another kind.
        """
        ...

    def reconstruct(
        self, samples: Samples, rate_hz: int, *, model: str | None, device: str
    ) -> tuple[Samples, int]:
        """Return what comes back, (C', N'), and its rate; it begins where the input begins and is as long.

        Args:
            samples: (C, N) float32.
            rate_hz: their rate.
            model: as for `identity`.
            device: a PyTorch device name.
        """
        ...


@dataclass(frozen=True)
class OptionalPart:
    """Something that muze can make use of and does without.

    Attributes:
        part: its name, as people know it.
        present: version or place, and why this one; None where it is missing.
        how_to_get: what to do where it is missing.
    """

    part: str
    present: str | None
    how_to_get: str


@runtime_checkable
class PartsSource(Protocol):
    """Says which optional parts a plugin can use (`muze.parts`).

    Attributes:
        name: unique, such as `sampler`.
    """

    name: str

    def look(self) -> Sequence[OptionalPart]:
        """Return the parts, present or not; quickly, and without failing where one is missing."""
        ...


@runtime_checkable
class ModelKind(Protocol):
    """A kind of model that a plugin brings (`muze.models`).

    Attributes:
        name: the kind, as in presets and stored configurations.
        config_type: the frozen dataclass that a preset's `model` block builds.
    """

    name: str
    config_type: type

    def build(self, config: Any) -> torch.nn.Module:
        """Return the network of a configuration, freshly initialised; on the meta device where that is current."""
        ...


preset_kinds = Registry[PresetKind]("muze.preset_kinds", PresetKind, "kind of preset")  # type: ignore[type-abstract]
engines = Registry[Engine]("muze.engines", Engine, "engine")  # type: ignore[type-abstract]
planners = Registry[Planner]("muze.planners", Planner, "planner")  # type: ignore[type-abstract]
composers = Registry[Composer]("muze.composers", Composer, "composer")  # type: ignore[type-abstract]
treatments = Registry[Treatment]("muze.treatments", Treatment, "treatment")  # type: ignore[type-abstract]
voices = Registry[Voice]("muze.voices", Voice, "voice")  # type: ignore[type-abstract]
separators = Registry[Separator]("muze.separators", Separator, "separator")  # type: ignore[type-abstract]
extractors = Registry[Extractor]("muze.extractors", Extractor, "extractor")  # type: ignore[type-abstract]
scorers = Registry[Scorer]("muze.scorers", Scorer, "scorer")  # type: ignore[type-abstract]
judges = Registry[Judge]("muze.judges", Judge, "judge")  # type: ignore[type-abstract]
reconstructors = Registry[Reconstructor]("muze.reconstructors", Reconstructor, "reconstructor")  # type: ignore[type-abstract]
model_kinds = Registry[ModelKind]("muze.models", ModelKind, "kind of model")  # type: ignore[type-abstract]
parts = Registry[PartsSource]("muze.parts", PartsSource, "source of optional parts")  # type: ignore[type-abstract]

REGISTRIES: tuple[Registry[Any], ...] = (
    preset_kinds,
    engines,
    planners,
    composers,
    treatments,
    voices,
    separators,
    extractors,
    scorers,
    judges,
    reconstructors,
    model_kinds,
    parts,
)
