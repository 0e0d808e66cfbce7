"""Latent diffusion of music: autoencoder, vocoder, conditioning, backbones, samplers, and the engine `ldm`."""
