"""Texts and the audio that they mean, paired by id, and what their vectors say of each pair and of all.

texts.py       a text, the audio that it names, and where it stands
columns.py     which columns of a table, or fields of a record, mean what
tables.py      CSV files
records.py     JSON lines, JSON lists, and datasets
folders.py     sidecars of songs, and text files beside audio
matching.py    texts and audio by id: pairs, and what has no other half
reading.py     whatever a user names
scores.py      pairs in one space: scores, and the floor that gives them meaning
retrieval.py   whether the right one is found among all
"""
