"""Unfinished jobs: found again, refused when changed, gone when done."""

from __future__ import annotations

from pathlib import Path

import pytest

from muzecli.errors import ConfigError, TemporaryError
from muzecli.jobs import MARKER, check_job, close_job, find_job, locked, open_job, unfinished_job


def test_the_same_job_goes_on_and_a_finished_one_leaves_nothing(tmp_path: Path) -> None:
    configuration = {"prompt": "warm", "amount": 1.0, "tail": ("auto", 1)}
    assert open_job(tmp_path, configuration) is False
    assert open_job(tmp_path, configuration) is True
    close_job(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert open_job(tmp_path, configuration) is False


def test_a_changed_job_is_refused_unless_told_to_start_anew(tmp_path: Path) -> None:
    open_job(tmp_path, {"prompt": "warm", "amount": 1.0})
    with pytest.raises(ConfigError, match=r"another configuration: amount was 1\.0") as caught:
        open_job(tmp_path, {"prompt": "warm", "amount": 2.0})
    assert caught.value.exit_code == 78
    assert "--no-resume" in (caught.value.hint or "")
    assert open_job(tmp_path, {"prompt": "warm", "amount": 2.0}, resume=False) is False
    assert unfinished_job(tmp_path) == {"prompt": "warm", "amount": 2.0}


def test_a_marker_cut_short_by_a_crash_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / MARKER).write_text('{"schema": "mu')
    assert unfinished_job(tmp_path) is None


def test_the_newest_unfinished_job_is_found(tmp_path: Path) -> None:
    for name, amount in (("1_warm", 1), ("2_warm", 1), ("3_warm", 2), ("4_cold", 1)):
        (tmp_path / name).mkdir()
        open_job(tmp_path / name, {"amount": amount})
    assert find_job(tmp_path, "*_warm", {"amount": 1}) == tmp_path / "2_warm"
    assert find_job(tmp_path, "*_warm", {"amount": 3}) is None
    assert find_job(tmp_path / "nonesuch", "*", {"amount": 1}) is None


def test_looking_at_a_job_changes_nothing(tmp_path: Path) -> None:
    assert check_job(tmp_path, {"amount": 1}) is False
    assert list(tmp_path.iterdir()) == []
    open_job(tmp_path, {"amount": 1})
    assert check_job(tmp_path, {"amount": 1}) is True
    with pytest.raises(ConfigError, match="amount was 1"):
        check_job(tmp_path, {"amount": 2})


def test_two_jobs_never_share_a_folder(tmp_path: Path) -> None:
    with locked(tmp_path):
        with pytest.raises(TemporaryError, match="another muze is at work in") as caught, locked(tmp_path):
            pass
        assert caught.value.exit_code == 75
    with locked(tmp_path):
        pass
