"""muze: words into music and words into sound treatment."""

__version__ = "0.1.0"
