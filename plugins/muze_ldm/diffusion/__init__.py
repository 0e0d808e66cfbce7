"""Diffusion: how latents become noise, how a network learns the way back, and how it is walked.

config.py     what can be chosen, without torch: the process, guidance, names of samplers
process.py    z_t = α(t) x + σ(t) n, and what the network is asked to predict
loss.py       the training loss and its weighting
times.py      the times at which a sampler looks
samplers/     ddpm, ddim, dpmpp_2m, euler, heun
guidance.py   classifier-free guidance: text and score apart, negative prompts, rescale, interval
windows.py    latents of any length from a network of one width
editing.py    keeping a part, starting from something
joining.py    conditions of several items as those of one batch
calls.py      the types of all these, and the network as one of them

They meet as functions: a `Model` is (z, t) → prediction, its conditions settled; a `Settle` puts a network under
conditions. `guided` makes a model of a settle, `windowed` a model of any length of a model, a sampler walks a model:

    settle = chunked(predictor(network), items=8)
    model = windowed(guided(settle, conditions, Guidance(text_scale=3.0), process=process), windows)
    x = SAMPLERS["dpmpp_2m"].sample(model, process, noise, times(24, process=process))
"""
