"""Sets of audio and of vectors: what a folder, a dataset or a file of embeddings holds."""
