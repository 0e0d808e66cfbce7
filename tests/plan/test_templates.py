"""Templates as files: those that ship, a user's own, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from muze_plan.templates import More, load_template, template, template_names
from muzecli.errors import ConfigError, InputMissingError
from muzecli.song.plan import SectionType

ASKED_FOR = {
    *(
        "verse_chorus",
        "verse_chorus_bridge",
        "aaba",
        "twelve_bar_blues",
        "edm_drop",
        "hiphop_loop",
        "ambient_arc",
    ),
    *(
        "cinematic_build",
        "ballad",
        "rondo",
        "intro_loop_outro",
        "strophic",
        "jazz_head_solos",
        "pop_extended",
    ),
}

OWN = """\
schema: muze.template/1
summary: mine
sections:
  - {type: intro, bars: 2, energy: 0.2}
  - type: verse
    bars: 8
    energy: 0.5
    has_vocals: true
  - more: [{type: chorus, bars: 8, energy: 0.9}]
    most: 3
"""


def test_the_templates_that_ship() -> None:
    assert set(template_names()) >= ASKED_FOR
    assert len(template_names()) == 25
    for name in template_names():
        form = template(name)
        assert form.name == name
        assert form.summary
        assert any(section.drop is None for section in form.sections)


def test_energy_has_a_shape() -> None:
    for name in template_names():
        energies = [section.energy for section in template(name).sections]
        assert max(energies) - min(energies) >= 0.15, name
    forms = {name: template(name).sections for name in template_names()}
    for name in ("verse_chorus", "verse_chorus_bridge", "pop_extended", "ballad", "edm_drop", "rock_anthem"):
        arrivals = [s.energy for s in forms[name] if s.type in (SectionType.CHORUS, SectionType.DROP)]
        verses = [s.energy for s in forms[name] if s.type is SectionType.VERSE]
        assert min(arrivals) > max(verses)
        assert arrivals == sorted(arrivals)


def test_names_may_be_written_as_people_do() -> None:
    assert template("Twelve-bar blues").name == "twelve_bar_blues"


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(OWN)
    form = template(str(path))
    assert form.name == "mine"
    assert [s.type for s in form.sections] == [SectionType.INTRO, SectionType.VERSE]
    assert form.sections[1].has_vocals
    assert isinstance(form.items[2], More) and form.items[2].most == 3


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    import os

    path = tmp_path / "mine.yaml"
    path.write_text(OWN)
    assert load_template(path).summary == "mine"
    path.write_text(OWN.replace("mine", "other"))
    os.utime(path, ns=(1, 1))
    assert load_template(path).summary == "other"


def test_json_will_do(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(
        '{"schema": "muze.template/1", "sections": [{"type": "verse", "bars": 4, "energy": 0.5}]}'
    )
    assert load_template(path).sections[0].bars == 4


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("muze.template/1", "muze.preset/1", r"mine.yaml: line 1, schema: must be muze.template/1"),
        ("type: intro", "type: intor", r"line 4, sections.0.type: must be one of intro.*found 'intor'"),
        ("bars: 8\n", "bars: 0\n", r"line 6, sections.1.bars: must be a whole number 1…64, found 0"),
        ("bars: 8\n", "bars: 4.5\n", r"line 6, sections.1.bars: must be a whole number 1…64, found 4.5"),
        ("energy: 0.5", "energy: 5", r"line 7, sections.1.energy: must be a number 0…1, found 5"),
        ("    energy: 0.5\n", "", r"line 5, sections.1.energy: must be there, and it is missing"),
        ("has_vocals: true", "has_vocals: oui", r"line 8, sections.1.has_vocals: must be true or false"),
        ("has_vocals: true", "vocals: true", r"line 8, sections.1.vocals: there is no such field"),
        ("most: 3", "most: many", r"line 10, sections.2.most: must be a whole number"),
        ("energy: 0.9", "energy: high", r"line 9, sections.2.more.0.energy: must be a number"),
        ("summary: mine", "summary: [", r"mine.yaml: line \d+: a template must be YAML or JSON"),
        (OWN, "- a\n- b\n", r"mine.yaml: a template must be a mapping of names to values, found a list"),
        (
            OWN,
            "schema: muze.template/1\nsections: []\n",
            r"line 2, sections: must be a list with at least one",
        ),
    ],
)
def test_a_wrong_file_is_told_field_and_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "mine.yaml"
    assert old in OWN
    path.write_text(OWN.replace(old, new, 1))
    with pytest.raises(ConfigError, match=message):
        load_template(path)


def test_unknown_names_and_missing_files() -> None:
    with pytest.raises(ConfigError, match="no template named 'verse_chrous'") as caught:
        template("verse_chrous")
    assert "verse_chorus" in str(caught.value.hint)
    with pytest.raises(InputMissingError, match="does not exist"):
        template("nowhere.yaml")


HEAD = "schema: muze.template/1\nsections:\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            HEAD + "  - {type: verse, bars: 8, bars: 16, energy: 0.5}\n",
            "line 3, sections.0.bars: stands twice",
        ),
        (HEAD + "  - {type: verse, bars: 2024-13-45, energy: 0.5}\n", "must be YAML or JSON: month"),
        (HEAD + f"  - {{type: verse, bars: 1{'0' * 5000}, energy: 0.5}}\n", "must be YAML or JSON"),
        ("schema: &x [*x]\nsections: []\n", "line 1, schema: must be a text"),
        ("schema: muze.template/1\nsections: &a\n  - *a\n", "sections.0: must be a mapping"),
        ("a: " + "[" * 3000 + "]" * 3000, "must not be nested this deeply"),
        (HEAD + "  - {type: verse, bars: 8, energy: .nan}\n", "sections.0.energy: must be a number"),
    ],
)
def test_yaml_that_would_break_a_reader(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        load_template(path)


def test_aliases_of_aliases_take_no_time(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]  # 10¹² places
    path = tmp_path / "t.yaml"
    path.write_text("\n".join(["schema: muze.template/1", *lines, "sections: []"]))
    with pytest.raises(ConfigError, match="line 2, a0: there is no such field"):
        load_template(path)


def test_a_section_may_be_an_alias_of_another(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(HEAD + "  - &v {type: verse, bars: 8, energy: 0.5}\n  - *v\n")
    assert len(load_template(path).sections) == 2
