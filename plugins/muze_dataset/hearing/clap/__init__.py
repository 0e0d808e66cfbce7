"""CLAP: vectors of 512 in one space for sound and words (Wu et al. 2023, arXiv:2211.06687).

windows.py    a recording as windows of ten seconds
place.py      which CLAP, and where it lies
towers.py     the two halves of the model, by transformers
"""
