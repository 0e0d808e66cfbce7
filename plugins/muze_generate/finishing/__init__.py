"""From an engine's samples to those of a file: rate, channels, loudness, peaks, joints with audio that stays."""
