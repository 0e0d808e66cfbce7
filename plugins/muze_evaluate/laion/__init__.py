"""LAION's CLAP: text and sound in one space of 512 dimensions (Wu et al. 2023, arXiv:2211.06687), by transformers.

place.py      which checkpoint, and where it lies
settings.py   what its small files say: widths, rate, window, and which version of the model it is
towers.py     the two halves of the model
scorer.py     the scorer "clap" made of them
"""
