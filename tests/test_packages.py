"""Packages are looked at and never run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from muzecli.packages import package_file, package_folder, package_version


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that fails when it is imported, with a file of data."""
    folder = tmp_path / "explosive"
    (folder / "assets").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    (folder / "assets" / "weights.bin").write_bytes(b"1234")
    metadata = tmp_path / "Explosive-2.5.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: Explosive\nVersion: 2.5\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


def test_data_are_found_without_importing(site: Path) -> None:
    assert package_folder("explosive") == site
    assert package_file("explosive", "assets/weights.bin") == site / "assets" / "weights.bin"
    assert package_version("explosive") == "2.5"
    assert "explosive" not in sys.modules


def test_what_is_not_there_is_none(site: Path) -> None:
    assert package_file("explosive", "assets/other.bin") is None
    assert package_file("explosive", "assets") is None, "a folder is no file"
    assert package_folder("no_such_package") is None
    assert package_version("no-such-package") is None


def test_a_package_that_was_hidden_counts_as_absent(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "explosive", None)
    assert package_folder("explosive") is None


def test_names_inside_a_package_are_refused(site: Path) -> None:
    with pytest.raises(ValueError, match=r"top-level package; got 'explosive\.assets'"):
        package_folder("explosive.assets")
