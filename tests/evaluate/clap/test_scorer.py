"""The shipped model: who it is, that company and cutting do not matter, and that it ranks plain cases right."""

import shutil
import tracemalloc
from functools import cache

import numpy as np
import pytest

from muze_evaluate.clap.place import SHIPPED
from muze_evaluate.clap.scorer import MuzeClap
from muzecli.audio.reader import read_audio
from muzecli.errors import BadDataError, UnavailableError
from muzecli.plugin import Scorer, scorers
from muzecli.resources import weights_dir
from muzecli.song.instruments import FAMILIES

RATE_HZ = 44_100


@pytest.fixture(scope="module")
def scorer():
    return MuzeClap()


def noise(seconds, seed=0, channels=2):
    return (0.1 * np.random.default_rng(seed).standard_normal((channels, round(seconds * RATE_HZ)))).astype(
        np.float32
    )


def test_it_is_registered_and_stands_in(scorer):
    assert isinstance(scorer, Scorer) and scorer.stands_in
    assert isinstance(scorers.get("muze-clap"), MuzeClap)


def test_it_says_who_it_is_without_loading_torch_weights(scorer):
    fresh = MuzeClap()
    identity = fresh.identity()
    assert (
        identity["model"] == "muze-clap" and identity["dimensions"] == 512 and identity["rate_hz"] == 32_000
    )
    assert identity["window_s"] == identity["hop_s"] == 10.24 and "levelled" in identity["loudness"]
    assert fresh._towers is None


def test_the_weights_are_small_and_have_a_card():
    folder = weights_dir() / SHIPPED.name
    assert (folder / "model.safetensors").stat().st_size < 15_000_000
    for name in ("README.md", "report.json", "config.json"):
        assert (folder / name).is_file()


def test_a_vector_does_not_depend_on_its_company(scorer):
    first, second = noise(12.0, 1), noise(3.0, 2)
    apart = [scorer.embed_audio([(one, RATE_HZ)])[0] for one in (first, second)]
    together = scorer.embed_audio([(first, RATE_HZ), (second, RATE_HZ)])
    assert together.tobytes() == np.stack(apart).tobytes()
    texts = ["a flute", "fast drums without a bass, sung by a woman in a minor key"]
    assert scorer.embed_texts(texts).tobytes() == b"".join(scorer.embed_texts([t]).tobytes() for t in texts)


def test_windows_are_the_parts_of_a_recording(scorer):
    samples = noise(20.48, 3, channels=1)[:, : round(20.48 * 32_000)]
    samples = np.ascontiguousarray(samples[:, : 2 * 327_680])
    whole = scorer.embed_audio([(samples, 32_000)])[0]
    halves = scorer.embed_windows(samples.reshape(2, -1))
    mean = halves.mean(axis=0)
    assert whole == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)
    assert np.linalg.norm(halves, axis=1) == pytest.approx([1.0, 1.0], abs=1e-5)
    with pytest.raises(ValueError, match="a window must have 1 to 327680 samples; it has 327681"):
        scorer.embed_windows([np.zeros(327_681, np.float32)])


def test_scores_are_cosines_and_levels_do_not_matter(scorer):
    audio = noise(5.0, 4)
    (score,) = scorer.score(["noise"], [(audio, RATE_HZ)])
    (soft,) = scorer.score(["noise"], [(0.3 * audio, RATE_HZ)])
    assert -1.0 <= score <= 1.0 and score == pytest.approx(soft, abs=1e-3)
    expected = float(scorer.embed_texts(["noise"])[0] @ scorer.embed_audio([(audio, RATE_HZ)])[0])
    assert score == pytest.approx(expected, abs=1e-5)  # one window: the mean is the window


@pytest.mark.parametrize("count", [1, 100, 5000])
def test_even_a_click_has_a_place(scorer, count):
    assert np.isfinite(scorer.embed_audio([(np.ones((1, count), np.float32), RATE_HZ)])).all()


def test_nothing_is_refused(scorer):
    with pytest.raises(BadDataError, match="at least one sample"):
        scorer.embed_audio([(np.zeros((2, 0), np.float32), RATE_HZ)])


def test_long_audio_needs_no_more_memory_than_its_samples(scorer):
    audio = noise(120.0, 5, channels=1)
    scorer.embed_audio([(audio[:, :RATE_HZ], RATE_HZ)])
    tracemalloc.start()
    scorer.embed_audio([(audio, RATE_HZ)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * audio.nbytes


def test_families_have_probabilities_and_thresholds(scorer):
    found = scorer.families(noise(4.0, 6), RATE_HZ)
    assert tuple(found) == FAMILIES == tuple(scorer.family_thresholds())
    assert all(0.0 <= value <= 1.0 for value in (*found.values(), *scorer.family_thresholds().values()))


def test_weights_that_are_not_here_are_unavailable(tmp_path, monkeypatch):
    with pytest.raises(UnavailableError, match="the text-audio model that was asked for"):
        MuzeClap.of(tmp_path / "nothing").identity()
    monkeypatch.setattr("muzecli.resources.weights_dir", lambda: tmp_path)
    monkeypatch.setenv("MUZE_CACHE_DIR", str(tmp_path / "cache"))
    with pytest.raises(UnavailableError, match="the weights of muze-clap are not on this machine") as caught:
        MuzeClap().identity()
    assert "muze train clap" in caught.value.hint


def test_weights_of_another_model_are_refused(tmp_path):
    shutil.copytree(weights_dir() / SHIPPED.name, tmp_path / "model")
    with (tmp_path / "model/model.safetensors").open("r+b") as stream:
        stream.seek(-1, 2)
        stream.write(b"\x7f")
    with pytest.raises(BadDataError, match="its SHA-256 must be"):
        MuzeClap.of(tmp_path / "model").identity()
    with pytest.raises(BadDataError, match="must be a clap model, and it is a planner model"):
        MuzeClap.of(weights_dir() / "planner").identity()


@pytest.mark.parametrize(
    ("name", "fits", "other"),
    [
        ("instruments/flute-A4.wav", "solo flute", "drums only"),
        ("instruments/solo_trumpet.ogg", "solo trumpet", "drum loop"),
        ("loops/loop_amen_full.flac", "drums only", "solo flute"),
        ("loops/loop_mika.flac", "a drum loop", "a string section"),
        ("voices/singing-female.wav", "a woman singing", "a man singing"),
        ("songs/on_the_run_vocal.ogg", "a rock song", "ambient music"),
        ("songs/on_the_run_vocal.ogg", "with vocals", "instrumental"),
        ("loops/loop_drone_g_97.flac", "ambient music without drums", "techno with drums"),
    ],
)
def test_real_recordings_fit_their_words_better(scorer, shared_audio, name, fits, other):
    near, far = scorer.embed_texts([fits, other]) @ heard(scorer, shared_audio / name)
    assert near > far


@cache
def heard(scorer, path):
    """Where a recording lies."""
    samples, info = read_audio(path)
    return scorer.embed_audio([(samples[:, : 60 * info.rate_hz], info.rate_hz)])[0]
