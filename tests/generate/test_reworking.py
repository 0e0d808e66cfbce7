"""Songs that are gone on with, and sections made anew: what stays, stays to the sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from tests.generate.conftest import Generate
from tests.generate.fakes import FakeEngine, tone_hz

from muze_generate.finishing.levels import measured
from muzecli.song.documents import plan_from_document
from muzecli.song.plan import Plan

FORM = ("--template", "verse_chorus", "--duration", "24", "--tempo", "120", "--key", "C major")


def ints(path: Path) -> npt.NDArray[np.int32]:
    samples, _ = soundfile.read(path, dtype="int32", always_2d=True)
    return np.asarray(samples)


def sidecar(path: Path) -> Any:
    return json.loads(path.with_suffix(".json").read_text())


@pytest.fixture
def made(generate: Generate, here: Path) -> Plan:
    """A song, song.wav, and its plan."""
    done = generate(
        "--prompt", "upbeat pop song", "--seed", "3", *FORM, "-o", "song.wav", "--bit-depth", "16"
    )
    assert done.code == 0, done.err
    return plan_from_document(sidecar(here / "song.wav")["plan"])


def pitch_hz(samples: npt.NDArray[Any], rate_hz: int) -> float:
    window = samples[:, 0] * np.hanning(len(samples))
    return float(np.abs(np.fft.rfft(window)).argmax() * rate_hz / len(samples))


# ---- sections made anew ----


@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_a_section_is_new_and_the_rest_is_the_same_to_the_sample(
    where: str, made: Plan, generate: Generate, here: Path
) -> None:
    section = {"first": 0, "middle": 2, "last": len(made.sections) - 1}[where]
    done = generate("--of", "song.wav", "--regenerate-section", section, "--seed", "90", "-o", "new.wav")
    assert done.code == 0, done.err
    old, new = ints(here / "song.wav"), ints(here / "new.wav")
    rate_hz, span = 44_100, made.spans[section]
    assert old.shape == new.shape
    fade = round(0.05 * rate_hz)
    first, last = round(span.start_s * rate_hz), round(span.end_s * rate_hz)
    assert np.array_equal(old[: max(0, first - fade)], new[: max(0, first - fade)])
    assert np.array_equal(old[last:], new[last:])
    inside = slice(first + fade, last - fade)
    assert not np.array_equal(old[inside], new[inside])
    assert pitch_hz(new[inside], rate_hz) == pytest.approx(tone_hz(90) * (1 + section / 8), abs=1.0)


def test_the_new_section_has_the_level_of_the_old_and_no_click(
    made: Plan, generate: Generate, here: Path
) -> None:
    generate("--of", "song.wav", "--regenerate-section", "2", "--seed", "90", "-o", "new.wav")
    span = made.spans[2]
    old, new = (
        soundfile.read(here / name, dtype="float32", always_2d=True)[0].T for name in ("song.wav", "new.wav")
    )
    inside = slice(round(span.start_s * 44_100), round(span.end_s * 44_100))
    assert measured(new[:, inside], 44_100).lufs == pytest.approx(
        measured(old[:, inside], 44_100).lufs, abs=1.0
    )
    steps = np.abs(np.diff(new, axis=1))
    assert steps.max() < 1.2 * np.abs(np.diff(new[:, inside], axis=1)).max()


def test_the_format_stays_and_so_do_the_tags(made: Plan, generate: Generate, here: Path) -> None:
    generate("--of", "song.wav", "--regenerate-section", "1", "--seed", "5", "-o", "new.wav")
    assert soundfile.info(here / "new.wav").subtype == soundfile.info(here / "song.wav").subtype == "PCM_16"


@pytest.mark.parametrize("subtype", ["PCM_24", "FLOAT", "PCM_U8"])
def test_every_depth_stays_exact(subtype: str, made: Plan, generate: Generate, here: Path) -> None:
    samples, rate_hz = soundfile.read(here / "song.wav", dtype="float32")
    soundfile.write(here / "song.wav", samples, rate_hz, subtype=subtype)
    generate("--of", "song.wav", "--regenerate-section", "1", "--seed", "5", "-o", "new.wav")
    end = round(made.spans[1].end_s * rate_hz)
    old, new = (soundfile.read(here / name, dtype="float64")[0] for name in ("song.wav", "new.wav"))
    assert soundfile.info(here / "new.wav").subtype == subtype
    assert np.array_equal(old[end:], new[end:])


def test_what_is_kept_and_what_is_not_is_told_to_the_engine(made: Plan, generate: Generate) -> None:
    generate("--of", "song.wav", "--regenerate-section", "1", "--seed", "5", "-o", "new.wav")
    reference, span = FakeEngine.calls[-1]["reference"], made.spans[1]
    (a, b), (c, d) = reference.keep
    assert (a, b, c) == pytest.approx((0.0, span.start_s, span.end_s))
    assert d == pytest.approx(reference.samples.shape[1] / reference.rate_hz)
    assert (reference.start_s, reference.strength) == (0.0, 1.0)


def test_a_section_made_anew_is_another_each_time_and_can_be_made_again(
    made: Plan, generate: Generate, here: Path
) -> None:
    for name in ("a", "b"):
        done = generate("--of", "song.wav", "--regenerate-section", "1", "-o", f"{name}.wav")
        assert "seed " in done.err
    assert (here / "a.wav").read_bytes() != (here / "b.wav").read_bytes()
    done = generate("--plan", "b.json", "-o", "again.wav", engine=None)
    assert done.code == 0, done.err
    assert (here / "again.wav").read_bytes() == (here / "b.wav").read_bytes()
    done = generate("--of", "b.wav", "--regenerate-section", "0", "-o", "c.wav")  # and gone on with
    assert done.code == 0, done.err


def test_a_plan_may_change_what_is_played_but_not_where(made: Plan, generate: Generate, here: Path) -> None:
    document = sidecar(here / "song.wav")["plan"]
    for section in document["sections"]:
        section["energy"] = 0.1
    (here / "soft.json").write_text(json.dumps(document))
    words = ("--of", "song.wav", "--regenerate-section", "1", "-o", "new.wav")
    assert generate(*words, "--plan", "soft.json").code == 0
    assert FakeEngine.calls[-1]["plan"].sections[1].energy == 0.1
    document["tempo_bpm"] = 60
    for name in ("duration_s", "bars"):
        document.pop(name)
    for section in document["sections"]:
        for name in ("start_s", "end_s", "position"):
            section.pop(name)
    (here / "slow.json").write_text(json.dumps(document))
    done = generate(*words, "--plan", "slow.json", "--overwrite")
    assert (done.code, "must have its sections where the song has them" in done.err) == (2, True)


def test_refusals_of_sections(made: Plan, generate: Generate, here: Path) -> None:
    last = len(made.sections)
    done = generate("--of", "song.wav", "--regenerate-section", last, "-o", "new.wav")
    assert (done.code, f"has sections 0 to {last - 1}" in done.err) == (2, True)
    done = generate("--of", "song.wav", "--regenerate-section", "0", "-o", "new.flac")
    assert (done.code, "so the result must be WAV, too, and it would be FLAC" in done.err) == (2, True)
    done = generate("--of", "song.wav", "--regenerate-section", "0", "-o", "song.wav", "--overwrite")
    assert (done.code, "must not replace" in done.err) == (2, True)
    samples, rate_hz = soundfile.read(here / "song.wav")
    soundfile.write(here / "song.wav", samples[: 5 * rate_hz], rate_hz)
    done = generate("--of", "song.wav", "--regenerate-section", "2", "-o", "new.wav")
    assert (done.code, "belongs to another file" in done.err) == (65, True)


def test_a_lossy_song_is_encoded_anew_and_told(made: Plan, generate: Generate, here: Path) -> None:
    samples, rate_hz = soundfile.read(here / "song.wav")
    soundfile.write(here / "song.ogg", samples, rate_hz)
    document = sidecar(here / "song.wav") | {"audio": "song.ogg"}
    (here / "song.ogg.json").write_text(json.dumps(document))
    done = generate("--of", "song.ogg", "--regenerate-section", "1", "-o", "new.ogg")
    assert (done.code, "OGG is lossy" in done.err) == (0, True)


# ---- songs that go on ----


def test_a_song_goes_on_at_its_last_bar_line(made: Plan, generate: Generate, here: Path) -> None:
    done = generate(
        "--continue-from",
        "song.wav",
        "--prompt",
        "upbeat pop song",
        "--duration",
        "8",
        "--seed",
        "50",
        "-o",
        "longer.wav",
    )
    assert done.code == 0, done.err
    old, new = ints(here / "song.wav"), ints(here / "longer.wav")
    join, fade = round(made.duration_s * 44_100), round(0.05 * 44_100)
    assert np.array_equal(new[: join - fade], old[: join - fade])
    assert soundfile.info(here / "longer.wav").subtype == "PCM_16"
    call = FakeEngine.calls[-1]
    assert (call["plan"].tempo_bpm, call["plan"].key) == (made.tempo_bpm, made.key)
    assert call["reference"].start_s == pytest.approx(made.bar_s - made.duration_s)
    assert call["reference"].keep[0] == pytest.approx((made.bar_s - made.duration_s, made.bar_s))
    assert call["plan"].sections[0].bars == 1  # the bar before the join, which the file has already
    added = (len(new) - join) / 44_100
    assert added == pytest.approx(call["plan"].duration_s - made.bar_s, abs=0.01)


def test_a_song_that_went_on_has_one_plan_and_can_go_on_and_be_made_again(
    made: Plan, generate: Generate, here: Path
) -> None:
    words = ("--continue-from", "song.wav", "--duration", "8", "--seed", "50", "-o", "longer.wav")
    assert generate(*words).code == 0  # in the words of the song
    whole = plan_from_document(sidecar(here / "longer.wav")["plan"])
    assert whole.sections[: len(made.sections)] == tuple(
        s if s.instruments is not None else type(s)(**{**vars(s), "instruments": made.instruments})
        for s in made.sections
    )
    assert whole.duration_s == pytest.approx(len(ints(here / "longer.wav")) / 44_100, abs=0.01)
    done = generate("--plan", "longer.json", "-o", "again.wav", engine=None)
    assert done.code == 0, done.err
    assert (here / "again.wav").read_bytes() == (here / "longer.wav").read_bytes()
    last = len(whole.sections) - 1
    assert generate("--of", "longer.wav", "--regenerate-section", last, "-o", "other.wav").code == 0
    assert generate("--continue-from", "longer.wav", "--duration", "5", "-o", "longest.wav").code == 0


def test_what_comes_after_has_the_level_of_what_came_before(
    made: Plan, generate: Generate, here: Path
) -> None:
    generate("--continue-from", "song.wav", "--duration", "8", "--seed", "50", "-o", "longer.wav")
    gain_db = sidecar(here / "longer.wav")["loudness"]["new_part_gain_db"]
    assert gain_db == pytest.approx(6.02, abs=0.5)  # the fake plays all of it at half its level
    generate("--continue-from", "song.wav", "--duration", "8", "--loudness", "-30", "-o", "soft.wav")
    samples, rate_hz = soundfile.read(here / "soft.wav", dtype="float32", always_2d=True)
    after = samples[round(made.duration_s * rate_hz) + rate_hz // 10 :]
    assert measured(after.T, rate_hz).lufs == pytest.approx(-30, abs=0.5)


def test_without_a_plan_the_bars_are_counted_from_the_beginning(generate: Generate, here: Path) -> None:
    tone = 0.1 * np.sin(np.arange(round(9.3 * 22_050)) / 10)
    soundfile.write(here / "hum.wav", tone, 22_050, subtype="PCM_16")
    words = ("--continue-from", "hum.wav", "--prompt", "upbeat pop song", "--duration", "8", "--seed", "1")
    generate(*words, "--tempo", "120", "--time-signature", "4/4", "-o", "a.wav")
    assert sidecar(here / "a.wav")["generation"]["part"]["start_s"] == pytest.approx(8.0)
    generate(*words, "-o", "b.wav")
    assert sidecar(here / "b.wav")["generation"]["part"]["start_s"] == pytest.approx(9.3, abs=1e-4)
    assert soundfile.info(here / "b.wav").samplerate == 22_050
    assert soundfile.info(here / "b.wav").channels == 1
    generate("--of", "b.wav", "--regenerate-section", "0", "-o", "c.wav")
    join = round(9.3 * 22_050) - round(0.05 * 22_050)
    assert np.array_equal(ints(here / "c.wav")[: join - 1], ints(here / "b.wav")[: join - 1])


def test_the_rate_can_be_another(made: Plan, generate: Generate, here: Path) -> None:
    generate(
        "--continue-from",
        "song.wav",
        "--duration",
        "5",
        "--sample-rate",
        "32000",
        "--format",
        "flac",
        "-o",
        "x.flac",
    )
    info = soundfile.info(here / "x.flac")
    assert (info.samplerate, info.channels) == (32_000, 2)


def test_candidates_of_a_section(made: Plan, generate: Generate, here: Path) -> None:
    words = (
        "--of",
        "song.wav",
        "--regenerate-section",
        "1",
        "--seed",
        "5",
        "--candidates",
        "2",
        "-o",
        "new.wav",
    )
    assert generate(*words).out.splitlines() == ["new.wav", "new_2.wav"]
    assert (here / "new.wav").read_bytes() != (here / "new_2.wav").read_bytes()
