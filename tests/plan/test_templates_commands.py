"""`muze templates list|show|validate` from outside, and the kinds of preset."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Muze

from muze_plan.preset_kinds import GenrePresets, InstrumentPresets, TemplatePresets
from muzecli.config import read_document
from muzecli.plugin import PresetKind
from muzecli.presets import all_presets


def test_list(muze: Muze) -> None:
    rows = json.loads(muze("templates", "list", "--json").stdout)["templates"]
    assert len(rows) == 25
    assert {"name", "source", "sections", "bars", "summary"} == set(rows[0])
    assert "verse_chorus" in muze("templates", "list").stdout.decode()


def test_a_broken_template_does_not_hide_the_others(muze: Muze, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "config" / "muze" / "presets" / "templates"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("schema: muze.template/1\n")
    (folder / "mine.yaml").write_text(
        "schema: muze.template/1\nsections:\n  - {type: verse, bars: 4, energy: 0.5}\n"
    )
    done = muze("templates", "list", "--json")
    rows = {row["name"]: row for row in json.loads(done.stdout)["templates"]}
    assert rows["mine"]["source"] == "user"
    assert "broken" not in rows
    assert "broken.yaml" in done.stderr.decode()


def test_show_fits_the_example(muze: Muze) -> None:
    done = muze("templates", "show", "verse_chorus", "--duration", "30", "--tempo", "120", "--json")
    document = json.loads(done.stdout)
    assert [(s["type"], s["start_s"], s["end_s"]) for s in document["sections"]] == [
        ("intro", 0, 4),
        ("verse", 4, 12),
        ("chorus", 12, 20),
        ("verse", 20, 26),
        ("outro", 26, 30),
    ]
    said = muze("templates", "show", "verse_chorus", "--time-signature", "3/4").stdout.decode()
    assert "verses and choruses in turn" in said and "in 3/4" in said
    assert muze("templates", "show", "verse_chorus", "--time-signature", "x").returncode == 2
    assert muze("templates", "show", "nope").returncode == 78


def test_validate(muze: Muze, tmp_path: Path) -> None:
    assert muze("templates", "validate", "verse_chorus", "rondo").returncode == 0
    bad = tmp_path / "work" / "bad.yaml"
    bad.write_text("schema: muze.template/1\nsections:\n  - {type: verse, bars: 4, energy: 2}\n")
    done = muze("templates", "validate", "bad.yaml", "rondo", "--json")
    assert done.returncode == 78
    files = json.loads(done.stdout)["files"]
    assert [f["valid"] for f in files] == [False, True]
    assert "line 3, sections.0.energy: must be a number 0…1, found 2" in files[0]["faults"][0]
    assert muze("templates", "validate", "nowhere.yaml").returncode == 66


def test_every_shipped_preset_of_these_kinds_is_valid() -> None:
    counts = {}
    for kind in (GenrePresets(), TemplatePresets(), InstrumentPresets()):
        assert isinstance(kind, PresetKind)
        files = [preset for preset in all_presets(kind.name) if preset.source == "shipped"]
        for preset in files:
            data = read_document(preset.path, what="preset")
            assert kind.validate(data, preset.path) == []
            assert kind.describe(data)
            first = preset.path.read_text(encoding="utf-8").splitlines()[0]
            assert first.startswith("# muze ")
        counts[kind.name] = len(files)
    assert counts == {"genres": 25, "templates": 25, "instruments": 1}


def test_a_genre_may_name_only_templates_that_exist(tmp_path: Path) -> None:
    shipped = next(p for p in all_presets("genres") if p.name == "blues")
    path = tmp_path / "blues.yaml"
    path.write_text(shipped.path.read_text(encoding="utf-8").replace("strophic: 1", "limerick: 1", 1))
    faults = GenrePresets().validate(read_document(path, what="preset"), path)
    assert faults == ["templates.limerick: there is no such template"]
