"""The task: its loss beside the definition, and batches that depend on their items alone."""

import io
import math

import pytest
import torch
from tests.evaluate.clap.songs import dataset

from muze_evaluate.clap.config import ClapConfig
from muze_evaluate.clap.learning.items import drawn, fixed, part_of
from muze_evaluate.clap.learning.material import read_material
from muze_evaluate.clap.learning.task import ClapTask, _fits, contrast, trait_loss
from muze_evaluate.clap.words.prompts import Told
from muze_evaluate.clap.words.texts import FrozenTexts
from muze_evaluate.clap.words.traits import trait_names, traits_of
from muzecli.console import Console
from muzecli.errors import BadDataError, InputMissingError

CONSOLE = Console(verbosity=-1, out=io.StringIO())
SHAPE = {
    "width": 8,
    "channels": (4, 8),
    "trunk_width": 8,
    "rhythm_width": 4,
    "harmony_width": 4,
    "text_width": 8,
    "text_layers": 1,
    "text_heads": 2,
    "window_blocks": 16,
    "views": 3,
}


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clap")
    return read_material([dataset(folder / "corpus")], folder / "cache", max_tracks=None, console=CONSOLE)


@pytest.fixture(scope="module")
def task(material):
    config = ClapConfig(**SHAPE, traits=trait_names(material.genres))
    return ClapTask(config, material, FrozenTexts(), seed=1)


def unit(*rows):
    return torch.nn.functional.normalize(torch.tensor(rows, dtype=torch.float32), dim=-1)


def test_the_loss_is_the_symmetric_cross_entropy():
    texts, sounds = unit([1, 0], [0, 1], [1, 1]), unit([1, 1], [0, 1], [2, 1])
    logits = 5.0 * texts @ sounds.T
    wanted = 0.0
    for matrix in (logits, logits.T):
        for row in range(3):
            wanted += math.log(sum(math.exp(float(x)) for x in matrix[row])) - float(matrix[row, row])
    found = contrast(texts, sounds, torch.eye(3, dtype=torch.bool), torch.tensor(5.0))
    assert float(found) == pytest.approx(wanted / 6, rel=1e-5)


def test_a_sound_that_fits_as_well_is_not_held_against_a_text():
    texts, sounds = unit([1, 0], [0, 1]), unit([1, 0], [1, 0])
    eye = torch.eye(2, dtype=torch.bool)
    fits = eye.clone()
    fits[0, 1] = True
    against, without = (contrast(texts, sounds, one, torch.tensor(5.0)) for one in (eye, fits))
    assert float(without) < float(against)
    fits[1, 0] = True
    assert float(contrast(texts, sounds, fits, torch.tensor(5.0))) == pytest.approx(0.0)


def test_words_of_one_song_fit_no_other(task, material):
    items = [fixed(song, 16, 0) for song in material.of("train")]
    told = [Told("the same for all", frozenset({"family drums"})), Told("a title", frozenset({"song 1"}))] * 2
    sounds = traits_of([item.facts for item in items], task.clap.traits)
    fits = _fits(told, task.clap.traits, sounds)
    assert fits[0].all() and fits[2].all()
    assert fits[1].tolist() == [False, True, False, False]


def test_unknown_traits_cost_nothing():
    logits = torch.tensor([[50.0, -50.0, 0.0]], requires_grad=True)
    has, known = torch.tensor([[True, False, True]]), torch.tensor([[True, True, False]])
    loss = trait_loss(logits, has, known, torch.ones(3))
    assert float(loss.detach()) == pytest.approx(0.0, abs=1e-6)
    loss.backward()
    assert logits.grad[0, 2] == 0.0


def test_a_batch_depends_on_its_items_alone(task):
    first = task.batch([0, 5, 7])
    task.batch([1, 2, 3])
    again = task.batch([0, 5, 7])
    assert torch.equal(first["blocks"], again["blocks"])
    for one, other in zip(first["texts"], again["texts"], strict=True):
        assert torch.equal(one[0], other[0]) and torch.equal(one[1], other[1])
    assert all(bool(fits.diagonal().all()) for fits in again["fits"])


def test_items_are_songs_in_several_views(task):
    assert len(task) == 4 * 3
    assert task.item_id(5) == "1, view 1"
    blocks = [task.batch([index, 4])["blocks"][0] for index in (1, 5, 9)]
    assert len({(one.shape, float(one.sum())) for one in blocks}) == 3


def test_one_step_reaches_all_weights_and_validation_is_repeatable(task):
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        before, again = (task.validate(task.model.eval(), lambda batch: batch) for _ in range(2))
    assert before == again
    values = task.loss(task.model.train(), task.batch([0, 1, 2, 3]), generator)
    values["loss"].backward()
    unused = {name for name, weights in task.model.named_parameters() if weights.grad is None}
    assert not unused
    assert before["loss"] == pytest.approx(before["captions"] + before["short"])


def test_parts_are_heard_by_themselves(material):
    song = material.of("train")[0]
    items = [drawn(song, 16, seed) for seed in range(60)]
    solos = [item for item in items if item.alone]
    assert solos and all(item.facts.genre is None for item in solos)
    assert any(not item.alone and item.facts.genre for item in items)
    alone = part_of(song, "piano", 16, 0)
    assert alone is not None and alone.facts.instruments == ("piano",)
    assert fixed(song, 16, 0).facts.voice in ("female_vocals", None)


def test_a_silent_part_is_none(material):
    song = material.of("train")[0]
    assert part_of(song, "flute", 8, 0) is None  # it plays in the last bar only


def test_the_digest_follows_the_content(tmp_path, material):
    folder = dataset(tmp_path / "corpus")
    first = read_material([folder], tmp_path / "cache", max_tracks=None, console=CONSOLE)
    assert first.digest == material.digest
    text = (folder / "dataset.jsonl").read_text()
    (folder / "dataset.jsonl").write_text(text.replace('"genre": "jazz"', '"genre": "folk"', 1))
    other = read_material([folder], tmp_path / "cache", max_tracks=None, console=CONSOLE)
    assert other.digest != first.digest and "folk" in other.genres


def test_a_track_without_words_or_score_is_refused(tmp_path):
    folder = dataset(tmp_path / "corpus", stems=False)
    text = (folder / "dataset.jsonl").read_text()
    text = text.replace('"score_path": "scores/1.json"', '"score_path": null')
    (folder / "dataset.jsonl").write_text(text.replace('"prompt": "a tune called 1"', '"prompt": null'))
    with pytest.raises(BadDataError, match="track '1' must have a score or a prompt"):
        read_material([folder], tmp_path / "cache", max_tracks=None, console=CONSOLE)


def test_a_missing_part_is_named(tmp_path):
    folder = dataset(tmp_path / "corpus")
    (folder / "stems/0/piano.wav").unlink()
    with pytest.raises(InputMissingError, match=r"stems/0/piano\.wav does not exist"):
        read_material([folder], tmp_path / "cache", max_tracks=None, console=CONSOLE)
