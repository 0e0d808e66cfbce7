"""The latent diffusion model: a backbone, a process, and how they are trained on the latents of recordings."""
