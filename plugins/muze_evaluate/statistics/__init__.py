"""Distances between sets of embeddings, and intervals around them: float64 arrays in, numbers out."""
