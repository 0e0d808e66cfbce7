"""What is known of a piece of music, as input of a network: encoders, dropout, batches, and where it comes from.

`keys` is the table of all conditions. `docs/conditioning.md` is its description for users.
"""
