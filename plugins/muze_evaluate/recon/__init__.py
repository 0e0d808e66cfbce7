"""How far two recordings of the same music are apart: what a model, a codec or a vocoder has lost.

delay.py      by how much one is late
matched.py    two recordings brought to one rate, one number of channels and one length
spectra.py    STFTs a block at a time, in float64
spectral.py   log-mel L1, log-spectral distance, multi-resolution STFT
waveform.py   SI-SDR, SDR, difference of level
measures.py   all of them for a pair, and what each is
through.py    reconstructors by what the command line says
pairs.py      what is measured against what, by id
keeping.py    what came back, as audio with sidecars
summary.py    rows to figures with intervals
"""
