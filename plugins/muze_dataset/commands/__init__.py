"""The work behind the commands on finished datasets.

looking   validating, info (with tally and page), show (with find), artists, diff (with comparison)
changing  merge, split, export (with webdataset), over places (paths) and identity (what counts as the same)
"""
