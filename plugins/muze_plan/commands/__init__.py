"""Bodies of the commands: from options to a plan, from a plan to files."""
