"""UNet V2: residual convolutions, spatial transformers and a voice stream, in one or two dimensions."""
