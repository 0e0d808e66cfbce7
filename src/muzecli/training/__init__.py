"""Train the models of muze.

One loop for all of them: a slice brings a `Task` (its model, its items, its loss) and settings; the room brings
the rest:

    task.py        the seam: what a slice must offer, and what it may
    settings.py    what decides a run, as one frozen dataclass
    presets.py     model presets: YAML that builds the settings and a model's own configuration
    options.py     command line options of the room itself
    job.py         a run in a folder: locked, resumed, stopped by Ctrl-C, finished
    folder.py      that folder: what may be one, and whose it is
    loop.py        the steps

What a step is made of:

    schedule.py    learning rate over the steps
    batches.py     which items make which micro-batch
    shares.py      which part of a step each process does
    ahead.py       batches prepared in a thread
    optimizers.py  AdamW
    adversary.py   the second network of an adversarial task
    ema.py         the moving average of the weights
    precision.py   a network called in the run's precision
    guard.py       what stops a run: a loss or a gradient that is not finite

Several devices:

    strategies.py  Lightning Fabric: ddp, fsdp, gloo on a CPU
    processes.py   this program started again for each further device
    group.py       what the processes agree on
    room.py        where a task meets the network, whatever the strategy has wrapped around it
    sharding.py    weights of which each process holds a part

What stays:

    stored.py      a model on disk: weights, configuration, hash
    state.py       all that changes in a loop from step to step
    tree.py        nested state as safetensors and JSON, nothing pickled
    checkpoints.py folders of a run to go on from; the best and the last are kept
    restart.py     weights that a run starts from
    compare.py     where two configurations differ
    means.py, log.py, sinks.py   what was measured, as CSV, for TensorBoard and for Weights & Biases
    samples.py     what the model makes on its way

Settings, presets, options, schedule, log and stored load no torch when imported; Lightning Fabric is imported where a
run starts.
"""
