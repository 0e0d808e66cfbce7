"""Which families of instruments play: the extractor `instruments`.

listeners.py   who can tell families: scorers that name them, or any scorer by its words
tables.py      the words, and what was measured of each model
extractor.py   the extractor of `fact.instruments`
"""
