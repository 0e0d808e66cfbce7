"""Pictures as files: formats by their endings, and the same bytes each time."""

from __future__ import annotations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from muzecli.errors import UsageError
from muzecli.pictures import SUFFIXES, figure_bytes, picture_format


def drawn(suffix: str) -> bytes:
    figure = Figure(figsize=(2, 1))
    FigureCanvasAgg(figure)
    figure.subplots().plot([0, 1], label="夜の歌")
    figure.legend()
    return figure_bytes(figure, suffix)


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".PNG"])
def test_equal_figures_are_equal_bytes(suffix: str, recwarn: pytest.WarningsRecorder) -> None:
    assert drawn(suffix) == drawn(suffix)
    assert not recwarn.list


def test_other_formats_are_refused() -> None:
    with pytest.raises(UsageError, match=r"must end in \.png, \.svg, \.pdf; found '\.gif'") as caught:
        picture_format(".gif", example="song.png")
    assert caught.value.hint == "for example song.png"
    with pytest.raises(UsageError, match="found 'no ending'"):
        picture_format("")
