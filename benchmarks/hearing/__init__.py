"""Independent measurements of songs: librosa's and plain arithmetic, nothing that the models are trained with.

Shapes: samples (C, N) of any rate come in; everything is measured on `Heard`, mono at 32 kHz, N samples, or on its
onset envelope, T frames of 10 ms.
"""
