"""Train the models of muze.

One loop for all of them: a slice brings a `Task` (its model, its items, its loss) and settings; the room brings
the rest:

    settings.py    what decides a run, as one frozen dataclass
    presets.py     model presets: YAML that builds the settings and a model's own configuration
    task.py        the seam: what a slice must offer
    schedule.py    learning rate over the steps
    batches.py     which items make which step
    ema.py         the moving average of the weights
    tree.py        nested state as safetensors and JSON, nothing pickled
    stored.py      a model on disk: weights, configuration, hash
    checkpoints.py folders of a run to go on from; the best and the last are kept
    log.py         what was measured at which step
    loop.py        the steps
    job.py         a run in a folder: locked, resumed, stopped by Ctrl-C, finished

Settings, presets, schedule, log and stored load no torch when imported; Lightning Fabric is imported where a run
starts.
"""
