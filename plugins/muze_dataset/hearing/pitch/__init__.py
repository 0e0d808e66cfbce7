"""Pitch, vibrato and breaths of the voice.

framing.py, spans.py     signals in frames of 10 ms; frames within spans of time
periodicity.py, pyin.py  a voice alone: YIN's difference function, pYIN's candidates and the path through them
crepe.py                 a voice alone or separated, by the network CREPE; crepe_weights.py finds its weights
salience.py, predominant.py   the lead voice of a mix
solo.py                  which of these a recording asks for
paths.py, peaks.py, contour.py   what they share
vibrato.py, breath.py    what else is heard in a sung line
"""
