"""all-MiniLM-L6-v2, the default text encoder: 384 numbers a text, offline, from a package's data files.

A sentence encoder of the BERT family (Reimers and Gurevych 2019, arXiv:1908.10084; MiniLM: Wang et al. 2020,
arXiv:2002.10957): the mean of the last hidden states over real tokens, scaled to unit length. Any other model
in the same layout (config.json, tokenizer.json, model.safetensors, and sentence-transformers' pooling files)
loads from its folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer

from muzecli.errors import BadDataError, InputMissingError
from muzecli.text.bert import Bert, BertConfig, bert_from_state
from muzecli.weights import FoundWeights

_BATCH = 64  # texts a step: larger gains nothing on a CPU
_WORTH_THREADS = 256  # tokens a step from which a second thread shortens the wait


class SentenceBert:
    """A BERT with mean pooling; a `TextEncoder`."""

    def __init__(
        self, name: str, model: Bert, tokenizer: Tokenizer, *, max_tokens: int, unit_length: bool, device: str
    ) -> None:
        """Compose an encoder.

        Args:
            name: what to call it.
            model: the network.
            tokenizer: text to ids; its truncation and padding are set here.
            max_tokens: longer texts are cut, special tokens included; ≤ the model's positions.
            unit_length: whether pooled vectors are scaled to length 1.
            device: a torch device.
        """
        self.name = name
        self.width = self.token_width = model.config.hidden_size
        self._device = torch.device(device)
        self._model = model.to(self._device)
        self._unit_length = unit_length
        tokenizer.enable_truncation(max_length=max_tokens)
        tokenizer.no_padding()  # files saved by others pad every text to a fixed 128 tokens
        self._tokenizer = tokenizer

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return pooled vectors, float32 (B, width)."""
        pooled = np.zeros((len(texts), self.width), np.float32)
        for chosen, hidden, mask in self._batches(texts):
            weight = mask.unsqueeze(-1).float()  # (b, L, 1)
            mean = (hidden * weight).sum(dim=1) / weight.sum(dim=1)  # (b, width); [CLS] makes the sum ≥ 1
            if self._unit_length:
                mean = torch.nn.functional.normalize(mean, dim=-1)
            pooled[chosen] = mean.cpu().numpy()
        return pooled

    def encode_tokens(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return hidden states, float32 (B, L, width), zero under padding, and the mask, bool (B, L)."""
        parts = list(self._batches(texts))
        length = max((mask.shape[1] for _, _, mask in parts), default=0)
        hidden_all = np.zeros((len(texts), length, self.width), np.float32)
        mask_all = np.zeros((len(texts), length), np.bool_)
        for chosen, hidden, mask in parts:
            hidden_all[chosen, : mask.shape[1]] = (hidden * mask.unsqueeze(-1)).cpu().numpy()
            mask_all[chosen, : mask.shape[1]] = mask.cpu().numpy()
        return hidden_all, mask_all

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], torch.Tensor, torch.Tensor]]:
        """Yield the numbers of some texts, their hidden states (b, L, width) and mask, bool (b, L).

        Texts of like length go together, so that little time is spent on padding.
        """
        token_ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda i: len(token_ids[i]))
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            length = len(token_ids[chosen[-1]])
            ids = torch.zeros(len(chosen), length, dtype=torch.long)
            mask = torch.zeros(len(chosen), length, dtype=torch.bool)
            for row, i in enumerate(chosen):
                ids[row, : len(token_ids[i])] = torch.tensor(token_ids[i])
                mask[row, : len(token_ids[i])] = True
            ids, mask = ids.to(self._device), mask.to(self._device)
            with torch.inference_mode(), _threads_for(ids.numel()):
                hidden = self._model(ids, mask)
            yield chosen, hidden, mask  # outside, so that neither setting reaches the caller


@contextmanager
def _threads_for(tokens: int) -> Iterator[None]:
    """Run a few tokens on one thread: more gain nothing then, and spin away a core that others could use."""
    threads = torch.get_num_threads()
    if tokens >= _WORTH_THREADS:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def load_sentence_bert(weights: FoundWeights, *, device: str = "cpu") -> SentenceBert:
    """Load a sentence encoder of the BERT family from the folder of its weights.

    Args:
        weights: where it is, already checked by `muzecli.weights`.
        device: a torch device.

    Raises:
        InputMissingError: config.json or tokenizer.json is not beside the weights.
        BadDataError: a file is malformed, or the model pools in a way other than the mean.
    """
    folder = weights.folder
    config = BertConfig.from_json(_read_json(folder / "config.json"))
    limits = _read_json(folder / "sentence_bert_config.json", optional=True)
    max_tokens = limits.get("max_seq_length", config.max_position_embeddings)
    if not isinstance(max_tokens, int) or not 2 < max_tokens <= config.max_position_embeddings:
        raise BadDataError(
            f"max_seq_length of {folder / 'sentence_bert_config.json'} must be 3 to "
            f"{config.max_position_embeddings}, found {max_tokens!r}"
        )
    pooling = _read_json(folder / "1_Pooling" / "config.json", optional=True)
    modes = [k for k, v in pooling.items() if k.startswith("pooling_mode_") and v is True]
    if modes not in ([], ["pooling_mode_mean_tokens"]):
        raise BadDataError(f"{folder} must pool by the mean of its tokens, found {', '.join(modes)}")
    return SentenceBert(
        weights.name,
        bert_from_state(config, _read_tensors(weights.path)),
        _read_tokenizer(folder / "tokenizer.json"),
        max_tokens=max_tokens,
        unit_length=_ends_with_normalise(folder / "modules.json"),
        device=device,
    )


def _ends_with_normalise(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        modules = json.loads(path.read_text("utf-8"))
        return any(str(module["type"]).endswith(".Normalize") for module in modules)
    except (ValueError, KeyError, TypeError) as error:
        raise BadDataError(f"{path} must list the modules of a sentence encoder: {error}") from error


def _read_json(path: Path, *, optional: bool = False) -> dict[str, object]:
    if optional and not path.is_file():
        return {}
    try:
        values = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputMissingError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise BadDataError(f"{path} is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise BadDataError(f"{path} must hold a JSON object, found a {type(values).__name__}")
    return values


def _read_tensors(path: Path) -> dict[str, torch.Tensor]:
    try:
        return load_file(path)
    except SafetensorError as error:
        raise BadDataError(f"{path} is not a readable safetensors file: {error}") from error


def _read_tokenizer(path: Path) -> Tokenizer:
    if not path.is_file():
        raise InputMissingError(f"there is no tokenizer {path}")
    try:
        return Tokenizer.from_str(path.read_text("utf-8"))
    except Exception as error:  # the library raises nothing more precise
        raise BadDataError(f"{path} is not a readable tokenizer: {error}") from error
