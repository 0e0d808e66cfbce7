"""Mel spectrograms to sound.

    protocol.py       the seam: what every vocoder offers
    config.py         configuration of the network, kind of model
    network.py        the network: mel → spectrum → samples
    istft.py          transforms with column t centred on sample t · hop
    griffin_lim.py    a vocoder without weights
    hifigan.py        HiFi-GAN, for weights in transformers' layout
    load.py           a stored vocoder of either layout
    frontend.py, losses.py, adversary.py   what the network is trained against
    task.py           the training task
    training.py       `muze train vocoder`
    measure.py, card.py   what a trained vocoder is worth

Nothing here loads torch before a vocoder is made.
"""

from muze_ldm.vocoder.protocol import Vocoder

__all__ = ["Vocoder"]
