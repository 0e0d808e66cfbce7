"""From words or a plan to finished audio files, with any engine that is registered."""
