"""A tiny random CLAP in a folder, with its tokenizer and its feature extractor."""

from __future__ import annotations

import json
from pathlib import Path


def write_tiny_clap(folder: Path, *, seed: int = 0, fused: bool = False) -> Path:
    """Write a model of 512 numbers that knows the words "warm" and "tape"."""
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    text = {"vocab_size": 8, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    text |= {"intermediate_size": 16, "max_position_embeddings": 24, "projection_dim": 512}
    sound = {
        "patch_embeds_hidden_size": 8,
        "depths": [1, 1],
        "num_attention_heads": [2, 2],
        "hidden_size": 16,
    }
    sound |= {"spec_size": 64, "num_mel_bins": 16, "window_size": 4, "projection_dim": 512}
    if fused:
        sound |= {"enable_fusion": True, "enable_patch_fusion": True, "fusion_type": "aff_2d"}
    torch.manual_seed(seed)
    config = transformers.ClapConfig(text_config=text, audio_config=sound, projection_dim=512)
    transformers.ClapModel(config).save_pretrained(folder)
    transformers.ClapFeatureExtractor(
        feature_size=16,
        hop_length=1920,
        truncation="fusion" if fused else "rand_trunc",
        padding="repeatpad",
    ).save_pretrained(folder)
    vocabulary = {token: i for i, token in enumerate(["<s>", "<pad>", "</s>", "<unk>", "warm", "tape"])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "<unk>", "pad_token": "<pad>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    return folder
