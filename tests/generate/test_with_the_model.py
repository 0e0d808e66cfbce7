"""Every way of making a song with the diffusion engine itself: its networks are random, and it sounds like noise."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.generate.conftest import Done, Generate, Register
from tests.ldm.bundles import ToyEncoder, write_bundle

from muze_generate.finishing.levels import measured
from muze_ldm.engine import wishes
from muzecli.song.documents import plan_from_document


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("bundle"), text_width=16)


@pytest.fixture
def ldm(bundle: Path, register: Register, generate: Generate, monkeypatch: pytest.MonkeyPatch) -> Generate:
    """Run the command with the random bundle, two steps, and an encoder without weights."""
    monkeypatch.setattr(wishes, "_encoder", lambda name, device: ToyEncoder())
    register("engines", "ldm", "muze_ldm.engine.engine:LdmEngine")

    def run(*words: object) -> Done:
        return generate("--model", bundle, "--steps", "2", *words, engine=None)

    return run


def read(path: Path) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    samples, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(samples.T)


def test_a_song_goes_all_the_ways(ldm: Generate, here: Path) -> None:
    form = ("--prompt", "upbeat pop song", "--duration", "6", "--tempo", "160", "--time-signature", "4/4")
    done = ldm(*form, "--seed", "3", "-o", "song.wav")
    assert done.code == 0, done.err
    sidecar = json.loads((here / "song.json").read_text())
    assert sidecar["generation"]["engine"] == "ldm"
    assert len(sidecar["weights"]) == 3
    plan = plan_from_document(sidecar["plan"])
    song = read(here / "song.wav")
    assert song.shape == (2, round(plan.duration_s * 44_100))
    assert measured(song, 44_100).true_peak_dbtp <= -0.99
    assert not np.allclose(*song, atol=1e-3)

    done = ldm("--plan", "song.json", "-o", "again.wav")
    assert done.code == 0, done.err
    assert (here / "again.wav").read_bytes() == (here / "song.wav").read_bytes()

    done = ldm("--of", "song.wav", "--regenerate-section", "0", "--seed", "9", "-o", "new.wav")
    assert done.code == 0, done.err
    new, end = read(here / "new.wav"), round(plan.spans[0].end_s * 44_100)
    assert np.array_equal(new[:, end:], song[:, end:])
    assert not np.allclose(new[:, :end], song[:, :end], atol=1e-2)

    done = ldm("--continue-from", "song.wav", "--duration", "5", "--seed", "5", "-o", "longer.wav")
    assert done.code == 0, done.err
    longer, join = read(here / "longer.wav"), song.shape[1] - round(0.05 * 44_100)
    assert np.array_equal(longer[:, :join], song[:, :join])
    assert longer.shape[1] > song.shape[1] + 4 * 44_100

    done = ldm(
        "--prompt",
        "dark techno",
        "--init-audio",
        "song.wav",
        "--strength",
        "0.5",
        "--seed",
        "5",
        "-o",
        "x.wav",
    )
    assert done.code == 0, done.err
    assert np.isfinite(read(here / "x.wav")).all()


def test_options_that_the_model_does_not_know_are_named(ldm: Generate) -> None:
    done = ldm("--prompt", "pop", "--stems", "-o", "x.wav")
    assert (done.code, "the engine 'ldm' makes a song as one sound" in done.err) == (2, True), done.err
    done = ldm("--prompt", "pop", "--sampler", "nobody", "-o", "x.wav")
    assert (done.code, "sampler must be one of" in done.err) == (2, True)
