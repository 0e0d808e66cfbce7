"""The latent transformer: a plain transformer over latent frames."""
