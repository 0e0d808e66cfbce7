"""`muze evaluate fad` and `kad` on folders, datasets and files of vectors: what changes a result, and what does not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.evaluate.music import folder_of

from muze_evaluate import provenance
from muze_evaluate.commands import fad, kad
from muze_evaluate.commands.two_sets import Request
from muze_evaluate.embedding import choosing
from muze_evaluate.embedding.logmel import LogMel
from muze_evaluate.reading import read_evaluation
from muzecli.console import Console
from muzecli.errors import (
    BadDataError,
    ExitCode,
    FailedError,
    InputMissingError,
    MuzeError,
    OutputExistsError,
    UsageError,
)
from muzecli.options import Run
from muzecli.song.dataset import write_dataset
from muzecli.song.track import Track

Measure = Callable[..., dict[str, Any]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with two sets: `ref` of 6 and `eval` of 4 recordings of 6 s, 2 windows each."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUZE_CACHE_DIR", str(tmp_path / "cache"))
    folder_of(Path("ref"), range(6), seconds=6)
    folder_of(Path("eval"), range(10, 14), seconds=6)
    return tmp_path


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of windows of each batch that logmel was given."""
    given: list[int] = []
    embed = LogMel.embed
    monkeypatch.setattr(
        LogMel, "embed", lambda self, windows: given.append(len(windows)) or embed(self, windows)
    )
    return given


def measure(
    module: Any = fad, reference: str = "ref", evaluated: str = "eval", **options: Any
) -> dict[str, Any]:
    """What a command prints under --json; its failed items do not raise here."""
    out = StringIO()
    run = Run(("evaluate", module.__name__), Console(json_output=True, out=out))
    of_fad = (
        {"inf": options.pop("inf", False), "per_song": options.pop("per_song", False)}
        if module is fad
        else {}
    )
    of_both = {"ci": options.pop("ci", True), "seed": options.pop("seed", 0)}
    request = Request(reference, evaluated, **{"embedding": "logmel", **options})
    try:
        module.measured(run, request, **of_fad, **of_both)
    except FailedError:
        pass
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def value_of(document: dict[str, Any], name: str = "fad") -> float:
    (figure,) = [figure for figure in document["figures"] if figure["name"] == name]
    value: float = figure["value"]
    return value


# ------------------------------------------------------------------------- what changes, and what does not


def test_the_same_command_gives_the_same_document_from_audio_and_from_the_cache(here, embedded) -> None:
    fresh = measure(per_song=True, no_cache=True)
    assert sum(embedded) == 20
    filled = measure(per_song=True)
    assert sum(embedded) == 40
    assert measure(per_song=True) == filled == fresh
    assert sum(embedded) == 40  # all of it was found


@pytest.mark.parametrize("module", [fad, kad])
def test_names_and_order_of_files_change_no_figure(here, module) -> None:
    first = measure(module)
    for number, path in enumerate(sorted(Path("eval").iterdir(), reverse=True)):
        path.rename(path.with_name(f"new-{number}.wav"))
    second = measure(module)
    assert second == first  # to the last bit, digests and intervals included


def test_a_renamed_extension_is_the_same_recording_found_again(here, embedded) -> None:
    first = measure()
    embedded.clear()
    Path("eval/10.wav").rename("eval/10.mp3")
    Path("eval/11.wav").rename("eval/11")
    assert measure() == first
    assert embedded == []


def test_one_byte_in_one_file_makes_that_file_be_embedded_again(here, embedded) -> None:
    first = measure()
    embedded.clear()
    content = bytearray(Path("eval/12.wav").read_bytes())
    content[-1000] ^= 0x40
    Path("eval/12.wav").write_bytes(content)
    second = measure()
    assert embedded == [2]
    assert value_of(second) != value_of(first)
    assert second["provenance"]["evaluated"]["digest"] != first["provenance"]["evaluated"]["digest"]
    assert second["provenance"]["reference"] == first["provenance"]["reference"]


def test_a_file_less_is_one_item_less_and_nothing_is_embedded_again(here, embedded) -> None:
    first = measure()
    embedded.clear()
    Path("eval/13.wav").unlink()
    second = measure()
    assert embedded == []
    before, after = (document["provenance"]["evaluated"] for document in (first, second))
    assert (before["items"], after["items"], before["windows"], after["windows"]) == (4, 3, 8, 6)
    assert before["digest"] != after["digest"]
    assert second["figures"][0]["count"] == 3


