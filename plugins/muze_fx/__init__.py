"""Words into audio effects."""
