"""From words to a chain: what a prompt means, and which effects play it."""
