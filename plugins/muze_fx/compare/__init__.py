"""Compare two audio files at equal loudness: a table, JSON data, a picture."""

from muze_fx.compare.comparison import Comparison, Measures, Row, compare, table_rows
from muze_fx.compare.picture import picture_format, plot

__all__ = ["Comparison", "Measures", "Row", "compare", "picture_format", "plot", "table_rows"]
