"""Commands of the core itself; they are found by entry points like everybody's."""