def test_what_lies_beside_the_songs_changes_nothing(here) -> None:
    first = measure()
    Path("eval/10.json").write_text('{"schema": "muze.sidecar/1"}')
    Path("eval/10.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    Path("eval/.10.wav.part").write_bytes(b"half")
    assert measure() == first


def test_a_dataset_is_the_folder_of_its_audio(here) -> None:
    folder = measure()
    write_dataset(
        here / "some.json", [Track(f"eval/{n}.wav", f"t{n}", 6.0, 22_050) for n in (13, 11, 12, 10)]
    )
    dataset = measure(evaluated="some.json")
    assert dataset["figures"] == folder["figures"]
    assert dataset["provenance"]["evaluated"]["kind"] == "dataset"
    assert dataset["provenance"]["evaluated"]["digest"] == folder["provenance"]["evaluated"]["digest"]


def test_saved_embeddings_stand_for_the_audio(here) -> None:
    direct = measure(save_embeddings=here / "e.npz", save_reference=here / "r.npz", per_song=True)
    shutil.rmtree("ref")
    again = measure(reference="r.npz", evaluated="e.npz", embedding="auto", per_song=True)
    assert again["figures"] == direct["figures"]
    assert [row["values"] for row in again["rows"]] == [row["values"] for row in direct["rows"]]
    mixed = measure(reference="r.npz", embedding="auto")  # the space is the file's
    assert mixed["figures"] == direct["figures"]
    for side in ("reference", "evaluated"):
        assert again["provenance"][side]["digest"] == direct["provenance"][side]["digest"]


def test_saved_embeddings_say_what_they_were_made_with(here, monkeypatch) -> None:
    versions = measure(save_reference=here / "r.npz")["provenance"]["versions"]
    made_with = {"device": "cpu", **{name: versions[name] for name in versions if name != "muze"}}
    assert made_with.keys() >= {"numpy", "soxr", "soundfile", "libsndfile"}
    monkeypatch.setattr(provenance, "version", lambda package: "0.1")
    later = measure(reference="r.npz", embedding="auto")
    assert later["provenance"]["reference"]["made_with"] == made_with
    assert later["provenance"]["versions"]["soxr"] == "0.1"
    told = [w for w in later["warnings"] if "embedded with different versions or devices" in w]
    assert told == [
        "r.npz and eval were embedded with different versions or devices, which may move the last digits"
    ]


# -------------------------------------------------------------------------------------------- the figures


def test_a_set_against_itself_is_nothing_apart_and_that_is_said(here) -> None:
    document = measure(evaluated="ref")
    vectors = np.random.default_rng(0).standard_normal((40, 8))
    np.savez(here / "a.npz", embeddings=vectors)
    bare = measure(reference="a.npz", evaluated="a.npz")
    assert 0 <= value_of(bare) <= 1e-9 * np.trace(np.cov(vectors.T))
    assert 0 <= value_of(document) < 1e-9
    assert "6 of 6 items of ref are in ref, too" in document["warnings"]


def test_the_distance_of_known_gaussians_comes_out(here) -> None:
    random = np.random.default_rng(3)
    np.savez(here / "a.npz", embeddings=random.standard_normal((4000, 4)))
    np.savez(here / "b.npz", embeddings=2 * random.standard_normal((4000, 4)) + 3)
    document = measure(reference="a.npz", evaluated="b.npz", inf=True)
    truth = 4 * 3**2 + 4 * (2 - 1) ** 2
    for name in ("fad", "fad-inf"):
        (figure,) = [figure for figure in document["figures"] if figure["name"] == name]
        assert figure["value"] == pytest.approx(truth, rel=0.05)
        assert figure["low"] < truth < figure["high"]
    (curve,) = document["curves"]
    assert curve["x"] == sorted(curve["x"], reverse=True)
    assert len(curve["x"]) == len(curve["y"]) == len(curve["fit"]) >= 4


def test_intervals_follow_the_seed_and_can_be_left_out(here) -> None:
    random = np.random.default_rng(0)
    np.savez(here / "a.npz", embeddings=random.standard_normal((90, 4)))
    np.savez(here / "b.npz", embeddings=random.standard_normal((60, 4)) + 0.5)

    def figure(module: Any, **options: Any) -> dict[str, Any]:
        (found,) = measure(module, reference="a.npz", evaluated="b.npz", **options)["figures"]
        return found

    for module in (fad, kad):
        first = figure(module, seed=1)
        assert first == figure(module, seed=1) != figure(module, seed=2)
        assert 0 < first["low"] < first["value"] < first["high"]
        assert figure(module, ci=False) == {**first, "low": None, "high": None}


def test_an_estimate_below_nought_is_explained_and_one_above_is_not(here) -> None:
    random = np.random.default_rng(0)
    np.savez(here / "a.npz", embeddings=random.standard_normal((90, 4)))
    np.savez(here / "b.npz", embeddings=random.standard_normal((60, 4)))
    np.savez(here / "c.npz", embeddings=random.standard_normal((60, 4)) + 1)

    def note(module: Any, evaluated: str, **options: Any) -> str:
        figure = measure(module, reference="a.npz", evaluated=evaluated, **options)["figures"][-1]
        assert (figure["low"] < 0) == (evaluated != "c.npz")
        text: str = figure["note"]
        return text

    assert "goes below 0, as an estimate free of bias may" in note(fad, "b.npz", inf=True)
    assert note(fad, "c.npz", inf=True).startswith("R² of the line") and "below" not in note(
        fad, "c.npz", inf=True
    )
    assert "it scatters about 0 for sets of one kind" in note(kad, "b.npz")
    assert note(kad, "c.npz") == ""


def test_broken_scorers_that_are_passed_over_are_told(here, monkeypatch, capsys) -> None:
    taken = choosing.Chosen(LogMel(), "it is here", ("the scorer 'toy' cannot say what it is",))
    monkeypatch.setattr(choosing, "chosen", lambda name, *, device: taken)
    measure(embedding="auto")
    assert "left out: the scorer 'toy' cannot say what it is" in capsys.readouterr().err


def test_windows_of_a_song_are_drawn_together(here) -> None:
    rows = np.random.default_rng(0).standard_normal((40, 4)) + 1
    np.savez(here / "a.npz", embeddings=np.random.default_rng(1).standard_normal((90, 4)))
    np.savez(here / "songs.npz", embeddings=rows.repeat(5, axis=0), lengths=[5] * 40)
    np.savez(here / "rows.npz", embeddings=rows.repeat(5, axis=0))
    for module in (fad, kad):
        widths = []
        for name in ("songs.npz", "rows.npz"):
            (figure,) = measure(module, reference="a.npz", evaluated=name)["figures"]
            widths.append(figure["high"] - figure["low"])
        assert widths[0] / widths[1] == pytest.approx(5**0.5, rel=0.15)  # five alike know no more than one


def test_too_little_for_an_extrapolation_is_no_number_and_the_reason(here) -> None:
    np.savez(here / "a.npz", embeddings=np.random.default_rng(0).standard_normal((30, 9)))
    document = measure(reference="a.npz", evaluated="a.npz", inf=True)
    figure = document["figures"][1]
    assert (figure["name"], figure["value"]) == ("fad-inf", None)
    assert "in 9 dimensions" in figure["note"]
    assert document["curves"] == []


def test_few_windows_in_many_dimensions_are_warned_of_in_fad_and_not_in_kad(here) -> None:
    assert [w for w in measure()["warnings"] if "eval: 8 samples in 120 dimensions" in w]
    assert measure(kad)["warnings"] == []


def test_rows_are_the_songs_with_their_own_distance(here) -> None:
    document = measure(per_song=True)
    assert [row["id"] for row in document["rows"]] == ["10.wav", "11.wav", "12.wav", "13.wav"]
    assert all(row["values"]["windows"] == 2 and row["values"]["seconds"] == 6.0 for row in document["rows"])
    assert len({row["values"]["fad"] for row in document["rows"]}) == 4
    assert Path(document["rows"][0]["path"]) == Path("eval/10.wav")


def test_silence_counts_and_is_told(here) -> None:
    soundfile.write("eval/silence.wav", np.zeros(22_050), 22_050)
    document = measure(per_song=True)
    assert document["provenance"]["evaluated"]["items"] == 5
    assert "1 of 5 items of eval are silent: silence.wav" in document["warnings"]
    worst = max(document["rows"], key=lambda row: row["values"]["fad"])
    assert (worst["id"], worst["note"]) == ("silence.wav", "silent")


def test_moments_of_other_tools_are_taken_by_fad_and_by_it_alone(here) -> None:
    vectors = np.random.default_rng(0).standard_normal((300, 5))
    np.savez(here / "v.npz", embeddings=vectors)
    np.savez(here / "m.npz", mu=vectors.mean(axis=0), sigma=np.cov(vectors.T), count=300)
    np.savez(here / "o.npz", embeddings=vectors + 1)
    of_vectors = value_of(measure(reference="v.npz", evaluated="o.npz"))
    assert value_of(measure(reference="m.npz", evaluated="o.npz")) == pytest.approx(of_vectors, rel=1e-9)
    assert value_of(measure(reference="o.npz", evaluated="m.npz")) == pytest.approx(of_vectors, rel=1e-9)
    with pytest.raises(BadDataError, match=r"kad takes vectors, and m\.npz holds moments"):
        measure(kad, reference="m.npz", evaluated="o.npz")
    with pytest.raises(BadDataError, match=r"--inf takes vectors, and m\.npz holds moments"):
        measure(reference="v.npz", evaluated="m.npz", inf=True)
    with pytest.raises(UsageError, match=r"--save-embeddings keeps vectors, and m\.npz holds moments"):
        measure(reference="v.npz", evaluated="m.npz", save_embeddings=here / "x.npz")


# ---------------------------------------------------------------------------------- sets that are not whole


def test_a_set_that_is_not_whole_is_refused_and_measured_where_asked_for(here, capsys) -> None:
    Path("eval/broken.wav").write_bytes(Path("eval/10.wav").read_bytes()[:5000])
    with pytest.raises(BadDataError, match="every recording of eval must be measured, and 1 of 5") as error:
        measure()
    assert error.value.exit_code == ExitCode.BAD_DATA
    assert error.value.details["failed"][0]["id"] == "broken.wav"
    assert "failed: eval: broken.wav: the file is cut short" in capsys.readouterr().err
    document = measure(partial=True)
    assert [failure["id"] for failure in document["failed"]] == ["broken.wav"]
    assert document["provenance"]["evaluated"].items() >= {"items": 4, "failed": 1}.items()


def test_with_partial_the_exit_code_is_1_after_all_is_printed_and_written(here) -> None:
    Path("eval/broken.wav").write_text("no audio")
    run = Run(("evaluate", "fad"), Console(verbosity=-1, out=StringIO()))
    request = Request("ref", "eval", embedding="logmel", partial=True, output=here / "fad.json")
    with pytest.raises(FailedError, match="1 item could not be measured") as error:
        fad.measured(run, request, inf=False, per_song=True, ci=True, seed=0)
    assert error.value.exit_code == ExitCode.FAILED
    assert len(read_evaluation(here / "fad.json").rows) == 4


def test_audio_that_a_dataset_lacks_is_told_before_anything_is_embedded(here, embedded) -> None:
    write_dataset(
        here / "some.json", [Track(f"eval/{n}.wav", f"t{n}", 6.0, 22_050) for n in (10, 11, 12, 99)]
    )
    with pytest.raises(
        InputMissingError, match=r"every recording of some\.json must be measured, and 1 of 4"
    ):
        measure(evaluated="some.json")
    assert embedded == []
    document = measure(evaluated="some.json", partial=True)
    assert [(one["id"], one["group"]) for one in document["failed"]] == [("t99", "some.json")]


def test_a_set_of_which_nothing_can_be_read_is_refused_even_so(here) -> None:
    for path in Path("eval").iterdir():
        path.write_text("no audio")
    with pytest.raises(BadDataError, match="eval must hold a recording that can be measured, and none of 4"):
        measure(partial=True)


def test_a_set_of_one_window_has_no_covariance_and_no_pairs(here) -> None:
    folder_of(Path("one"), [1], seconds=2)
    with pytest.raises(BadDataError, match="one must hold at least 2 samples; there is 1"):
        measure(evaluated="one")
    with pytest.raises(BadDataError, match=r"ref and one cannot be compared: .* at least 2 samples"):
        measure(kad, evaluated="one")


def test_too_large_numbers_are_not_put_down_to_too_few(here) -> None:
    for name, size in (("one", 1), ("large", 1e200)):
        np.save(f"{name}.npy", size * np.random.default_rng(0).standard_normal((9, 3)))
    with pytest.raises(
        BadDataError, match=r"large.npy must be numbers whose squares can be summed"
    ) as caught:
        measure(reference="one.npy", evaluated="large.npy")
    assert caught.value.hint is None
    np.save("few.npy", np.ones((1, 3)))
    with pytest.raises(BadDataError, match="at least 2 samples") as caught:
        measure(reference="one.npy", evaluated="few.npy")
    assert caught.value.hint == "a window is a sample: give more or longer recordings"


def test_a_set_of_one_item_has_no_interval(here) -> None:
    folder_of(Path("one"), [1], seconds=20)
    for module in (fad, kad):
        (figure,) = measure(module, evaluated="one")["figures"]
        assert figure["value"] is not None
        assert (figure["low"], figure["count"]) == (None, 1)
        assert figure["note"] == "no interval: it takes at least 2 items"


# --------------------------------------------------------------------------------------------- two spaces


def test_sets_of_two_widths_or_two_spaces_are_refused(here) -> None:
    np.savez(here / "a.npz", embeddings=np.eye(4))
    np.savez(here / "b.npz", embeddings=np.eye(5))
    with pytest.raises(BadDataError, match=r"number of dimensions; a\.npz has 4 and b\.npz 5"):
        measure(reference="a.npz", evaluated="b.npz")
    with pytest.raises(BadDataError, match=r"a\.npz has 4 and logmel 120"):
        measure(reference="a.npz")
    for name, version in (("c", 1), ("d", 2)):
        np.savez(
            here / f"{name}.npz", embeddings=np.eye(4), identity=json.dumps({"name": "toy", "v": version})
        )
    with pytest.raises(BadDataError, match=r"c\.npz and d\.npz differ in v \(1 and 2\)"):
        measure(reference="c.npz", evaluated="d.npz")
    known = measure(reference="a.npz", evaluated="c.npz")
    assert [w for w in known["warnings"] if w.startswith("nothing says how a.npz was embedded")]


def test_vectors_of_an_older_space_do_not_meet_audio_of_this_one(here, monkeypatch) -> None:
    measure(save_reference=here / "r.npz")
    older = LogMel().identity()
    monkeypatch.setattr(LogMel, "identity", lambda self: {**older, "model": "log-mel statistics 0"})
    with pytest.raises(
        BadDataError, match=r"differ in model \(log-mel statistics 1 and log-mel statistics 0\)"
    ):
        measure(reference="r.npz")


# ------------------------------------------------------------------------------------------------ options


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"embedding": "logmal"}, UsageError, "--embedding must be one of"),
        ({"device": "abacus"}, UsageError, "--device must be"),
        ({"cache": Path("x"), "no_cache": True}, UsageError, "--cache and --no-cache exclude each other"),
        (
            {"save_embeddings": Path("x.npy")},
            UsageError,
            r"--save-embeddings must name a file that ends in \.npz",
        ),
        (
            {"output": Path("x.npz"), "save_embeddings": Path("x.npz")},
            UsageError,
            "must name different files",
        ),
        ({"output": Path("there.json")}, OutputExistsError, r"there\.json already exists"),
        ({"reference": "nowhere"}, InputMissingError, "nowhere does not exist"),
    ],
)
def test_options_are_checked_before_anything_is_embedded(
    here, embedded, options: dict[str, Any], error: type[MuzeError], message: str
) -> None:
    Path("there.json").write_text("{}")
    with pytest.raises(error, match=message):
        measure(**options)
    assert embedded == []


