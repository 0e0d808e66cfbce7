"""From a chain to files: inputs, the two passes over the audio, outputs, runs that go on."""
