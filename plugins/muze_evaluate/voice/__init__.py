"""Whose voice it is, which words it sings, and at which pitch: what was sung against what was to be sung.

words.py       texts as words and letters that can be compared
errors.py      the fewest words to change, leave out and add
similarity.py  cosines of voices, mismatched pairs, equal error rate
pitch.py       raw pitch and chroma accuracy
stems.py       vocals that lie beside a song
wanted.py      which words and notes a recording was to have
hearing.py     what the registered extractors hear in a recording
summary.py     rows and figures
"""
