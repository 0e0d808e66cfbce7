"""What the planner model is compared with, on the same events: an n-gram and the genre's templates.

Both give every part of every section a probability under the same rules as the network: the song's data and the
length of the whole are known, and lengths that would leave no bar for a further section are closed.
"""
