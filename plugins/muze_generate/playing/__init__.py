"""From a plan to samples: the engine, its options, several takes of one song."""
