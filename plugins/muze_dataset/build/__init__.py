"""`muze dataset build`: a folder of recordings becomes a dataset of annotated tracks.

request.py     what was asked for, checked before any work
features.py    which extractors that means
candidates.py  the audio files below a folder
inventory.py   what was seen of each file, and what became of it, kept between runs
scan.py        bringing the inventory up to date
units.py       what a worker is given and gives back
decode.py      samples, or the reason why a file cannot be annotated
items.py       what was found of a recording, a file for each content
listener.py    one worker's work on one recording
runners/       who works on many: processes on this machine, or a cluster
assemble.py    findings become a track
join.py        tracks become the dataset and what lies beside it
tally.py       the summary
place.py       whether the output may be written, and what was written last
preview.py     what a build would do
build.py       all of it in order
"""
