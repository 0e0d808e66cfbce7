"""How the model learns: from which songs, what of them, and what it is worth in the end."""
