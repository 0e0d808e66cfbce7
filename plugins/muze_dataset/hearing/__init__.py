"""The measuring itself: arrays in, arrays out, a package for each subject."""
