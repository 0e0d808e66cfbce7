"""The smallest package that adds a command to muze."""
