"""Control: whether a recording does what its plan asks for.

planned.py    what a plan asks for, in seconds of the audio
measured.py   what extractors found in the audio
rhythm.py     tempo, beats, metre: one against the other
harmony.py    key and chords
form.py       sections and energy
presence.py   loudness, voices, instruments
ranking.py    how well instruments rank songs
aspects.py    the table of all aspects: name, unit, what they need, how they are reckoned
chance.py     the floor: the same measurements against the plans of other songs
songs.py      the inputs: songs with sidecars, datasets with plans
listening.py  letting the registered extractors listen to a song
summary.py    figures with intervals, and a row a song
"""
