"""MusicGen-small's architecture with random weights: what a second of it costs. Run by `song_speed` as a process.

    python -m benchmarks.song_peer --steps 24      # prints one JSON document

Nothing is downloaded: `MusicgenForConditionalGeneration` of transformers is built from the published configuration of
facebook/musicgen-small (T5-base encoder; decoder of 24 layers, width 1024, 16 heads; EnCodec 32 kHz, four codebooks
at 50 Hz), and its weights are drawn at random, which costs what trained ones do. 30 s are 1503 decode steps (four
codebooks, each a step later than the one before) with classifier-free guidance, a batch of two, and one EnCodec
decode; both are measured in part and carried on in proportion:

* a decode step: CPU seconds of some steps, after warm-up, at the beginning of the song, where the keys and values
  to attend to are fewest. Later steps cost more, so that the figure favours MusicGen.
* EnCodec: `--codec-s` seconds of audio, whose cost is proportional to length.

Building the model and the text encoder are not counted, though muze's figure holds its own loading.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Sequence

import torch
from transformers import (
    EncodecConfig,
    EncodecModel,
    MusicgenConfig,
    MusicgenDecoderConfig,
    MusicgenForCausalLM,
    MusicgenForConditionalGeneration,
    T5Config,
    T5EncoderModel,
)

SONG_S = 30.0
FRAMES_HZ = 50
CODEBOOKS = 4
STEPS = round(SONG_S * FRAMES_HZ) + CODEBOOKS - 1
GUIDANCE = 3.0
_TEXT_TOKENS = 12
_VOCABULARY = 2048


def configuration() -> MusicgenConfig:
    """Return the configuration of facebook/musicgen-small."""
    return MusicgenConfig(
        text_encoder=T5Config(
            vocab_size=32128, d_model=768, d_kv=64, d_ff=3072, num_layers=12, num_heads=12
        ).to_dict(),
        audio_encoder=EncodecConfig(
            target_bandwidths=[2.2],
            sampling_rate=32_000,
            audio_channels=1,
            normalize=False,
            chunk_length_s=None,
            overlap=None,
            hidden_size=128,
            num_filters=64,
            num_residual_layers=1,
            upsampling_ratios=[8, 5, 4, 4],
            norm_type="weight_norm",
            use_causal_conv=False,
            use_conv_shortcut=False,
            num_lstm_layers=2,
            codebook_size=_VOCABULARY,
            codebook_dim=128,
        ).to_dict(),
        decoder=MusicgenDecoderConfig(
            vocab_size=_VOCABULARY,
            hidden_size=1024,
            num_hidden_layers=24,
            num_attention_heads=16,
            ffn_dim=4096,
            num_codebooks=CODEBOOKS,
            max_position_embeddings=2048,
        ).to_dict(),
    )


def random_model(generator: torch.Generator) -> MusicgenForConditionalGeneration:
    """Return the model, its large parts filled with small uniform numbers: their own start would take a minute."""
    config = configuration()
    with torch.device("meta"):
        text_encoder, decoder = T5EncoderModel(config.text_encoder), MusicgenForCausalLM(config.decoder)
    for part in (text_encoder, decoder):
        part.to_empty(device="cpu")
        for tensor in (*part.parameters(), *part.buffers()):
            if tensor.is_floating_point():
                tensor.data.uniform_(-0.02, 0.02, generator=generator)
            else:
                tensor.data.zero_()
    model = MusicgenForConditionalGeneration(
        text_encoder=text_encoder, audio_encoder=EncodecModel(config.audio_encoder), decoder=decoder
    )
    model.decoder.set_attn_implementation("sdpa")  # PyTorch's fused attention, the quickest on a CPU
    return model.eval()


@torch.inference_mode()
def main(words: Sequence[str] = ()) -> bool:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=24, help="decode steps to measure (default: 24)")
    parser.add_argument("--warm-up", type=int, default=3, help="steps before them (default: 3)")
    parser.add_argument("--codec-s", type=float, default=4.0, help="seconds of audio to decode (default: 4)")
    given = parser.parse_args(list(words))
    model = random_model(torch.Generator().manual_seed(0))
    step_cpu_s, step_wall_s = _steps(model, given.warm_up, given.steps)
    codec_cpu_s, codec_wall_s = _codec(model, given.codec_s)
    scale = SONG_S / given.codec_s
    document = {
        "schema": "muze.bench.song_peer/1",
        "parameters": sum(p.numel() for p in model.parameters()),
        "threads": torch.get_num_threads(),
        "steps": STEPS,
        "step_cpu_s": step_cpu_s,
        "codec_cpu_s": codec_cpu_s * scale,
        "song_cpu_s": step_cpu_s * STEPS + codec_cpu_s * scale,
        "song_wall_s": step_wall_s * STEPS + codec_wall_s * scale,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(document) + "\n")
    return True


def _steps(model: MusicgenForConditionalGeneration, warm_up: int, steps: int) -> tuple[float, float]:
    """Return CPU and wall seconds of one decode step with guidance, keys and values kept."""
    text = torch.randint(0, 32128, (1, _TEXT_TOKENS))
    hidden = model.text_encoder(input_ids=text).last_hidden_state
    states = model.enc_to_dec_proj(hidden)
    states = torch.cat([states, torch.zeros_like(states)])  # with the text, and without: guidance
    past = None
    tokens = torch.full((2 * CODEBOOKS, 1), _VOCABULARY)
    began = (0.0, 0.0)
    for step in range(warm_up + steps):
        if step == warm_up:
            began = time.process_time(), time.perf_counter()
        out = model.decoder(
            input_ids=tokens, encoder_hidden_states=states, past_key_values=past, use_cache=True
        )
        past = out.past_key_values
        logits = out.logits[:, -1].view(2, CODEBOOKS, _VOCABULARY)
        guided = logits[1] + GUIDANCE * (logits[0] - logits[1])
        drawn = torch.multinomial(torch.softmax(guided.float(), dim=-1), 1)
        tokens = drawn.repeat(2, 1)
    return (time.process_time() - began[0]) / steps, (time.perf_counter() - began[1]) / steps


def _codec(model: MusicgenForConditionalGeneration, seconds: float) -> tuple[float, float]:
    """Return CPU and wall seconds of decoding so much audio."""
    codes = torch.randint(0, _VOCABULARY, (1, 1, CODEBOOKS, round(seconds * FRAMES_HZ)))
    model.audio_encoder.decode(codes[..., :FRAMES_HZ], [None])  # warm-up
    began = time.process_time(), time.perf_counter()
    model.audio_encoder.decode(codes, [None])
    return time.process_time() - began[0], time.perf_counter() - began[1]


if __name__ == "__main__":
    raise SystemExit(not main(sys.argv[1:]))
