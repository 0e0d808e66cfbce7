"""Words for sound: what is known of a song, as captions, as single traits, and as vectors."""
