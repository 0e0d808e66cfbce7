"""A preset as a Python script of its own that uses pedalboard: `python script.py in.wav out.wav`.

Each effect becomes a line or two that calls pedalboard's plugins, or functions of `script_parts` that join
plugins to what pedalboard has not; only those that are used are copied into the script.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

from muze_fx.biquad import Band
from muze_fx.effects import Effect
from muze_fx.effects import tape as tape_module
from muze_fx.effects import vinyl as vinyl_module
from muze_fx.effects.bitcrush import Bitcrush
from muze_fx.effects.chorus import Chorus
from muze_fx.effects.compressor import Compressor
from muze_fx.effects.delay import Delay
from muze_fx.effects.distortion import Distortion
from muze_fx.effects.equalizer import Equalizer
from muze_fx.effects.gain import Gain
from muze_fx.effects.limiter import Limiter
from muze_fx.effects.noise_gate import NoiseGate
from muze_fx.effects.parts.saturation import Curve
from muze_fx.effects.phaser import Phaser
from muze_fx.effects.pitch import Pitch
from muze_fx.effects.reverb import Reverb
from muze_fx.effects.stereo_width import StereoWidth
from muze_fx.effects.tape import Tape
from muze_fx.effects.tremolo import Tremolo
from muze_fx.effects.vinyl import Vinyl
from muze_fx.export import script_parts
from muze_fx.export.freeverb import PEDALBOARD, comb_for
from muze_fx.export.sheet import Sheet, described, echoes, number
from muze_fx.export.waveshape import Waveshape
