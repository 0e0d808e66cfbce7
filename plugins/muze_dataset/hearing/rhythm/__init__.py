"""Rhythm: what begins when, the beat, the bar and the metre, from one channel at 22 050 Hz.

bands.py      a spectrum in bands, and what is new in it
changes.py    where the harmony changes
onsets.py     both together: what the rest listens to
network.py    a small trained network's opinions of beats, downbeats, tempo and metre
tempi.py      which tempi are likely
bars.py       the most probable walk through bars at one of them
timing.py     when exactly its beats are
rhythm.py     all of it in order, and how sure it is
"""
