"""What a word on the command line means."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from tests.evaluate.music import folder_of

from muze_evaluate.sets.audio import AudioSet
from muze_evaluate.sets.reading import read_set
from muze_evaluate.sets.vectors import VectorSet
from muzecli.console import Console
from muzecli.errors import BadDataError, InputMissingError, UsageError

QUIET = Console(verbosity=-1)


def test_folders_and_files_of_vectors_are_told_apart(tmp_path: Path) -> None:
    folder_of(tmp_path / "songs", [1])
    np.save(tmp_path / "set.npy", np.eye(3))
    assert isinstance(read_set(str(tmp_path / "songs"), console=QUIET), AudioSet)
    found = read_set(str(tmp_path / "set.npy"), console=QUIET)
    assert isinstance(found, VectorSet)
    assert found.name == str(tmp_path / "set.npy")


def test_one_recording_is_no_set_whatever_it_is_called(tmp_path: Path) -> None:
    folder_of(tmp_path, [1])
    (tmp_path / "1.wav").rename(tmp_path / "1.dat")
    with pytest.raises(UsageError, match="is one recording") as error:
        read_set(str(tmp_path / "1.dat"), console=QUIET)
    assert "give the folder" in str(error.value.hint)


def test_other_things_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match="nowhere does not exist"):
        read_set(str(tmp_path / "nowhere"), console=QUIET)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="is a device or a pipe"):
        read_set(str(tmp_path / "pipe"), console=QUIET)
    (tmp_path / "notes.txt").write_text("no set")
    with pytest.raises(BadDataError, match=r"must be a \.jsonl, \.json or \.parquet file"):
        read_set(str(tmp_path / "notes.txt"), console=QUIET)
