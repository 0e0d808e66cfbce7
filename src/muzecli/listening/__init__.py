"""Listening: what extractors find in a recording, in the order that their needs ask for.

heard.py     a recording, what is known of it, and a finding
options.py   what a run may ask of extractors
order.py     which extractors run, and when
listen.py    letting them listen, and keeping what they found
sidecars.py  which texts beside an audio file belong to it
"""
