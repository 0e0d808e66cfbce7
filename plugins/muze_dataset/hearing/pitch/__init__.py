"""Pitch, vibrato and breaths of the voice."""
