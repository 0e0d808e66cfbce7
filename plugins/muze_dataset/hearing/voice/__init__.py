"""Voices: where somebody sings or speaks, and vectors that tell who.

spectra.py     mel spectra of mid and side, what the detector sees
detector.py    the network that says how likely a voice is, frame by frame
spans.py       from likelihoods to spans, and to a decision about the recording
voiced.py      the samples in which there is a voice
packaged.py    where the speaker encoder's weights are
ge2e.py        Resemblyzer's speaker encoder
utterances.py  its spectrogram, its windows of 1.6 s, and their mean
ecapa.py       SpeechBrain's speaker encoder
"""
