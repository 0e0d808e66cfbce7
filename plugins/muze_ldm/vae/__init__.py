"""The autoencoder: log-mel spectrograms to small latents and back."""
