"""Comparison of two files: what must come out where the difference is known."""

from __future__ import annotations

import itertools
import json
import math
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from muze_fx.biquad import Band, impulse_response, response_db
from muze_fx.compare import Comparison, compare, plot, rows, spectrum_rows, table_rows
from muze_fx.compare.bands import band_weights, third_octaves
from muze_fx.compare.residual import Residual
from muzecli.errors import UsageError

RATE_HZ = 44_100


@pytest.fixture(scope="module")
def noise() -> np.ndarray:
    """Six seconds of stereo noise with pink slope, in bursts, half correlated: (2, N)."""
    rng = np.random.default_rng(1)
    count = 6 * RATE_HZ
    white = rng.standard_normal((2, count))
    white[1] = 0.5 * white[0] + 0.8 * white[1]
    spectrum = np.fft.rfft(white)
    spectrum[:, 1:] /= np.sqrt(np.arange(1, spectrum.shape[1]))
    pink = np.fft.irfft(spectrum, count)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 0.7 * np.arange(count) / RATE_HZ)
    result: np.ndarray = (0.3 * pink / np.abs(pink).max() * swell).astype(np.float32)
    return result


def write(path: Path, samples: np.ndarray, rate_hz: int = RATE_HZ) -> Path:
    soundfile.write(path, samples.T, rate_hz, subtype="FLOAT")
    return path


def by_name(comparison: Comparison) -> dict[str, tuple[float | None, float | None, float | None]]:
    return {row.name: (row.a, row.b, row.difference) for row in rows(comparison)}


def difference_at(comparison: Comparison, freq_hz: float) -> float:
    index = min(range(len(comparison.bands)), key=lambda i: abs(comparison.bands[i].nominal_hz - freq_hz))
    return float(comparison.spectrum_db[index])


def test_a_file_against_itself_differs_in_nothing(tmp_path: Path, noise: np.ndarray) -> None:
    path = write(tmp_path / "a.wav", noise)
    same = compare(path, path)
    assert same.match_db == 0.0
    assert np.all(same.spectrum_db == 0.0)
    assert same.residual_db == -math.inf
    assert same.similarity == pytest.approx(1.0)
    assert same.tail_s == 0.0
    assert all(row.difference == 0.0 for row in rows(same) if row.a is not None)
    assert same.notes == ()


def test_level_alone_is_matched_away(tmp_path: Path, noise: np.ndarray) -> None:
    a = write(tmp_path / "a.wav", noise)
    b = write(tmp_path / "b.wav", noise * 10 ** (6 / 20))
    louder = compare(a, b)
    named = by_name(louder)
    for name in ("loudness", "true peak", "sample peak", "level (rms)"):
        assert named[name][2] == pytest.approx(6.0, abs=0.01), name
    for name in ("crest factor", "loudness range", "stereo width (side/mid)", "stereo correlation"):
        assert named[name][2] == pytest.approx(0.0, abs=0.01), name
    assert louder.match_db == pytest.approx(-6.0, abs=0.01)
    assert np.abs(louder.spectrum_db).max() < 0.01
    assert louder.residual_db is not None and louder.residual_db < -60.0


def test_a_known_shelf_shows_its_decibels(tmp_path: Path, noise: np.ndarray) -> None:
    bands = [Band("high_shelf", 4000.0, -8.0, 0.7), Band("peak", 250.0, 5.0, 1.0)]
    taps = impulse_response(bands, RATE_HZ)
    filtered = np.stack([np.convolve(channel, taps)[: noise.shape[1]] for channel in noise]).astype(
        np.float32
    )
    comparison = compare(write(tmp_path / "a.wav", noise), write(tmp_path / "b.wav", filtered))
    freqs = np.array([band.nominal_hz for band in comparison.bands])
    # Loudness matching moves all bands alike: the shape must be the filter's, within a band's width.
    shape = comparison.spectrum_db - response_db(bands, freqs, RATE_HZ)
    inner = slice(3, -1)
    assert np.abs(shape[inner] - np.median(shape)).max() < 0.35
    assert np.median(shape) == pytest.approx(comparison.match_db, abs=0.1)
    assert by_name(comparison)["spectral centroid"][2] < -500.0  # type: ignore[operator]


