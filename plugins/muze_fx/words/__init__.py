"""What words mean: the lexicon and its inflections, and the nearest meaning of words it lacks."""
