"""Harmony: tuning, semitones, key and chords.

peaks.py       the partials of a recording
tuning.py      how far they lie from A4 = 440 Hz
semitones.py   how strong each semitone sounds over time
steps.py       time in steps that a chord may hold for
classifier.py  which chord each step sounds like
decoding.py    from there to a progression
key.py         which key explains all that
chords.py      the progression and the key of a recording, all of the above together
tables.py      the fitted numbers; `recipes/harmony_tables.py` writes them
"""
