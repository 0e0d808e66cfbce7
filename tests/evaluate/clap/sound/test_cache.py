"""The cache of spectra: by content, made once, checked when read."""

import io

import numpy as np
import pytest
import soundfile
from tests.evaluate.clap.songs import noise

from muze_evaluate.clap.sound import cache as module
from muze_evaluate.clap.sound.cache import open_spectra
from muze_evaluate.clap.sound.spectra import RATE_HZ, blocks_of
from muzecli.console import Console
from muzecli.errors import BadDataError, InputMissingError
from muzecli.training.arrays import content_keys

CONSOLE = Console(verbosity=-1, out=io.StringIO())


def opened(tmp_path, *paths):
    return open_spectra(paths, content_keys(paths), tmp_path / "cache", console=CONSOLE)


def written(path, seed, seconds=2.0):
    soundfile.write(path, noise(seed, seconds), RATE_HZ)
    return path


def test_they_are_those_of_the_sound_and_read_in_part(tmp_path):
    path = written(tmp_path / "a.wav", 1)
    samples, _ = soundfile.read(path, dtype="float32")
    (stored,) = opened(tmp_path, path)
    assert stored.count == 13
    assert stored.read(3, 7) == pytest.approx(blocks_of(samples)[3:7], abs=0.02)  # half precision


def test_the_same_content_is_made_once(tmp_path, monkeypatch):
    opened(tmp_path, written(tmp_path / "a.wav", 1))
    monkeypatch.setattr(module, "blocks_of", lambda samples: pytest.fail("made again"))
    opened(tmp_path, written(tmp_path / "another name.wav", 1))


def test_other_content_of_the_same_name_is_made_anew(tmp_path):
    (first,) = opened(tmp_path, written(tmp_path / "a.wav", 1))
    (second,) = opened(tmp_path, written(tmp_path / "a.wav", 2))
    assert first.path != second.path
    assert not np.array_equal(first.read(0, 5), second.read(0, 5))


def test_a_damaged_file_is_refused(tmp_path):
    path = written(tmp_path / "a.wav", 1)
    (stored,) = opened(tmp_path, path)
    stored.path.write_bytes(stored.path.read_bytes()[:-10])
    with pytest.raises(BadDataError, match=r"is damaged: it has \d+ bytes, and should have \d+"):
        opened(tmp_path, path)


def test_a_file_that_went_away_is_named(tmp_path):
    (stored,) = opened(tmp_path, written(tmp_path / "a.wav", 1))
    stored.path.unlink()
    with pytest.raises(InputMissingError, match="cannot read"):
        stored.read(0, 1)
