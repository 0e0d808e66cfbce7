"""Functional harmony: numerals, progressions by section, harmonic rhythm, cadences."""
