"""Documents: every link to a file of the repository leads somewhere."""

from __future__ import annotations

import re

import pytest

from tests.conftest import REPOSITORY

DOCUMENTS = [
    *sorted(REPOSITORY.glob("*.md")),
    *sorted((REPOSITORY / "docs").glob("*.md")),
    *sorted((REPOSITORY / "weights").rglob("*.md")),
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_links_lead_somewhere(document) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_there_are_documents_with_links() -> None:
    assert len(DOCUMENTS) > 20
    assert "](docs/" in (REPOSITORY / "README.md").read_text(encoding="utf-8")
