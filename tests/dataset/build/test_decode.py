"""What can be annotated: everything with half a second of sound in it."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
from tests.dataset.build.fakes import tone

from muze_dataset.build.decode import audible_s, check_audible, decode
from muzecli.errors import BadDataError, InputMissingError

REASONS = {
    "empty__empty.aiff": "header but no audio",
    "empty__empty.mp3": "header but no audio",
    "empty__empty.ogg": "header but no audio",
    "empty__empty.wav": "header but no audio",
    "multichannel__4channels.flac": "must be mono or stereo, and it has 4 channels",
    "silence__silence.flac": "nothing to hear: 5.00 s of digital silence",
    # Its name speaks of a bad header, but header, checksums and samples agree: nine clicks in ten seconds.
    "synthesised__impulse__flac__bad_stream_info__impulses_1second_44100_bad_stream_info.flac": "next to nothing to "
    "hear: of 10.00 s all but 0.09 s",
    "synthesised__shortfiles__1024_samples.wav": "too short to annotate: 0.02322 s",
    "text.wav": "holds text",
    "truncated.wav": "cut short: its header promises 339200 bytes",
    "unsupported.sd2": "of no audio type that muze knows",
    "zero_bytes.mp3": "the file is empty",
}


def test_every_damaged_file_has_its_reason(shared_audio):
    files = {path.name: path for path in (shared_audio / "robustness").iterdir()}
    assert set(files) == set(REASONS)
    for name, path in files.items():
        with pytest.raises(BadDataError) as caught:
            decode(path)
        assert REASONS[name] in caught.value.message
        assert name not in caught.value.message


def test_every_whole_recording_is_decoded(shared_audio):
    for folder in ("loops", "instruments"):
        for path in (shared_audio / folder).iterdir():
            decoded = decode(path)
            assert decoded.samples.shape == (decoded.info.channels, decoded.info.frames)
            assert not decoded.channels_cancel


def test_a_file_that_is_not_there_is_no_damage(tmp_path):
    with pytest.raises(InputMissingError):
        decode(tmp_path / "nothing.wav")


@pytest.mark.parametrize("channels", [1, 2])
def test_sounding_time_is_counted_in_hundredths(channels):
    samples = np.zeros((channels, 8000), np.float32)
    assert audible_s(samples, 8000) == 0.0
    samples[-1, 4000:4001] = 0.1
    assert audible_s(samples, 8000) == pytest.approx(0.01)
    samples[0, :4000] = -0.1
    assert audible_s(samples, 8000) == pytest.approx(0.51)


def test_the_least_bit_of_16_bits_is_sound_and_less_than_that_is_silence():
    check_audible(np.full((1, 8000), 2.0**-15, np.float32), 8000)
    with pytest.raises(BadDataError, match=r"1\.00 s of digital silence"):
        check_audible(np.full((1, 8000), 1e-7, np.float32), 8000)


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 44_100, 192_000])
def test_half_a_second_is_enough(tmp_path, rate_hz):
    samples = decode(tone(tmp_path / "a.wav", seconds=0.5, rate_hz=rate_hz)).samples
    assert samples.shape[1] == round(0.5 * rate_hz)
    with pytest.raises(BadDataError, match=r"too short to annotate: 0\.4 s, and 0\.5 s is the least"):
        decode(tone(tmp_path / "b.wav", seconds=0.4, rate_hz=rate_hz))


def test_six_channels_are_refused_before_they_are_decoded(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.ones((8000, 6)) * 0.1, 8000)
    with pytest.raises(BadDataError, match="it has 6 channels") as caught:
        decode(tmp_path / "a.wav")
    assert caught.value.hint == "mix it down to two channels"


@pytest.mark.parametrize(
    ("right", "cancels"), [(-1.0, True), (-0.98, True), (1.0, False), (0.0, False), (-0.5, False)]
)
def test_channels_that_cancel_each_other_are_told_and_turned(tmp_path, right, cancels):
    left = 0.5 * np.sin(np.arange(8000) / 7.0)
    soundfile.write(tmp_path / "a.wav", np.stack((left, right * left), axis=1), 8000, subtype="FLOAT")
    decoded = decode(tmp_path / "a.wav")
    assert decoded.channels_cancel == decoded.recording.channels_cancel == cancels
    expected = -right * left if cancels else right * left
    np.testing.assert_allclose(decoded.samples[1], expected, atol=1e-6)
