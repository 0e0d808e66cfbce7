"""Vectors in files: muze's own come back as they were, those of others as they are meant."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from muze_evaluate.document import Failure
from muze_evaluate.embedding.embedder import Embedded
from muze_evaluate.sets.arrays import is_arrays, read_arrays, write_arrays
from muze_evaluate.sets.vectors import MomentSet, VectorSet, vector_set
from muzecli.console import Console
from muzecli.errors import BadDataError, InputMissingError, OutputExistsError

QUIET = Console(verbosity=-1)
RANDOM = np.random.default_rng(0)
ROWS = RANDOM.standard_normal((5, 3)).astype(np.float32)


def saved(path: Path, **arrays: object) -> VectorSet | MomentSet:
    np.savez(path, **arrays)
    return read_arrays(path, console=QUIET)


def vectors(path: Path, **arrays: object) -> VectorSet:
    found = saved(path, **arrays)
    assert isinstance(found, VectorSet)
    return found


@pytest.fixture
def npz(tmp_path: Path) -> Path:
    return tmp_path / "set.npz"


def by_id(found: VectorSet) -> dict[str, list[list[float]]]:
    return {name: rows.tolist() for name, rows in zip(found.ids, found.of_items, strict=True)}


def test_a_set_comes_back_as_it_was(tmp_path: Path) -> None:
    items = [
        Embedded(name, f"/x/{name}", f"{number:064x}", ROWS[number : number + 2], 1.5 + number)
        for number, name in enumerate(("ü.wav", "b/c.wav", "a.wav"))
    ]
    identity = {"name": "toy", "sha256": None, "dimensions": 3}
    made = vector_set("songs", "folder", items, identity=identity, failed=[Failure("x", "gone")])
    write_arrays(tmp_path / "set.npz", made)
    found = read_arrays(tmp_path / "set.npz", console=QUIET)
    assert isinstance(found, VectorSet)
    for field in ("ids", "contents", "lengths", "seconds", "identity"):
        assert getattr(found, field) == getattr(made, field), field
    assert np.array_equal(found.vectors, made.vectors)
    assert found.vectors.dtype == np.float32
    assert found.provenance()["digest"] == made.provenance()["digest"]
    first = (tmp_path / "set.npz").read_bytes()
    write_arrays(tmp_path / "set.npz", made, overwrite=True)
    assert (tmp_path / "set.npz").read_bytes() == first
    with pytest.raises(OutputExistsError):
        write_arrays(tmp_path / "set.npz", made)


def test_a_bare_matrix_is_an_item_a_row(tmp_path: Path, npz: Path) -> None:
    np.save(tmp_path / "set.npy", ROWS)
    found = read_arrays(tmp_path / "set.npy", name="mine", console=QUIET)
    assert isinstance(found, VectorSet)
    assert by_id(found) == {f"row {i}": [row.tolist()] for i, row in enumerate(ROWS)}
    assert (found.name, found.identity, found.seconds) == ("mine", None, None)
    for key in ("embeddings", "arr_0", "features"):
        assert by_id(vectors(npz, **{key: ROWS})) == by_id(found)


def test_ids_or_lengths_make_items_of_several_rows(npz: Path) -> None:
    wanted = {"a": ROWS[:2].tolist(), "b": ROWS[2:].tolist()}
    assert by_id(vectors(npz, embeddings=ROWS, ids=["a", "a", "b", "b", "b"])) == wanted
    assert by_id(vectors(npz, embeddings=ROWS, ids=[b"a", b"b"], lengths=[2, 3])) == wanted
    assert list(by_id(vectors(npz, embeddings=ROWS, lengths=[5]))) == ["item 0"]
    assert set(by_id(vectors(npz, embeddings=ROWS, ids=[7, 8, 9, 10, 11]))) == {"7", "8", "9", "10", "11"}


def test_the_order_of_items_changes_nothing(npz: Path) -> None:
    first = vectors(npz, embeddings=ROWS, ids=list("abcde"))
    order = [3, 1, 4, 0, 2]
    second = vectors(npz, embeddings=ROWS[order], ids=[list("abcde")[i] for i in order])
    assert np.array_equal(first.vectors, second.vectors)
    assert first.provenance() == second.provenance()
    assert by_id(first) == by_id(second)


def test_digests_follow_the_numbers_and_not_their_type(npz: Path) -> None:
    single = vectors(npz, embeddings=ROWS).provenance()["digest"]
    assert vectors(npz, embeddings=ROWS.astype(np.float64)).provenance()["digest"] == single
    other = ROWS.copy()
    other[0, 0] = np.nextafter(other[0, 0], np.float32(9))
    assert vectors(npz, embeddings=other).provenance()["digest"] != single


def test_moments_of_others_are_taken(npz: Path) -> None:
    found = saved(npz, mu=ROWS.mean(axis=0), sigma=np.cov(ROWS.T), count=5)
    assert isinstance(found, MomentSet)
    assert (found.width, found.count) == (3, 5)
    assert found.provenance().items() >= {"kind": "moments", "windows": 5}.items()
    unknown = saved(npz, mu=ROWS.mean(axis=0)[None], sigma=np.cov(ROWS.T))
    assert isinstance(unknown, MomentSet)
    assert unknown.count is None
    assert np.array_equal(unknown.mean, found.mean)


def test_half_precision_is_read_with_a_warning(npz: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(npz, embeddings=ROWS.astype(np.float16))
    read_arrays(npz, console=Console())
    assert "holds float16, which moves distances of single songs by 0.15 to 0.45 %" in capsys.readouterr().err
    np.savez(npz, embeddings=ROWS)
    read_arrays(npz, console=Console())
    assert capsys.readouterr().err == ""


def with_nan(*rows: int) -> np.ndarray:
    damaged = ROWS.copy()
    damaged[list(rows), 1] = np.nan
    return damaged


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"embeddings": with_nan(1, 3)}, r"finite numbers; 2 of 5 rows do not: 1, 3"),
        ({"embeddings": with_nan(4), "ids": list("abcde")}, r"1 of 5 rows do not: 4 \(e\)"),
        ({"embeddings": ROWS[0]}, r"the shape \(n, D\).*found \(3,\)"),
        ({"embeddings": ROWS[None]}, r"found \(1, 5, 3\)"),
        ({"embeddings": ROWS[:0]}, r"found \(0, 3\)"),
        ({"embeddings": ROWS > 0}, "must hold real numbers, and it holds bool"),
        ({"embeddings": ROWS.astype(complex)}, "must hold real numbers, and it holds complex128"),
        ({"embeddings": ROWS, "ids": ["a"]}, "`ids` must name an item for each of 5 rows; there are 1"),
        ({"embeddings": ROWS, "ids": list("abaab")}, "rows of one id must follow each other; those of 'a'"),
        ({"embeddings": ROWS, "lengths": [2, 2]}, "`lengths` must be whole numbers from 1 that add up to 5"),
        ({"embeddings": ROWS, "lengths": [5, 0]}, "`lengths` must be whole numbers from 1"),
        ({"embeddings": ROWS, "lengths": [2, 3], "ids": ["a", "a"]}, "`ids` must name each of 2 items once"),
        ({"embeddings": ROWS, "contents": ["x"] * 5}, "`contents` must be the SHA-256 of each of 5 items"),
        ({"embeddings": ROWS, "seconds": [1.0]}, "`seconds` must be the length of each of 5 items"),
        ({"embeddings": ROWS, "identity": "nonsense"}, "`identity` must be JSON"),
        ({"mu": ROWS[0], "sigma": np.eye(4)}, r"`sigma` \(D, D\); found \(3,\) and \(4, 4\)"),
        ({"mu": ROWS[0], "sigma": np.full((3, 3), np.inf)}, "must consist of finite numbers"),
        ({"mu": ROWS[0], "sigma": np.eye(3), "count": 1}, "`count` must be one whole number from 2"),
        ({"a": ROWS, "b": ROWS}, "must hold `embeddings`, or `mu` and `sigma`; found a, b"),
    ],
)
def test_what_is_wrong_is_named(npz: Path, arrays, message: str) -> None:
    with pytest.raises(BadDataError, match=message):
        saved(npz, **arrays)


def test_nothing_is_ever_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self):
            return (Path(tmp_path / "sprung").touch, ())

    for name, save in (("a.npy", np.save), ("b.npz", np.savez)):
        save(tmp_path / name, np.array([Trap()], object))
        with pytest.raises(BadDataError, match="Python objects, which muze never unpickles"):
            read_arrays(tmp_path / name, console=QUIET)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("keep", [0, 40, 200])
def test_damaged_files_are_told(tmp_path: Path, keep: int) -> None:
    for name, save in (("a.npy", np.save), ("b.npz", np.savez)):
        stream = io.BytesIO()
        save(stream, ROWS.repeat(20, axis=0))
        (tmp_path / name).write_bytes(stream.getvalue()[:keep])
        with pytest.raises(BadDataError, match=r"must hold arrays of numpy|must hold Python|must hold plain"):
            read_arrays(tmp_path / name, console=QUIET)
    with pytest.raises(InputMissingError, match="cannot read"):
        read_arrays(tmp_path / "gone.npy", console=QUIET)


def test_text_is_not_taken_for_pickles(tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_text("hello")
    with pytest.raises(
        BadDataError, match=r"something else: its first bytes are those of neither .npy nor .npz"
    ):
        read_arrays(tmp_path / "a.npy", console=QUIET)


def test_what_else_an_archive_holds_is_named(npz: Path) -> None:
    with zipfile.ZipFile(npz, "w") as archive:
        archive.writestr("notes.txt", "nothing")
    with pytest.raises(BadDataError, match=r"must hold arrays of numpy alone, and it holds notes\.txt"):
        read_arrays(npz, console=QUIET)


def test_arrays_are_told_by_name_or_content(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", ROWS)
    (tmp_path / "a.npz").rename(tmp_path / "renamed")
    (tmp_path / "damaged.npz").write_text("")
    (tmp_path / "songs.json").write_text(json.dumps([]))
    assert [is_arrays(tmp_path / name) for name in ("renamed", "damaged.npz", "songs.json")] == [
        True,
        True,
        False,
    ]
