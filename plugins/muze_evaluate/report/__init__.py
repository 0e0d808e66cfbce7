"""The report: one HTML page with everything in it, from evaluations and folders of songs.

html       text into markup, escaped by construction
numbers    numbers, hashes and times as people read them; which value is best
plots      SVG from numbers: intervals, dots and whiskers, curves
tables     HTML tables: figures, rows, facts
section    one evaluation
song       what is known of one song, from its sidecar
finding    which songs are shown, and where their audio is
player     the sound of a song, small enough to be inside the page
spectrum   its spectrogram, and the plan on top of it
card       one song
page       all of it together, and what the browser may do
"""
