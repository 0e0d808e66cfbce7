"""Words about a recording and words in it: tags, lyrics with their times, languages, phonemes and when they sound.

tag_texts.py     names, years and genres out of what tags hold
file_names.py    the same out of folder and file names
text_files.py    bytes of a small text file to text, whatever encoding they are in
timed.py         texts with times, and lyrics
lrc.py           LRC files
ultrastar.py     UltraStar files
plain.py         files without times: whether they hold lyrics at all
embedded.py      lyrics inside audio files
sources.py       the first of these that is there
sung.py          what of a lyrics text is sung, and what only speaks about it
recogniser.py    faster-whisper, where it and a model are on this machine
languages.py     languages' names, and telling the language of a text
pronounced.py    lyrics to words with phonemes
placing.py       which times the phonemes of each stretch of lyrics lie between
classes.py       how phonemes sound, coarsely, and how long they last
frames.py        what is measured every 10 ms
sounds.py        how likely each class is to sound so
forced.py        the most likely boundaries (Viterbi)
aligned.py       all of a song's phonemes in their places
"""
