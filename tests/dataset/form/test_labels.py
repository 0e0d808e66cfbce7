"""Names of sections: shipped tables that fit the code, groups by sound, and no name without evidence."""

from __future__ import annotations

import numpy as np
import pytest

from muze_dataset.hearing.form.boundaries import EVIDENCE
from muze_dataset.hearing.form.groups import same_music
from muze_dataset.hearing.form.labels import name_sections
from muze_dataset.hearing.form.tables import boundary_table, label_table
from muze_dataset.hearing.form.traits import TRAITS, Section, traits
from muzecli.song.plan import SECTION_TYPES


def test_the_tables_have_a_number_for_all_evidence_traits_and_types() -> None:
    assert boundary_table().weights.shape == (2 * len(EVIDENCE),)
    table = label_table()
    assert set(table.types) | {"unknown"} == set(map(str, SECTION_TYPES))
    assert table.weights.shape == (12, len(TRAITS))
    assert table.follows.shape == (12, 12)


def test_average_linkage_joins_what_sounds_the_same() -> None:
    likeness = np.array(
        [[1.0, 0.0, 0.9, 0.1], [0.0, 1.0, 0.1, 0.8], [0.9, 0.1, 1.0, 0.0], [0.1, 0.8, 0.0, 1.0]]
    )
    assert same_music(likeness) == [0, 1, 0, 1]
    assert same_music(np.eye(3)) == [0, 1, 2]


def pop_song(sung: bool | None) -> tuple[list[Section], np.ndarray]:
    """Intro, two verses and choruses, outro, 8 bars each, as loud as one expects them."""
    energies = (0.2, 0.4, 0.8, 0.45, 0.85, 0.15)
    groups = (0, 1, 2, 1, 2, 3)
    voices = (0.0, 0.8, 0.8, 0.8, 0.8, 0.0)
    sections = [
        Section(
            15.0 * i,
            15.0 * (i + 1),
            bars=4 if i in (0, 5) else 8,
            energy=energy,
            rise=-0.1 if i == 5 else 0.05,
            low_strokes=0.1 * energy,
            group=group,
            sung=voices[i] if sung else None,
        )
        for i, (energy, group) in enumerate(zip(energies, groups, strict=True))
    ]
    likeness = np.array([[0.9 if a == b else 0.0 for a in groups] for b in groups])
    np.fill_diagonal(likeness, 1.0)
    return sections, likeness


@pytest.mark.parametrize("sung", [True, None])
def test_a_pop_song_is_named_as_anybody_would(sung: bool | None) -> None:
    sections, likeness = pop_song(sung)
    names = name_sections(traits(sections, likeness), [one.group for one in sections], label_table())
    assert [name for name, _ in names] == ["intro", "verse", "chorus", "verse", "chorus", "outro"]
    assert all(0.3 <= confidence <= 1.0 for _, confidence in names)


def test_a_single_section_has_no_name() -> None:
    sections, _ = pop_song(None)
    found = traits(sections[:1], np.ones((1, 1)))
    assert np.isfinite(found).all()
    assert name_sections(found, [0], label_table()) == [("unknown", 0.0)]
