"""The engine `ldm`: a plan becomes sound by latent diffusion under a score.

options.py     what it understands beside the plan
engine.py      the whole way, in order
timeline.py    seconds, latent frames and windows of a song
controls.py    the score in time, window by window
wishes.py      words and sections as conditions
known.py       audio that is there already, as latents and as sound
sampling.py    noise to latents, all windows at once
chunks.py      long things in pieces, joined again
decode.py      latents to spectrogram to sound
stereo.py      two channels from one
finish.py      rate, length, channels, what is kept
"""