def test_different_rates_are_compared_where_both_have_sound(tmp_path: Path, noise: np.ndarray) -> None:
    import soxr

    other = soxr.resample(noise.T, RATE_HZ, 32_000, "VHQ").T.astype(np.float32)
    comparison = compare(write(tmp_path / "a.wav", noise), write(tmp_path / "b.wav", other, 32_000))
    assert comparison.bands[-1].nominal_hz == 12_500
    assert by_name(comparison)["sample rate"] == (44_100, 32_000, -12_100)
    # The treble that 32 kHz cannot hold counts for loudness, so b is raised a little, by the same in every band.
    assert 0.0 < comparison.match_db < 0.6
    assert np.abs(comparison.spectrum_db - comparison.match_db).max() < 0.02
    # What is left is what 32 kHz cannot hold, and pink noise has little of it.
    assert comparison.residual_db is not None and comparison.residual_db < -10.0
    assert comparison.similarity is not None and comparison.similarity > 0.95
    back = compare(tmp_path / "b.wav", tmp_path / "a.wav")
    assert back.similarity is not None and back.similarity > 0.99999  # here a's treble is filtered off


def test_mono_against_stereo(tmp_path: Path, noise: np.ndarray) -> None:
    mono = noise.mean(axis=0, keepdims=True)
    a = write(tmp_path / "mono.wav", mono)
    twin = compare(a, write(tmp_path / "twin.wav", np.repeat(mono, 2, axis=0)))
    named = by_name(twin)
    assert list(named["channels"]) == [1, 2, 1]
    found: list[object] = [twin.a.correlation, twin.b.correlation, twin.a.width_db, twin.b.width_db]
    assert found == [None, pytest.approx(1.0), None, -math.inf]
    assert named["loudness"][2] == pytest.approx(10 * math.log10(2), abs=0.01)  # BS.1770 sums the channels
    assert np.abs(twin.spectrum_db).max() < 0.01
    assert twin.similarity == pytest.approx(1.0)
    stereo = compare(a, write(tmp_path / "stereo.wav", noise))
    assert 0.4 < (stereo.b.correlation or 0.0) < 0.7
    left, right = noise.astype(np.float64)[0], noise.astype(np.float64)[1]
    expected = 10 * math.log10(np.mean((left - right) ** 2) / np.mean((left + right) ** 2))
    assert stereo.b.width_db == pytest.approx(expected, abs=0.01)


def test_a_tail_counts_in_time_but_not_in_tone(tmp_path: Path, noise: np.ndarray) -> None:
    fade = noise[:, : 2 * RATE_HZ] * 10.0 ** (-3.0 * np.arange(2 * RATE_HZ) / RATE_HZ)
    longer = np.concatenate([noise, fade.astype(np.float32), np.zeros((2, 3 * RATE_HZ), np.float32)], axis=1)
    comparison = compare(write(tmp_path / "a.wav", noise), write(tmp_path / "b.wav", longer))
    assert comparison.tail_s == pytest.approx(1.0, abs=0.25)  # 60 dB a second
    assert by_name(comparison)["duration"][2] == pytest.approx(5.0)
    assert np.abs(comparison.spectrum_db).max() < 0.5


