"""Our BERT against transformers' on random weights, and what it refuses."""

import pytest
import torch

from muzecli.errors import BadDataError
from muzecli.text.bert import BertConfig, bert_from_state

TINY = BertConfig(
    vocab_size=50,
    hidden_size=24,
    num_hidden_layers=2,
    num_attention_heads=4,
    intermediate_size=40,
    max_position_embeddings=20,
)


@pytest.fixture(scope="module")
def reference():
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    fields = {name: getattr(TINY, name) for name in BertConfig.__dataclass_fields__}
    return transformers.BertModel(transformers.BertConfig(**fields)).eval()


def test_equals_the_reference_with_padding(reference):
    ours = bert_from_state(TINY, reference.state_dict())
    ids = torch.randint(0, 50, (3, 7), generator=torch.Generator().manual_seed(1))
    mask = torch.tensor([[1] * 7, [1] * 4 + [0] * 3, [1] + [0] * 6])
    with torch.inference_mode():
        expected = reference(input_ids=ids, attention_mask=mask).last_hidden_state
        found = ours(ids, mask.bool())
    real = mask.bool()
    torch.testing.assert_close(found[real], expected[real], atol=1e-5, rtol=0)


def test_padding_does_not_reach_real_tokens(reference):
    ours = bert_from_state(TINY, reference.state_dict())
    ids = torch.tensor([[2, 5, 9, 0, 0]])
    mask = torch.tensor([[True, True, True, False, False]])
    changed = torch.tensor([[2, 5, 9, 31, 44]])
    torch.testing.assert_close(ours(ids, mask)[:, :3], ours(changed, mask)[:, :3])


def test_a_leading_prefix_in_names_is_understood(reference):
    prefixed = {f"bert.{name}": tensor for name, tensor in reference.state_dict().items()}
    assert bert_from_state(TINY, prefixed).config is TINY


def test_missing_tensors_and_wrong_shapes_are_named(reference):
    state = dict(reference.state_dict())
    state.pop("encoder.layer.1.attention.self.key.weight")
    with pytest.raises(BadDataError, match=r"layers\.1\.attention\.key\.weight"):
        bert_from_state(TINY, state)
    with pytest.raises(BadDataError, match="size mismatch"):
        bert_from_state(BertConfig(**{**vars(TINY), "vocab_size": 51}), reference.state_dict())


def test_config_from_json_reads_sizes_and_refuses_others():
    values = {"model_type": "bert", "hidden_act": "gelu", **vars(TINY)}
    assert BertConfig.from_json(values) == TINY
    with pytest.raises(BadDataError, match="hidden_act = 'gelu', found 'relu'"):
        BertConfig.from_json({**values, "hidden_act": "relu"})
    with pytest.raises(BadDataError, match="positive num_hidden_layers, found None"):
        BertConfig.from_json({**values, "num_hidden_layers": None})
    with pytest.raises(BadDataError, match="must divide hidden_size"):
        BertConfig.from_json({**values, "num_attention_heads": 5})
