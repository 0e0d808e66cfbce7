"""Datasets: building them from recordings, and looking into them, joining and splitting them.

extractors/  one module for each thing that is measured or read
hearing/     the measuring itself: arrays in, arrays out, a package for each subject
build/       from a folder to a dataset: finding, hashing, workers, keeping, joining
"""
