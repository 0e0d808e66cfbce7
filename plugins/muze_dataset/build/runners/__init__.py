"""Who works on the recordings of a build.

runner.py   what a runner is, and which ones there are
crew.py     sharing units among workers
local.py    processes on this machine, watched
ray.py      actors on a Ray cluster
worker.py   such a process
limits.py   what a worker may take
"""
