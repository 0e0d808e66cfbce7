"""What the models learn from: recordings, and arrays on disk made of them once."""