def test_a_shorter_second_file_streams_to_the_end(tmp_path: Path, noise: np.ndarray) -> None:
    a = write(tmp_path / "a.wav", np.tile(noise, 3))
    b = write(tmp_path / "b.wav", noise[:, : RATE_HZ // 2])
    comparison = compare(a, b)
    assert comparison.tail_s is not None and comparison.tail_s < -16.0
    assert comparison.residual_db is not None and -1.0 < comparison.residual_db < 0.5


def test_silence_and_shortness_are_said(tmp_path: Path, noise: np.ndarray) -> None:
    a = write(tmp_path / "a.wav", noise)
    silent = compare(a, write(tmp_path / "silent.wav", np.zeros((2, RATE_HZ), np.float32)))
    assert "silent" in silent.notes[0] and silent.match_db == 0.0
    assert silent.b.centroid_hz is None and silent.tail_s is None
    short = compare(a, write(tmp_path / "short.wav", noise[:, :4000]))
    assert "matched by rms level" in short.notes[0]
    assert math.isfinite(short.match_db) and short.b.loudness_range_lu is None
    nothing = compare(tmp_path / "silent.wav", tmp_path / "silent.wav")
    assert np.isnan(nothing.spectrum_db).all() and nothing.residual_db is None
    for comparison in (silent, short, nothing):  # no infinity or NaN may reach JSON or stop the picture
        json.dumps(comparison.document(), allow_nan=False)
        plot(comparison, tmp_path / "picture.png")


def test_document_and_rows_say_the_same(tmp_path: Path, noise: np.ndarray) -> None:
    comparison = compare(write(tmp_path / "a.wav", noise), write(tmp_path / "b.wav", noise[:, ::-1] * 0.5))
    document = comparison.document()
    assert document["a"]["path"].endswith("a.wav")
    assert document["b"]["loudness_lufs"] == comparison.b.loudness_lufs
    assert [band["freq_hz"] for band in document["third_octaves"]][:4] == [25.0, 31.5, 40.0, 50.0]
    assert len(document["third_octaves"]) == len(spectrum_rows(comparison)) == 30
    cells = {row.name: row.cells() for row in rows(comparison)}
    assert cells["sample peak"][4] == "−6.0"
    assert table_rows(comparison)[0] == cells["loudness"] and len(table_rows(comparison)) == 46
    assert cells["duration"][4] == "0.000"
    assert cells["gain that matches B to A"][2:4] == ("–", "–")


def test_picture_is_written_in_the_format_asked_for(tmp_path: Path, noise: np.ndarray) -> None:
    path = write(tmp_path / "a $ongs name.wav", noise)
    comparison = compare(path, path)
    plot(comparison, tmp_path / "picture.png")
    data = (tmp_path / "picture.png").read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert data[:4] == b"\x89PNG" and width >= 1000 and height >= 1000
    plot(comparison, tmp_path / ".picture.part", suffix=".svg")
    assert b"<svg" in (tmp_path / ".picture.part").read_bytes()
    with pytest.raises(UsageError, match=r"must end in \.png, \.svg, \.pdf; found '\.bmp'"):
        plot(comparison, tmp_path / "picture.bmp")


def test_real_music_against_its_filtered_self(shared_audio: Path, tmp_path: Path) -> None:
    source = shared_audio / "loops" / "loop_amen_full.flac"
    samples, rate_hz = soundfile.read(source, dtype="float32", always_2d=True)
    taps = impulse_response([Band("low_shelf", 200.0, 6.0, 0.7)], rate_hz)
    filtered = np.stack([np.convolve(c, taps)[: len(c)] for c in samples.T]).astype(np.float32)
    comparison = compare(source, write(tmp_path / "b.wav", filtered, rate_hz))
    assert difference_at(comparison, 63) - difference_at(comparison, 4000) == pytest.approx(6.0, abs=0.5)


def test_third_octaves_are_those_of_the_standard() -> None:
    bands = third_octaves(24_000.0)
    assert [b.nominal_hz for b in bands[-4:]] == [10_000, 12_500, 16_000, 20_000]
    assert bands[16].nominal_hz == 1000
    assert bands[16].high_hz / bands[16].low_hz == pytest.approx(10**0.1)
    assert all(one.high_hz == pytest.approx(two.low_hz) for one, two in itertools.pairwise(bands))
    weights = band_weights(bands, 8193, 48_000 / 16_384)
    covered = np.arange(8193) * 48_000 / 16_384
    inside = (covered > 30.0) & (covered < 20_000.0)
    assert np.allclose(weights.sum(axis=1)[inside], 1.0)  # every bin counts once


def test_residual_does_not_depend_on_the_blocks() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.standard_normal((2, 2, 5000)).astype(np.float32)
    whole, parts = Residual((2, 2)), Residual((2, 2))
    whole.add(0, a)
    whole.add(1, b)
    for start in range(0, 5000, 700):
        parts.add(0, a[:, start : start + 700])
    parts.end(0)
    parts.add(1, b[:, :10])
    parts.add(1, b[:, 10:])
    for residual in (whole, parts):
        residual.end(0)
        residual.end(1)
    expected = 10 * math.log10(np.sum((a - 2.0 * b) ** 2) / np.sum(a**2))
    gain_db = 20 * math.log10(2.0)
    assert whole.level_db(gain_db) == pytest.approx(expected, abs=1e-4)
    assert parts.level_db(gain_db) == pytest.approx(expected, abs=1e-4)
