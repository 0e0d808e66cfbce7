"""The network and what is drawn from it: exact bars, the same by the same seed, clear errors."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from muze_plan.model.codes import PARTS
from muze_plan.model.config import PlannerConfig
from muze_plan.model.features import Song
from muze_plan.model.forms import Form, FormSection
from muze_plan.model.network import PlannerNetwork
from muze_plan.model.sampling import draw, load_planner, nucleus, sample_sections
from muze_plan.model.task import Encoded, PlannerTask, part_nats
from muzecli.errors import BadDataError, InputMissingError, UsageError
from muzecli.files import file_sha256
from muzecli.resources import weights_dir
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import SectionType
from muzecli.training.stored import write_model

CONFIG = PlannerConfig(width=16, layers=2, heads=2, genres=("jazz", "pop"))


def untrained(backbone: str = "gru") -> PlannerNetwork:
    """A network that says anything: whatever holds for it holds by construction."""
    torch.manual_seed(3)
    network = PlannerNetwork(PlannerConfig(**{**CONFIG.__dict__, "backbone": backbone}))
    for weights in network.parameters():
        weights.data.mul_(1.5)
    return network.eval()


NETWORK = untrained()
METRES = st.sampled_from([TimeSignature(4, 4), TimeSignature(3, 4), TimeSignature(6, 8), TimeSignature(7, 8)])


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 430), METRES, st.floats(20, 400), st.floats(0, 1), st.booleans(), st.integers(0, 2**32 - 1)
)
def test_bars_add_up_whatever_the_network_says(
    bars: int, metre: TimeSignature, tempo_bpm: float, energy: float, has_vocals: bool, seed: int
) -> None:
    song = Song(0, tempo_bpm, metre, bars, energy, has_vocals)
    sections = draw(NETWORK, song, seed=seed)
    assert sum(section.bars for section in sections) == bars
    assert all(section.bars >= 1 and 0.0 <= section.energy <= 1.0 for section in sections)
    assert has_vocals or not any(section.has_vocals for section in sections)
    assert sections == draw(NETWORK, song, seed=seed)


def test_seeds_differ() -> None:
    song = Song(1, 120.0, TimeSignature(), 64, 0.5, True)
    drawn = {tuple(s.type for s in draw(NETWORK, song, seed=seed)) for seed in range(8)}
    assert len(drawn) >= 6


def form(*bars: int, name: str = "s") -> Form:
    kinds = list(SectionType)
    return Form(
        *(name, "train", "pop", 100.0, TimeSignature(), 0.5, True),
        tuple(FormSection(kinds[n % 13], count, n % 10 / 10, n % 2 == 0) for n, count in enumerate(bars)),
    )


@pytest.mark.parametrize("backbone", ["transformer", "gru"])
def test_the_network_sees_nothing_of_what_is_to_come(backbone: str) -> None:
    network = untrained(backbone)
    a = Encoded([form(4, 8, 8, 16, 4)], CONFIG.genres).batch([0])
    b = Encoded([form(4, 8, 12, 12, 4)], CONFIG.genres).batch([0])
    with torch.no_grad():
        first, second = part_nats(network, network, a)[0], part_nats(network, network, b)[0]
    assert torch.allclose(first[:, :2], second[:, :2], atol=1e-5)
    # The third section's bars differ, its type does not.
    assert torch.allclose(first[:, 2, 0], second[:, 2, 0], atol=1e-5)
    assert not torch.allclose(first[:, 2, 1], second[:, 2, 1], atol=1e-3)


@pytest.mark.parametrize("backbone", ["transformer", "gru"])
def test_padding_changes_nothing(backbone: str) -> None:
    network = untrained(backbone)
    forms = [form(4, 8, 8), form(1, 1, 2, 3, 5, 8, 13), form(30)]
    encoded = Encoded(forms, CONFIG.genres)
    with torch.no_grad():
        together = part_nats(network, network, encoded.batch([0, 1, 2]))[0].sum(1)
        alone = torch.cat([part_nats(network, network, encoded.batch([n]))[0].sum(1) for n in range(3)])
    assert torch.allclose(together, alone, atol=1e-4)
    assert together.isfinite().all()


@pytest.mark.parametrize("backbone", ["transformer", "gru"])
def test_section_by_section_is_the_same_as_all_at_once(backbone: str) -> None:
    """What is drawn from is what is trained: the same h, one section at a time."""
    network = untrained(backbone)
    batch = Encoded([form(4, 8, 8, 16, 4)], CONFIG.genres).batch([0])
    song = batch["song_numbers"], batch["song_classes"]
    rows = batch["numbers"], batch["before"], batch["place"]
    state, steps = None, []
    with torch.no_grad():
        whole = network(*song, *rows)
        for section in range(5):
            hidden, state = network.advance(*song, *(row[:, section : section + 1] for row in rows), state)
            steps.append(hidden)
    assert torch.allclose(torch.cat(steps, dim=1), whole, atol=1e-5)


def test_what_is_drawn_is_probable() -> None:
    """Drawing and scoring meet the same numbers: nothing drawn is improbable when it is scored as a form."""
    song = Song(2, 100.0, TimeSignature(), 40, 0.5, True)
    sections = draw(NETWORK, song, seed=5)
    drawn = Form(
        *("s", "train", "pop", 100.0, TimeSignature(), 0.5, True),
        tuple(FormSection(s.type, s.bars, s.energy, s.has_vocals) for s in sections),
    )
    with torch.no_grad():
        nats, _ = part_nats(NETWORK, NETWORK, Encoded([drawn], CONFIG.genres).batch([0]))
    # A class of the last twentieth of probability is never drawn, and no part has more than 47 classes.
    assert float(nats.max()) < -torch.log(torch.tensor(0.05 / 47)).item()


def test_learning_by_heart() -> None:
    """A network that learns four songs can say them."""
    forms = [
        form(4, 8, 8, 4, name="a"),
        form(2, 2, 16, name="b"),
        form(13, 13, name="c"),
        form(7, 1, name="d"),
    ]
    config = PlannerConfig(width=32, layers=2, heads=2, dropout=0.0, genre_dropout=0.0, genres=("pop",))
    task = PlannerTask(config, forms, forms, seed=0)
    optimizer = torch.optim.AdamW(task.model.parameters(), lr=1e-2)
    generator = torch.Generator().manual_seed(0)
    for _ in range(100):
        loss = task.loss(task.model, task.batch(range(4)), generator)["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    task.model.eval()
    measured = task.validate(task.model, lambda batch: batch)
    assert measured["loss"] < 0.1
    assert measured["type_accuracy"] == 1.0
    assert measured["loss"] == pytest.approx(sum(measured[f"{part}_nats"] for part in PARTS))
    sections = draw(task.model, Song(1, 100.0, TimeSignature(), 20, 0.5, True), seed=1)
    assert [s.bars for s in sections] == [2, 2, 16]


def test_nucleus_draws_from_the_probable() -> None:
    probabilities = [0.02, 0.5, 0.3, 0.18]
    drawn = Counter(nucleus(probabilities, u / 1000) for u in range(1000))
    assert set(drawn) == {1, 2, 3}
    assert drawn[1] / 1000 == pytest.approx(0.5 / 0.98, abs=0.01)
    assert nucleus([0.0, 1.0], 0.999999) == 1
    assert {nucleus(probabilities, u / 100, top_p=1.0) for u in range(100)} == {0, 1, 2, 3}


# ---- stored weights ----


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = asdict(NETWORK.config)
    write_model(tmp_path / "m", NETWORK.state_dict(), kind="planner", config=config, dtype=torch.float16)
    return tmp_path / "m"


def ask(model: Path, **changes: object) -> list[object]:
    wanted: dict[str, object] = {
        "genre": "pop",
        "tempo_bpm": 120.0,
        "time_signature": TimeSignature(),
        "bars": 32,
        "energy": 0.5,
        "has_vocals": True,
        "seed": 1,
    }
    return list(sample_sections(**{**wanted, **changes}, model=model))  # type: ignore[arg-type]


def test_stored_weights_are_drawn_from(folder: Path) -> None:
    assert ask(folder) == ask(folder)
    drawn = {g: [ask(folder, genre=g, seed=n, bars=90) for n in range(6)] for g in ("pop", "polka", None)}
    assert drawn["polka"] == drawn[None] != drawn["pop"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"bars": 0}, "at least 1 bar"),
        ({"tempo_bpm": float("nan")}, "tempo must be 20…400"),
        ({"energy": 1.5}, "energy must be 0…1"),
    ],
)
def test_wishes_out_of_range(folder: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ask(folder, **changes)


def test_missing_and_damaged_weights(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match="no weights file or folder"):
        ask(tmp_path / "nowhere")
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadDataError, match="is damaged or belongs to another configuration"):
        ask(folder)
    write_model(folder, {"w": torch.zeros(1)}, kind="planner", config=CONFIG.__dict__, overwrite=True)
    with pytest.raises(BadDataError, match="do not fit the planner that its configuration describes"):
        ask(folder)
    write_model(folder, {"w": torch.zeros(1)}, kind="planner", config={"depth": 1}, overwrite=True)
    with pytest.raises(BadDataError, match="unknown key 'depth'"):
        ask(folder)
    write_model(folder, {"w": torch.zeros(1)}, kind="vae", config={}, overwrite=True)
    with pytest.raises(BadDataError, match="must be a planner model, and it is a vae model"):
        load_planner(folder)


def shipped() -> Path:
    found = weights_dir()
    if found is None or not (found / "planner" / "model.safetensors").is_file():
        pytest.skip("no planner weights ship with this checkout")
    return found / "planner"


@pytest.mark.parametrize("genre", ["pop", "techno", "jazz", "ambient", "polka"])
@pytest.mark.parametrize("duration_s", [5, 30, 180, 600])
def test_shipped_weights_draw_songs(genre: str, duration_s: int) -> None:
    shipped()
    for seed in range(3):
        bars = max(1, round(duration_s / 2.0))
        wishes = {"tempo_bpm": 120.0, "time_signature": TimeSignature(), "energy": 0.6, "has_vocals": True}
        sections = sample_sections(genre=genre, bars=bars, seed=seed, **wishes)  # type: ignore[arg-type]
        assert sum(section.bars for section in sections) == bars
        assert max(section.bars for section in sections) <= 64
        assert all(section.type is not SectionType.UNKNOWN for section in sections)
        mean = sum(section.energy * section.bars for section in sections) / bars
        assert abs(mean - 0.6) < 0.25
        if duration_s >= 30:
            assert len(sections) >= 2
        if duration_s >= 180:
            assert len({section.type for section in sections}) >= 2


def test_shipped_weights_are_small_and_measured() -> None:
    folder = shipped()
    assert (folder / "model.safetensors").stat().st_size < 3e6
    report = json.loads((folder / "report.json").read_text())
    assert report["sha256"] == file_sha256(folder / "model.safetensors")
    assert all(all(better.values()) for better in report["beats"].values())
    assert report["sha256"] in (folder / "README.md").read_text()


def test_drawing_loads_no_training_library() -> None:
    code = (
        "import sys, muze_plan.model.sampling;"
        "sys.exit(any(m in sys.modules for m in ('lightning_fabric', 'transformers', 'matplotlib', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
