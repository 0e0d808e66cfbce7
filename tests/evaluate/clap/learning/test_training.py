"""`muze train clap` from dataset to card: tiny, gone on with, refused."""

import io
import json
from dataclasses import replace

import pytest
from tests.evaluate.clap.songs import RATE_HZ, dataset, noise

from muze_evaluate.clap.learning.task import ClapTask
from muze_evaluate.clap.learning.training import TrainClapRequest, train_clap
from muze_evaluate.clap.scorer import MuzeClap
from muzecli.console import Console
from muzecli.errors import ConfigError, InterruptedRunError, OutputError, UsageError
from muzecli.options import Run
from muzecli.presets import all_presets
from muzecli.training.presets import load_model_preset


def run(out=None):
    return Run(("train", "clap"), Console(verbosity=-1, json_output=True, out=out or io.StringIO()))


@pytest.fixture
def request_(tmp_path):
    return TrainClapRequest(
        annotations=(dataset(tmp_path / "corpus"),),
        output=tmp_path / "out",
        preset="clap-micro",
        steps=4,
        assignments=("training.check_every=2", "training.batch_size=4"),
        cache=tmp_path / "cache",
        seed=1,
        device="cpu",
    )


def test_a_model_is_trained_measured_and_scores(request_):
    out = io.StringIO()
    train_clap(run(out), request_)
    document = json.loads(out.getvalue())
    assert document["schema"] == "muze.train.clap/1"
    assert document["data"]["recordings"] == {"train": 4, "valid": 1, "test": 1}
    assert document["data"]["with_parts"] == 6
    report = json.loads((request_.output / "report.json").read_text())
    assert report["figures"] == document["figures"]
    assert {"R@1, text to audio", "zero-shot tempo"} <= {figure["name"] for figure in report["figures"]}
    card = (request_.output / "README.md").read_text()
    assert "| zero-shot tempo |" in card and document["sha256"] in card
    scorer = MuzeClap.of(request_.output)
    assert scorer.identity()["sha256"] == document["sha256"]
    assert scorer.embed_audio([(noise(1)[None], RATE_HZ)]).shape == (1, 32)
    assert set(scorer.family_thresholds().values()) == {0.5}  # one song does not choose a threshold


def test_ctrl_c_saves_and_the_same_command_goes_on_to_the_same_weights(request_, monkeypatch):
    train_clap(run(), replace(request_, output=request_.output.with_name("whole")))
    loss, calls = ClapTask.loss, []

    def stopping(self, model, batch, generator):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return loss(self, model, batch, generator)

    monkeypatch.setattr(ClapTask, "loss", stopping)
    with pytest.raises((InterruptedRunError, KeyboardInterrupt)):
        train_clap(run(), request_)
    monkeypatch.setattr(ClapTask, "loss", loss)
    train_clap(run(), request_)
    first, second = (
        json.loads((folder / "report.json").read_text())["sha256"]
        for folder in (request_.output, request_.output.with_name("whole"))
    )
    assert first == second


def test_what_makes_no_sense_is_refused_before_any_work(request_):
    with pytest.raises(UsageError, match="--epochs and --steps both"):
        train_clap(run(), replace(request_, epochs=1.0))
    with pytest.raises(ConfigError, match="must be of a clap"):
        train_clap(run(), replace(request_, preset="vae-micro"))
    with pytest.raises(ConfigError, match="window_blocks must be a multiple of 8"):
        train_clap(run(), replace(request_, assignments=("model.window_blocks=12",)))
    request_.output.mkdir()
    (request_.output / "something").write_text("else")
    with pytest.raises(OutputError, match="must be an empty folder or one of a training run"):
        train_clap(run(), request_)
    assert not request_.cache.exists()


def test_the_presets_are_these():
    found = [preset.name for preset in all_presets("models") if preset.name.startswith("clap-")]
    assert found == ["clap-micro", "clap-small"]
    assert [load_model_preset(name, kind="clap").settings().steps for name in found] == [20, 2100]
