"""Sound as the model hears it: spectra, kept on disk, mixed and changed."""
