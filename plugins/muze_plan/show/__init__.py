"""Show plans and scores: a timeline for the terminal, a piano roll as a picture."""
