"""Compare two audio files at equal loudness: a table, JSON data, a picture."""

from muze_fx.compare.comparison import Comparison, Measures, compare
from muze_fx.compare.picture import plot
from muze_fx.compare.table import Row, rows, spectrum_rows, table_rows

__all__ = [
    "Comparison",
    "Measures",
    "Row",
    "compare",
    "plot",
    "rows",
    "spectrum_rows",
    "table_rows",
]
