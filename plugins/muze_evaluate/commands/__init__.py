"""What each command of `muze evaluate` does once its options are read."""
