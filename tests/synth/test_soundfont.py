"""Where SoundFonts are found, what makes a file one, and what is said when something is missing."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import pytest

from muze_synth import soundfont
from muze_synth.soundfont import (
    INSTALL,
    SamplerParts,
    find_soundfont,
    install_command,
    load_fluidsynth,
    read_soundfont,
    usual_folders,
)
from muzecli.errors import BadDataError, InputMissingError, UnavailableError

GENERAL_MIDI = (*((0, program) for program in range(128)), (128, 0))


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def write_font(path: Path, presets: tuple[tuple[int, int], ...] = GENERAL_MIDI) -> Path:
    """Write the frame of a SoundFont: its list of presets, and no sound."""
    records = b"".join(
        struct.pack("<20sHHH12x", b"preset", program, bank, 0) for bank, program in (*presets, (0, 0))
    )
    body = b"sfbk" + chunk(b"LIST", b"INFO") + chunk(b"LIST", b"sdta" + b"\0" * 1001)
    body += chunk(b"LIST", b"pdta" + chunk(b"phdr", records))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(chunk(b"RIFF", body))
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only usual folder of this machine; no variable is set."""
    folder = tmp_path / "soundfonts"
    folder.mkdir()
    monkeypatch.delenv(soundfont.VARIABLE, raising=False)
    monkeypatch.setattr(soundfont, "usual_folders", lambda: [tmp_path / "none", folder])
    return folder


def test_the_option_comes_before_the_variable_and_that_before_the_folders(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = write_font(folder / "FluidR3_GM.sf2")
    assert find_soundfont().path == found
    assert find_soundfont().reason == f"found in {folder}"
    named = write_font(tmp_path / "named.sf2")
    monkeypatch.setenv(soundfont.VARIABLE, str(named))
    assert (find_soundfont().path, find_soundfont().reason) == (named, "the variable MUZE_SOUNDFONT")
    asked = write_font(tmp_path / "asked.sf2", ((0, 5),))
    assert (find_soundfont(asked).path, find_soundfont(asked).reason) == (asked, "asked for")


def test_the_best_known_font_of_a_folder_is_taken(folder: Path) -> None:
    write_font(folder / "a_font.sf2")
    write_font(folder / "TimGM6mb.sf2")
    assert find_soundfont().path.name == "TimGM6mb.sf2"
    write_font(folder / "GeneralUser GS.sf2")
    assert find_soundfont().path.name == "GeneralUser GS.sf2"


def test_what_is_not_general_midi_or_broken_is_passed_over_when_nobody_asked_for_it(folder: Path) -> None:
    write_font(folder / "FluidR3_GM.sf2", ((0, 0), (0, 1)))
    (folder / "MuseScore_General.sf3").write_bytes(b"RIFFxxxx")
    good = write_font(folder / "zither_and_all.sf2")
    assert find_soundfont().path == good


def test_the_last_one_is_the_one_that_pretty_midi_carries(folder: Path) -> None:
    found = find_soundfont()
    assert found.path.name == "TimGM6mb.sf2"
    assert found.reason == "carried by the package pretty_midi"
    assert found.is_general_midi
    assert len(found.sha256) == 64


def test_without_any_the_error_says_how_to_get_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundfont, "_carried", lambda: None)
    with pytest.raises(UnavailableError, match="need a General MIDI SoundFont, and none was found") as caught:
        find_soundfont()
    assert caught.value.exit_code == 69
    assert install_command() in (caught.value.hint or "")
    assert "MUZE_SOUNDFONT" in (caught.value.hint or "")


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match=r"the SoundFont .*gone\.sf2 does not exist"):
        find_soundfont(tmp_path / "gone.sf2")


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\4\0\0\0WAVE", b"OggS" * 20])
def test_a_file_that_is_no_soundfont(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "song.sf2"
    path.write_bytes(data)
    with pytest.raises(BadDataError, match=r"a SoundFont is a RIFF file of type 'sfbk'; .* begins with"):
        read_soundfont(path, reason="asked for")


def test_a_font_that_was_cut_off_says_where(tmp_path: Path) -> None:
    whole = write_font(tmp_path / "whole.sf2").read_bytes()
    for length, words in ((1040, "ends before its list of presets"), (1500, "ends at byte 1500, inside")):
        cut = tmp_path / f"cut{length}.sf2"
        cut.write_bytes(whole[:length])
        with pytest.raises(BadDataError, match=words):
            read_soundfont(cut, reason="asked for")


def test_presets_are_listed_without_the_one_that_ends_the_list(tmp_path: Path) -> None:
    font = read_soundfont(write_font(tmp_path / "one.sf2", ((0, 3), (128, 8))), reason="asked for")
    assert font.presets == {(0, 3), (128, 8)}
    assert not font.is_general_midi


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("linux", "/usr/share/sounds/sf2"),
        ("darwin", "/opt/homebrew/share/soundfonts"),
        ("win32", "C:/soundfonts"),
    ],
)
def test_usual_folders_of_each_system(
    monkeypatch: pytest.MonkeyPatch, platform: str, expected: str, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folders = usual_folders()
    assert folders[0] == tmp_path / "muze" / "soundfonts"
    assert Path(expected) in folders


@pytest.mark.parametrize(("platform", "system"), [("darwin", "macOS"), ("win32", "Windows")])
def test_the_command_fits_the_system(monkeypatch: pytest.MonkeyPatch, platform: str, system: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert install_command() == INSTALL[system]


def test_a_missing_library_is_told_with_the_commands_of_every_system(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setitem(sys.modules, "fluidsynth", None)  # makes the import fail
    with pytest.raises(
        UnavailableError, match="need the FluidSynth library, which cannot be loaded"
    ) as caught:
        load_fluidsynth()
    assert caught.value.exit_code == 69
    for command in INSTALL.values():
        assert command in (caught.value.hint or "")
    library, font = SamplerParts().look()
    assert (library.part, library.present) == ("FluidSynth", None)
    assert font.present is not None and "TimGM6mb" in font.present


def test_doctor_hears_of_a_variable_that_names_nothing(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv(soundfont.VARIABLE, "/nonesuch.sf2")
    assert SamplerParts().look()[1].present == "no: the SoundFont /nonesuch.sf2 does not exist"
