"""The planner model: section sequences learned from tracks.

forms.py      what it learns from: the sections of one song, counted in bars
codes.py      types, bars and energies as classes; genres and metres as numbers
features.py   what is known before each section, as arrays
network.py    the network
task.py       how it is trained, for `muzecli.training`
sampling.py   sections for a new song
scoring.py    cross entropy and accuracy, with intervals over songs
baselines/    what it is compared with: the genre's templates, and an n-gram
training.py   `muze train planner`
card.py       the model card
config.py     its name and size, for presets
"""
