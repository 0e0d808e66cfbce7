"""How good is it: distances between sets of music, fit of sound and words, and whether a song follows its plan."""