def test_a_cache_of_ones_own_is_used_and_nothing_else_is_written(here, embedded) -> None:
    measure(cache=here / "mine")
    assert len(list((here / "mine").rglob("*.npz"))) == 10
    assert not (here / "cache").exists()
    assert {path.suffix for path in Path("eval").iterdir()} == {".wav"}


# ---------------------------------------------------------------------------------------- the real command


def test_the_command_prints_a_table_and_the_worst_song_first(here, muze) -> None:
    soundfile.write("eval/silence.wav", np.zeros(22_050), 22_050)
    done = muze("evaluate", "fad", "ref", "eval", "--embedding", "logmel", "--per-song", cwd=here)
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode().splitlines()
    assert lines[0].split() == ["item", "fad", "windows"]
    assert lines[1].split()[0] == "silence.wav"
    assert lines[-1].startswith("fad ↓")
    assert "[" in lines[-1]
    assert b"embedding: logmel" in done.stderr


@pytest.mark.parametrize("command", ["fad", "kad"])
def test_files_of_vectors_are_compared_without_torch_or_a_decoder(here, muze, command: str) -> None:
    vectors = np.random.default_rng(0).standard_normal((30, 6))
    np.savez(here / "a.npz", embeddings=vectors[:20])
    np.savez(here / "b.npz", embeddings=vectors[10:])
    done = muze(
        *("evaluate", command, "a.npz", "b.npz", "--json", "-q"),
        cwd=here,
        env={"PYTHONPROFILEIMPORTTIME": "1"},
    )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["metric"] == command
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    assert "numpy" in imported
    assert not imported & {"torch", "soundfile", "soxr", "transformers", "scipy"}
