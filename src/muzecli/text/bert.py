"""BERT's encoder (Devlin et al. 2018, arXiv:1810.04805) in plain torch, reading top to bottom.

Small enough to read, identical to the reference implementation, and it loads in a fraction of the time.

Shapes: B texts, L tokens, D = hidden_size, H heads of D / H components.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from muzecli.errors import BadDataError


@dataclass(frozen=True)
class BertConfig:
    """Sizes of a BERT encoder; the defaults are those of all-MiniLM-L6-v2."""

    vocab_size: int = 30522  # word pieces
    hidden_size: int = 384  # D, components of a token
    num_hidden_layers: int = 6
    num_attention_heads: int = 12  # divides hidden_size
    intermediate_size: int = 1536  # width inside the feed-forward part
    max_position_embeddings: int = 512  # longest text in tokens
    type_vocab_size: int = 2  # segments; a single text uses segment 0
    layer_norm_eps: float = 1e-12

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> BertConfig:
        """Build from the fields of a Hugging Face config.json.

        Raises:
            BadDataError: it describes another architecture, or a field is missing.
        """
        must_be = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
        for field, wanted in must_be.items():
            found = values.get(field, wanted)
            if found != wanted:
                raise BadDataError(f"a BERT configuration must have {field} = {wanted!r}, found {found!r}")
        sizes: dict[str, int] = {}
        for field in (f for f in cls.__dataclass_fields__ if f != "layer_norm_eps"):
            size = values.get(field)
            if not isinstance(size, int) or size < 1:
                raise BadDataError(f"a BERT configuration must have a positive {field}, found {size!r}")
            sizes[field] = size
        if sizes["hidden_size"] % sizes["num_attention_heads"]:
            raise BadDataError(
                f"num_attention_heads must divide hidden_size, found {sizes['num_attention_heads']} "
                f"and {sizes['hidden_size']}"
            )
        eps = values.get("layer_norm_eps", 1e-12)
        if not isinstance(eps, float):
            raise BadDataError(f"layer_norm_eps must be a number, found {eps!r}")
        return cls(**sizes, layer_norm_eps=eps)


def _empty_embedding(rows: int, width: int) -> nn.Embedding:
    # nn.Embedding's own constructor draws normal numbers, which on the meta device imports torch's compiler
    # (1.3 s); the tables are always filled from a checkpoint.
    return nn.Embedding(rows, width, _weight=torch.empty(rows, width))


class Embeddings(nn.Module):
    """Sum of word, position and segment vectors, normalised."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.word = _empty_embedding(config.vocab_size, config.hidden_size)
        self.position = _empty_embedding(config.max_position_embeddings, config.hidden_size)
        self.segment = _empty_embedding(config.type_vocab_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, token_ids: Tensor) -> Tensor:
        """Map token ids (B, L) to vectors (B, L, D)."""
        positions = torch.arange(token_ids.shape[1], device=token_ids.device)  # (L,)
        summed: Tensor = self.word(token_ids) + self.position(positions) + self.segment.weight[0]
        normed: Tensor = self.norm(summed)
        return normed


class Attention(nn.Module):
    """Multi-head self-attention, then add and normalise (BERT normalises after the sum)."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.heads = config.num_attention_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map (B, L, D) to (B, L, D); mask (B, L) is True where a token may be attended to."""
        batch, length, width = x.shape

        def split(y: Tensor) -> Tensor:  # (B, L, D) -> (B, H, L, D / H)
            return y.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

        attended = functional.scaled_dot_product_attention(
            split(self.query(x)),
            split(self.key(x)),
            split(self.value(x)),
            attn_mask=mask[:, None, None, :],  # the same for every head and every asking token
        )
        joined = attended.transpose(1, 2).reshape(batch, length, width)
        normed: Tensor = self.norm(x + self.out(joined))
        return normed


class FeedForward(nn.Module):
    """Two linear layers around an exact (erf) GELU, then add and normalise."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.up = nn.Linear(config.hidden_size, config.intermediate_size)
        self.down = nn.Linear(config.intermediate_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, L, D) to (B, L, D)."""
        normed: Tensor = self.norm(x + self.down(functional.gelu(self.up(x))))
        return normed


class Layer(nn.Module):
    """One transformer layer."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.attention = Attention(config)
        self.feed_forward = FeedForward(config)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map (B, L, D) to (B, L, D); mask (B, L)."""
        out: Tensor = self.feed_forward(self.attention(x, mask))
        return out


class Bert(nn.Module):
    """Token ids to hidden states, without the pooler and heads of pre-training."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))

    def forward(self, token_ids: Tensor, mask: Tensor) -> Tensor:
        """Return hidden states (B, L, D).

        Args:
            token_ids: (B, L) integers below vocab_size, L ≤ max_position_embeddings.
            mask: (B, L) booleans, True on real tokens; each text has at least one.
        """
        x: Tensor = self.embeddings(token_ids)
        for layer in self.layers:
            x = layer(x, mask)
        return x


# Names in published checkpoints and the names above. Whole path segments, so no name is a part of another.
_RENAMES = (
    ("embeddings.word_embeddings.", "embeddings.word."),
    ("embeddings.position_embeddings.", "embeddings.position."),
    ("embeddings.token_type_embeddings.", "embeddings.segment."),
    ("embeddings.LayerNorm.", "embeddings.norm."),
    ("encoder.layer.", "layers."),
    (".attention.self.", ".attention."),
    (".attention.output.dense.", ".attention.out."),
    (".attention.output.LayerNorm.", ".attention.norm."),
    (".intermediate.dense.", ".feed_forward.up."),
    (".output.dense.", ".feed_forward.down."),
    (".output.LayerNorm.", ".feed_forward.norm."),
)
# Parts of a checkpoint that an encoder has no use for: the pre-training pooler and a table of 0, 1, 2, …
_UNUSED = ("pooler.", "embeddings.position_ids")


def bert_from_state(config: BertConfig, tensors: Mapping[str, Tensor]) -> Bert:
    """Build a `Bert` around the tensors of a published checkpoint, in evaluation mode, without copying them.

    Args:
        config: the sizes that the checkpoint was made with.
        tensors: name to tensor as Hugging Face names them, with or without a leading "bert.".

    Raises:
        BadDataError: a tensor is missing, of the wrong shape, or unknown.
    """
    state: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        name = name.removeprefix("bert.")
        if name.startswith(_UNUSED):
            continue
        for theirs, ours in _RENAMES:
            name = name.replace(theirs, ours)
        state[name] = tensor.float()
    with torch.device("meta"):  # shapes only: filling 22 M random numbers would take longer than reading them
        model = Bert(config)
    try:
        model.load_state_dict(state, strict=True, assign=True)
    except RuntimeError as error:
        raise BadDataError(f"the tensors do not fit this BERT configuration: {error}") from error
    model.requires_grad_(False)
    return model.eval()
