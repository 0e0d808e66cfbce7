"""What is learned from: datasets and folders, splits by song, arrays made once."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from muze_ldm.data.audio import open_audio_cache, open_mel_cache
from muze_ldm.data.recordings import digest_of, read_recordings, split_of
from muze_ldm.data.windows import Window, of_first_split, spread, windows_of
from muzecli.audio.mel import MelSpec, log_mel
from muzecli.console import Color, Console
from muzecli.errors import BadDataError, InputMissingError
from muzecli.training.arrays import StoredArray, cached, key_of

RATE = 8000


@pytest.fixture
def console() -> Console:
    return Console(verbosity=-1, color=Color.NEVER, out=io.StringIO())


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    folder = tmp_path / "songs"
    (folder / "artist").mkdir(parents=True)
    rng = np.random.default_rng(0)
    for index in range(6):
        samples = rng.normal(0, 0.1, (RATE + index * 100, 2)).astype(np.float32)
        soundfile.write(folder / "artist" / f"{index}.wav", samples, RATE)
    (folder / "notes.txt").write_text("no audio")
    return folder


def test_a_folder_of_audio_has_someone_held_out(songs: Path) -> None:
    found = read_recordings((), (songs,))
    assert [recording.id for recording in found] == [f"artist/{i}.wav" for i in range(6)]
    assert {recording.split for recording in found} > {"train"}


def test_the_first_so_many(songs: Path) -> None:
    assert len(read_recordings((), (songs,), max_tracks=3)) == 3


def test_splits_depend_on_the_name_alone_and_have_their_shares() -> None:
    drawn = [split_of(f"song {index}") for index in range(4000)]
    assert drawn == [split_of(f"song {index}") for index in range(4000)]
    assert 0.03 < drawn.count("valid") / 4000 < 0.07
    assert 0.03 < drawn.count("test") / 4000 < 0.07


def test_what_is_missing_is_named(tmp_path: Path, songs: Path) -> None:
    with pytest.raises(InputMissingError, match=r"the audio folder .*nowhere does not exist"):
        read_recordings((), (tmp_path / "nowhere",))
    with pytest.raises(BadDataError, match=r"at least two recordings.*found 0"):
        (tmp_path / "empty").mkdir()
        read_recordings((), (tmp_path / "empty",))


def test_audio_and_spectrograms_are_made_once(songs: Path, tmp_path: Path, console: Console) -> None:
    recordings, spec = read_recordings((), (songs,)), MelSpec(RATE, n_fft=256, hop_samples=80, n_mels=20)
    audio = open_audio_cache(recordings, tmp_path / "cache", rate_hz=RATE, console=console)
    samples, _ = soundfile.read(songs / "artist/2.wav", dtype="float32")
    assert np.allclose(audio.audio(2), samples.mean(axis=1), atol=1e-4)
    assert np.array_equal(audio.audio(2, 100, 200), audio.audio(2)[100:200])
    mels = open_mel_cache(audio, tmp_path / "cache", spec, console=console)
    wanted = log_mel(audio.audio(2)[None], spec)[0, :, : len(samples) // 80].numpy()
    assert mels.mel(2).shape == wanted.shape
    assert np.allclose(mels.mel(2), wanted, atol=0.01)
    before = sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "cache").rglob("*.npy"))
    open_mel_cache(
        open_audio_cache(recordings, tmp_path / "cache", rate_hz=RATE, console=console),
        tmp_path / "cache",
        spec,
        console=console,
    )
    assert sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "cache").rglob("*.npy")) == before


def test_another_content_is_another_array(songs: Path, tmp_path: Path, console: Console) -> None:
    cache = tmp_path / "cache"
    first = open_audio_cache(read_recordings((), (songs,)), cache, rate_hz=RATE, console=console)
    soundfile.write(songs / "artist/0.wav", np.zeros((RATE, 1), np.float32), RATE)
    second = open_audio_cache(read_recordings((), (songs,)), cache, rate_hz=RATE, console=console)
    assert first.keys[0] != second.keys[0]
    assert not second.audio(0).any() and first.audio(0).any()
    assert digest_of(first.recordings, first.keys) != digest_of(second.recordings, second.keys)


def test_another_rate_is_resampled(songs: Path, tmp_path: Path, console: Console) -> None:
    found = open_audio_cache(
        read_recordings((), (songs,)), tmp_path / "c", rate_hz=RATE // 2, console=console
    )
    assert found.samples(0) == RATE // 2


def test_a_damaged_array_is_named(tmp_path: Path, console: Console) -> None:
    def make(index: int) -> np.ndarray:
        return np.arange(4)

    cached(tmp_path, ["a"], make, console=console, what="x")
    (tmp_path / "a.npy").write_bytes(b"nonsense")
    with pytest.raises(BadDataError, match=r"a\.npy is damaged"):
        cached(tmp_path, ["a"], make, console=console, what="x")


def test_an_array_that_was_cut_short_is_named(tmp_path: Path, console: Console) -> None:
    cached(tmp_path, ["a"], lambda index: np.arange(40), console=console, what="x")
    whole = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(whole[:-8])
    with pytest.raises(BadDataError, match=r"a\.npy is damaged: it has \d+ bytes, and should have \d+"):
        cached(tmp_path, ["a"], lambda index: np.arange(40), console=console, what="x")


def test_a_cache_that_vanished_is_told_and_made_again(tmp_path: Path, console: Console) -> None:
    found = cached(tmp_path / "c", ["a"], lambda index: np.arange(4), console=console, what="x")
    shutil.rmtree(tmp_path / "c")
    with pytest.raises(InputMissingError, match=r"cannot read .*a\.npy of the cache") as caught:
        found[0][:]
    assert "give the same command again" in str(caught.value.hint)
    found = cached(tmp_path / "c", ["a"], lambda index: np.arange(4), console=console, what="x")
    assert found[0][1:3].tolist() == [1, 2]


def test_stretches_are_copies_in_either_order(tmp_path: Path) -> None:
    values = np.arange(60, dtype=np.float16).reshape(10, 3, 2)
    for name, array in (("c", values), ("f", np.asfortranarray(values))):
        np.save(tmp_path / f"{name}.npy", array)
        found = StoredArray.at(tmp_path / f"{name}.npy")
        assert found.shape == (10, 3, 2)
        assert np.array_equal(found[4:7], values[4:7]) and np.array_equal(found[:], values)
        assert found[9:20].shape == (1, 3, 2) and found[5:5].shape == (0, 3, 2)
        found[:][0] = 7  # of a copy
        assert np.array_equal(found[:], values)


def test_more_recordings_than_files_may_be_open(tmp_path: Path, console: Console) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, before[1]))
    try:
        keys = [str(number) for number in range(200)]
        found = cached(tmp_path, keys, lambda index: np.full(3, index), console=console, what="x")
        stretches = [array[:1] for array in found]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert [int(stretch[0]) for stretch in stretches] == list(range(200))


def test_what_another_process_made_meanwhile_is_taken(tmp_path: Path, console: Console) -> None:
    made: list[int] = []

    def make(index: int) -> np.ndarray:
        made.append(index)
        np.save(tmp_path / "b.npy", np.array([7]))  # as another process would
        return np.array([index])

    found = cached(tmp_path, ["a", "b", "a"], make, console=console, what="x")
    assert made == [0] and [int(array[:][0]) for array in found] == [0, 7, 0]


def test_two_processes_may_make_the_same(tmp_path: Path) -> None:
    code = (
        "import sys; import numpy as np; from pathlib import Path\n"
        "from muzecli.training.arrays import cached; from muzecli.console import Console\n"
        "keys = [str(n) for n in range(60)]\n"
        "found = cached(Path(sys.argv[1]), keys, lambda n: np.full(999, n), console=Console(verbosity=-1), what='x')\n"
        "assert all((array[:] == n).all() for n, array in enumerate(found))\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "c")]) for _ in range(2)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert len(list((tmp_path / "c").iterdir())) == 60


def test_recordings_of_nothing_are_named(songs: Path, tmp_path: Path, console: Console) -> None:
    for name, length in (("x", 9), ("y", 20)):
        soundfile.write(songs / f"{name}.wav", np.zeros((length, 1), np.float32), RATE)
    with pytest.raises(BadDataError, match=r"last 0\.1 s or more, and 'x\.wav' lasts 0\.001 s, and 1 others"):
        open_audio_cache(read_recordings((), (songs,)), tmp_path / "c", rate_hz=RATE, console=console)


def test_samples_that_are_no_numbers_are_named(songs: Path, tmp_path: Path, console: Console) -> None:
    soundfile.write(songs / "x.wav", np.full((RATE, 1), np.nan, np.float32), RATE, subtype="FLOAT")
    with pytest.raises(BadDataError, match=r"x\.wav"):
        open_audio_cache(read_recordings((), (songs,)), tmp_path / "c", rate_hz=RATE, console=console)


def test_keys_tell_their_parts_apart() -> None:
    assert key_of("a", 1) == key_of("a", 1) != key_of("a", 2)


def test_windows_cover_each_recording_to_its_end() -> None:
    found = windows_of([10, 3, 7], [0, 1], frames=4, hop=3)
    assert found == [Window(0, 0), Window(0, 3), Window(0, 6), Window(1, 0)]
    assert spread(found, 2) == [found[0], found[-1]]
    assert spread(found, 9) == found


def test_the_first_split_that_has_recordings_counts() -> None:
    splits = ["train", "test", "train", "test"]
    assert of_first_split(splits, "valid", "test") == [1, 3]
    assert of_first_split(splits, "train", "test") == [0, 2]
    assert of_first_split(splits, "valid") == []
