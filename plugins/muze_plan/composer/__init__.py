"""The composer: a song plan becomes a score, by rules of harmony and by the habits of each genre."""
