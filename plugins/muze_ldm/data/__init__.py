"""What the models learn from: recordings, and memory-mapped arrays made of them once."""
