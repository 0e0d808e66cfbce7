"""Excerpts are short, small and the same each time; the picture has tones where they are."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.evaluate.report.pages import RATE_HZ, write_song

from muze_evaluate.report import player, spectrum
from muze_evaluate.report.player import Excerpt, excerpt_of, mp3


def tone(hz: float, *, seconds: float = 1.0, rate_hz: int = 44_100) -> Excerpt:
    samples = 0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)
    return Excerpt(samples[None].astype(np.float32), rate_hz, seconds)


def test_an_excerpt_is_the_beginning_faded_where_it_goes_on(tmp_path: Path) -> None:
    path = write_song(tmp_path / "a.wav", seconds=3.0)
    whole, _ = soundfile.read(path, dtype="float32")
    cut = excerpt_of(path, seconds=1.0)
    assert (cut.duration_s, cut.whole_s, cut.is_cut, cut.gain_db) == (1.0, 3.0, True, 0.0)
    kept = round(0.6 * RATE_HZ)
    assert np.array_equal(cut.samples[:, :kept], whole.T[:, :kept])
    assert np.abs(cut.samples[:, -20:]).max() < 0.01
    all_of_it = excerpt_of(path, seconds=30.0)
    assert np.array_equal(all_of_it.samples, whole.T)
    assert not all_of_it.is_cut


def test_what_goes_over_full_scale_is_turned_down_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    soundfile.write(path, 2.0 * tone(440).samples.T * 2, 44_100, subtype="FLOAT")
    excerpt = excerpt_of(path, seconds=5)
    assert excerpt.gain_db == pytest.approx(-1.0 - 20 * np.log10(2), abs=0.01)
    assert np.abs(excerpt.samples).max() == pytest.approx(10 ** (-1 / 20), abs=1e-3)


@pytest.mark.parametrize("rate_hz", [8000, 44_100, 96_000])
def test_the_sound_is_an_mp3_that_is_the_same_each_time(rate_hz: int) -> None:
    excerpt = tone(440, seconds=2.0, rate_hz=rate_hz)
    sound = mp3(excerpt)
    assert sound == mp3(excerpt)
    assert len(sound) < 2 * 20_000
    decoded, decoded_hz = soundfile.read(io.BytesIO(sound))
    assert decoded_hz == (44_100 if rate_hz == 96_000 else rate_hz)
    spectrum_of = np.abs(np.fft.rfft(decoded))
    assert np.argmax(spectrum_of) * decoded_hz / len(decoded) == pytest.approx(440, abs=2)


def test_more_channels_than_two_are_mixed(tmp_path: Path) -> None:
    path = tmp_path / "six.wav"
    soundfile.write(path, np.repeat(tone(440).samples.T, 6, axis=1), 44_100)
    assert excerpt_of(path, seconds=1).samples.shape[0] == 1


@pytest.mark.parametrize("hz", [55.0, 220.0, 1000.0, 4000.0, 12_000.0])
def test_a_tone_is_brightest_in_its_band_all_along(hz: float) -> None:
    levels = spectrum.levels_db(tone(hz, seconds=2.0))
    middle = levels[:, levels.shape[1] // 4 : -levels.shape[1] // 4]
    found_hz = spectrum.band_middles_hz()[middle.argmax(axis=0)]
    tolerance = max(hz * (2 ** (1 / 18) - 1), 4.0)  # a band, or a bin of the longest window
    assert np.all(np.abs(found_hz - hz) <= tolerance)
    assert np.ptp(middle.max(axis=0)) < 1.0


def test_windows_of_all_lengths_measure_the_same_power() -> None:
    excerpt = tone(100.0)
    mixed = sum(np.sin(2 * np.pi * hz * np.arange(44_100) / 44_100) for hz in (100.0, 700.0, 3000.0, 9000.0))
    levels = spectrum.levels_db(
        Excerpt((0.1 * np.asarray(mixed))[None].astype(np.float32), excerpt.rate_hz, 1.0)
    )
    middle = levels[:, levels.shape[1] // 2]
    bands = spectrum.band_middles_hz()
    peaks = [middle[np.abs(np.log2(bands / hz)) < 0.2].max() for hz in (100.0, 700.0, 3000.0, 9000.0)]
    assert np.ptp(peaks) < 2.5, peaks


def test_a_click_is_sharp_in_the_treble_and_where_it_is() -> None:
    samples = np.zeros((1, 44_100), np.float32)
    samples[0, 22_050] = 1.0
    levels = spectrum.levels_db(Excerpt(samples, 44_100, 1.0))
    treble = levels[spectrum.band_middles_hz() > 4000].mean(axis=0)
    assert abs(treble.argmax() / levels.shape[1] - 0.5) < 0.02
    assert np.count_nonzero(treble > -40) <= 3


def test_levels_keep_to_their_range_and_size() -> None:
    silence = Excerpt(np.zeros((2, 44_100), np.float32), 44_100, 1.0)
    assert np.all(spectrum.levels_db(silence) == -spectrum.RANGE_DB)
    short = Excerpt(np.full((1, 1), 0.5, np.float32), 44_100, 0.1)
    assert spectrum.levels_db(short).shape[1] == 1
    long = spectrum.levels_db(tone(440, seconds=40.0))
    assert long.shape[1] <= 1000
    assert long.max() == 0.0
    assert long.min() >= -spectrum.RANGE_DB


def test_the_picture_is_a_small_webp_with_the_bass_at_the_bottom() -> None:
    from matplotlib.image import imread

    levels = spectrum.levels_db(tone(100.0))
    content = spectrum.picture(levels)
    assert content == spectrum.picture(levels)
    assert (content[:4], content[8:12]) == (b"RIFF", b"WEBP")
    assert len(content) < 20_000
    pixels = imread(io.BytesIO(content), format="webp")
    assert pixels.shape[:2] == levels.shape
    bright = pixels[..., :3].astype(float).sum(axis=2).mean(axis=1)
    assert bright.argmax() > 0.75 * len(bright)


def test_named_frequencies_are_inside() -> None:
    shares = [share for share, _ in spectrum.frequency_ticks()]
    assert shares == sorted(shares)
    assert shares[0] > 0
    assert shares[-1] < 1
    assert player.MIME == "audio/mpeg"
