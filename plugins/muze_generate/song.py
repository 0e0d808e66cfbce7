"""From a request to work: read what is there, plan, and decide what is to be played. Nothing is rendered yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from muze_generate.asking.heard import Heard, hear
from muze_generate.asking.planning import Planned, changed, check_length, planned
from muze_generate.asking.request import GenerateRequest
from muze_generate.asking.sources import GivenPlan, prompt_text
from muze_generate.finishing.continuation import Continuation
from muze_generate.finishing.regeneration import Regeneration
from muze_generate.finishing.whole import WholeSong
from muze_generate.finishing.work import Work
from muzecli.errors import BadDataError
from muzecli.seeds import resolve_seed


@dataclass(frozen=True)
class Song:
    """What is to be played, decided.

    Attributes:
        work: what is played, and how it becomes a file.
        seed: of the first take.
        drawn: whether the seed was drawn, so that the user has to be told.
        remarks: what the user should know.
        notes: what the user may want to know.
        before: inputs and weights of the song that is repeated, by name; what differs is told.
    """

    work: Work
    seed: int
    drawn: bool = False
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    before: Mapping[str, str] = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        """The words that takes are scored against."""
        return self.work.plan.prompt

    def strangers(self, found: tuple[Mapping[str, Any], ...]) -> list[str]:
        """Return a remark for each input or model that is not what it was when the song was made first."""
        return [
            f"{item['name']} is not the file that the song was made with, so it will not be the same"
            for item in found
            if self.before.get(str(item["name"]), item["sha256"]) != item["sha256"]
        ]


def heard_audio(request: GenerateRequest) -> Heard | None:
    """Return the audio that a request works on; None for a song from nothing.

    Raises:
        InputMissingError, BadDataError, UsageError: it cannot be read.
    """
    given = request.init_audio or request.continue_from or request.of
    return None if given is None else hear(given)


def decide(request: GenerateRequest, given: GivenPlan | None, heard: Heard | None, *, container: str) -> Song:
    """Return the song that a request means.

    Args:
        request: checked.
        given: the plan of `--plan`.
        heard: the audio that it works on.
        container: of the file.

    Raises:
        MuzeError: the prompt means nothing, the plan and the audio do not fit, the container cannot hold it.
    """
    prompt = prompt_text(request.prompt)
    plan = given.plan if given is not None else None
    if request.of is not None and plan is None and heard is not None:
        if heard.planned is None:
            raise BadDataError(
                f"{request.of} has no sidecar with a plan, which says where its sections are",
                hint="keep song.json beside song.wav, or make the song with muze generate",
            )
        plan = heard.planned[0]
    drawn = request.seed is None and (plan is None or request.of is not None)
    if request.seed is not None:
        seed = request.seed
    else:  # a plan's own, with which it is played as its preview was; but a section made anew is to be another
        seed = resolve_seed(None) if plan is None or request.of is not None else plan.seed
    made = (
        Planned(changed(plan, request, prompt))
        if plan is not None
        else planned(request, prompt or "", seed, heard)
    )
    check_length(made.plan)
    work = _work(made, request, heard, container)
    heard_notes = () if heard is None else tuple(f"{heard.name} {note}" for note in heard.notes)
    return Song(work, seed, drawn, made.remarks, (*made.notes, *heard_notes), _hashes(given))


def _work(made: Planned, request: GenerateRequest, heard: Heard | None, container: str) -> Work:
    if heard is not None and request.of is not None and request.regenerate_section is not None:
        return Regeneration.asked(made.plan, heard, request.regenerate_section, container=container)
    if heard is not None and request.continue_from is not None:
        return Continuation.asked(made.plan, request, container, heard)
    return WholeSong.asked(made.plan, request, container, heard)


def _hashes(given: GivenPlan | None) -> dict[str, str]:
    """Return the name and SHA-256 of what the sidecar says that the song was made with."""
    if given is None or given.sidecar is None or not given.repeats:
        return {}
    items = [*given.sidecar.get("inputs", ()), *given.sidecar.get("weights", ())]
    return {
        str(item["name"]): str(item["sha256"])
        for item in items
        if isinstance(item, dict) and "name" in item and "sha256" in item
    }
