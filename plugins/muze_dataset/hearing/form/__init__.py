"""Energy and form.

bands.py        levels in mel bands, that both are heard in
energy.py       how full, busy and deep the music sounds, over time
grid.py         steps and bars over the whole recording
on_grid.py      what sounds in each bar
similarity.py   how alike bars are, and where that changes
boundaries.py   evidence for section boundaries, and the best path
groups.py       sections that are the same music
words.py        lines in sections
traits.py       what can be said of a section
labels.py       names for sections
tables.py       the fitted numbers
form.py         all of it together
"""
