"""T5's encoder and CLAP's text tower through transformers, from a folder that was found on disk.

T5 (Raffel et al. 2020, arXiv:1910.10683) gives a vector a token and defines no vector a text: the masked
mean stands in for it, not scaled. CLAP (Wu et al. 2023, arXiv:2211.06687) gives a vector a text, in the space
where sounds lie too, of unit length; its tokens are those of the RoBERTa inside, before the projection.

Shapes: B texts, L tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError

from muzecli.errors import BadDataError
from muzecli.text.transformers_import import hub_offline, import_transformers, quiet_loading
from muzecli.weights import FoundWeights

_BATCH = 32
_TOKENIZER_FILES = ("tokenizer.json", "spiece.model", "vocab.json")

# (model, ids (b, L), mask (b, L)) -> hidden states (b, L, token_width), pooled (b, width)
_Forward = Callable[[Any, torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


class TransformersEncoder:
    """A text model of the transformers package as a `TextEncoder`."""

    def __init__(
        self,
        name: str,
        model: Any,  # the package has no types to offer
        tokenizer: Any,
        forward: _Forward,
        *,
        width: int,
        token_width: int,
        max_tokens: int,
        device: str,
    ) -> None:
        """Compose an encoder.

        Args:
            name: what to call it.
            model: a transformers model.
            tokenizer: its tokenizer.
            forward: how to get hidden states and a pooled vector out of the model.
            width: components of a pooled vector.
            token_width: components of a token's vector.
            max_tokens: longer texts are cut, special tokens included.
            device: a torch device.
        """
        self.name = name
        self.width = width
        self.token_width = token_width
        self._device = torch.device(device)
        self._model = model.to(self._device).eval().requires_grad_(False)
        self._tokenizer = tokenizer
        self._forward = forward
        self._max_tokens = max_tokens

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return pooled vectors, float32 (B, width)."""
        pooled = np.zeros((len(texts), self.width), np.float32)
        for start in range(0, len(texts), _BATCH):
            _, vectors, _ = self._run(texts[start : start + _BATCH])
            pooled[start : start + _BATCH] = vectors.cpu().numpy()
        return pooled

    def encode_tokens(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return hidden states, float32 (B, L, token_width), zero under padding, and the mask (B, L)."""
        parts = [self._run(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        length = max((mask.shape[1] for _, _, mask in parts), default=0)
        hidden_all = np.zeros((len(texts), length, self.token_width), np.float32)
        mask_all = np.zeros((len(texts), length), np.bool_)
        for part, (hidden, _, mask) in enumerate(parts):
            rows = slice(part * _BATCH, part * _BATCH + mask.shape[0])
            hidden_all[rows, : mask.shape[1]] = (hidden * mask.unsqueeze(-1)).cpu().numpy()
            mask_all[rows, : mask.shape[1]] = mask.cpu().numpy()
        return hidden_all, mask_all

    def _run(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return hidden states (b, L, token_width), pooled vectors (b, width) and the mask, bool (b, L)."""
        tokens = self._tokenizer(
            list(texts), padding=True, truncation=True, max_length=self._max_tokens, return_tensors="pt"
        )
        ids, mask = tokens["input_ids"].to(self._device), tokens["attention_mask"].to(self._device)
        with torch.inference_mode():
            hidden, pooled = self._forward(self._model, ids, mask)
        return hidden, pooled, mask.bool()


def load_t5_encoder(
    weights: FoundWeights, *, device: str = "cpu", max_tokens: int = 512
) -> TransformersEncoder:
    """Load the encoder half of a T5 or FLAN-T5.

    Args:
        weights: where it is, already checked by `muzecli.weights`.
        device: a torch device.
        max_tokens: longer texts are cut; T5's positions are relative, so this is a choice, not a limit.

    Raises:
        UnavailableError: transformers does not load.
        BadDataError: the folder does not hold a whole T5.
    """

    def forward(model: Any, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state  # (b, L, width)
        weight = mask.unsqueeze(-1).float()  # (b, L, 1)
        return hidden, (hidden * weight).sum(dim=1) / weight.sum(dim=1)  # </s> makes the sum ≥ 1

    model, tokenizer = _load("T5EncoderModel", weights)
    width = int(model.config.d_model)
    return TransformersEncoder(
        weights.name,
        model,
        tokenizer,
        forward,
        width=width,
        token_width=width,
        max_tokens=max_tokens,
        device=device,
    )


def load_clap_text_encoder(weights: FoundWeights, *, device: str = "cpu") -> TransformersEncoder:
    """Load the text tower and projection of a CLAP; its audio tower is never built.

    Args:
        weights: where it is, already checked by `muzecli.weights`.
        device: a torch device.

    Raises:
        UnavailableError: transformers does not load.
        BadDataError: the folder does not hold a whole CLAP.
    """

    def forward(model: Any, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        # `ClapModel.get_text_features` says the same, as a tensor or an output object by version.
        output = model(input_ids=ids, attention_mask=mask)
        return output.last_hidden_state, torch.nn.functional.normalize(output.text_embeds, dim=-1)

    model, tokenizer = _load("ClapTextModelWithProjection", weights)
    # RoBERTa numbers its positions from pad_token_id + 1, which takes them off the table's length.
    positions = int(model.config.max_position_embeddings) - int(model.config.pad_token_id) - 1
    return TransformersEncoder(
        weights.name,
        model,
        tokenizer,
        forward,
        width=int(model.config.projection_dim),
        token_width=int(model.config.hidden_size),
        max_tokens=positions,
        device=device,
    )


def _load(class_name: str, weights: FoundWeights) -> tuple[Any, Any]:
    """Return a model in float32 and its tokenizer; every tensor the model has must come from the file."""
    # Without its files transformers makes up an empty tokenizer that maps every word to the unknown one.
    if not any((weights.folder / name).is_file() for name in _TOKENIZER_FILES):
        raise BadDataError(
            f"{weights.folder} must hold a tokenizer: none of {', '.join(_TOKENIZER_FILES)} is there",
            hint="get the whole model, not only its weights",
        )
    with hub_offline():
        transformers = import_transformers()
    with hub_offline(), quiet_loading(transformers):
        try:
            model, report = getattr(transformers, class_name).from_pretrained(
                weights.folder,
                local_files_only=True,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
            )
            tokenizer = transformers.AutoTokenizer.from_pretrained(weights.folder, local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise BadDataError(
                f"{weights.folder} must hold a whole {class_name} with its tokenizer: {error}",
                hint="get the model again",
            ) from error
    missing = sorted(report["missing_keys"])
    if missing:
        raise BadDataError(
            f"{weights.path} lacks {len(missing)} tensors of a {class_name}, such as {missing[0]}"
        )
    return model, tokenizer
