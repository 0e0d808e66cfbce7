import pytest
import torch
from torch import Tensor
from torch.nn import functional

from muze_ldm.diffusion.calls import chunked
from muze_ldm.diffusion.config import Guidance
from muze_ldm.diffusion.guidance import guided
from muze_ldm.diffusion.joining import join
from muze_ldm.diffusion.process import Process
from muze_ldm.diffusion.samplers import SAMPLERS
from muze_ldm.diffusion.times import times
from muze_ldm.diffusion.windows import Windows, windowed

LAYOUTS = [(100, 40, 10), (100, 40, 0), (101, 40, 13), (64, 16, 12), (97, 10, 9), (41, 40, 39), (30, 40, 8)]


def latents(width: int, songs: int = 1) -> Tensor:
    return torch.randn(songs, 3, 2, width, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("total", "width", "overlap"), LAYOUTS)
def test_windows_cover_all_with_the_overlap_asked_for(total: int, width: int, overlap: int) -> None:
    windows = Windows.cover(total, width=width, overlap=overlap)
    assert windows.width == min(width, total)
    assert windows.spans[0][0] == 0 and windows.spans[-1][1] == total
    steps = [after - before for before, after in zip(windows.starts, windows.starts[1:], strict=False)]
    assert all(windows.width - step >= overlap for step in steps)
    assert not steps or max(steps) - min(steps) <= 1
    # One window less could not overlap by as much.
    assert len(steps) <= 1 or (len(steps) - 1) * (width - overlap) < total - width


@pytest.mark.parametrize(("total", "width", "overlap"), LAYOUTS)
def test_weights_add_up_to_one_everywhere(total: int, width: int, overlap: int) -> None:
    windows = Windows.cover(total, width=width, overlap=overlap)
    sums = torch.zeros(total)
    for weight, (start, stop) in zip(windows.weights(), windows.spans, strict=True):
        assert weight.min() > 0.0
        sums[start:stop] += weight
    torch.testing.assert_close(sums, torch.ones(total), atol=2e-7, rtol=0.0)


def test_weights_fade_smoothly_and_are_one_where_a_window_is_alone() -> None:
    first, second, third = Windows.cover(100, width=40, overlap=10).weights()
    assert torch.equal(first[:30], torch.ones(30)) and torch.equal(second[10:30], torch.ones(20))
    assert (first[30:].diff() < 0.0).all() and (second[:10].diff() > 0.0).all()
    torch.testing.assert_close(second[:10], torch.sin((torch.arange(10) + 0.5) * torch.pi / 20) ** 2)
    torch.testing.assert_close(third.flip(0), first)


@pytest.mark.parametrize(("total", "width", "overlap"), LAYOUTS)
def test_constant_predictions_stay_constant(total: int, width: int, overlap: int) -> None:
    windows = Windows.cover(total, width=width, overlap=overlap)
    model = windowed(lambda z, t: torch.full_like(z, 0.37), windows)
    torch.testing.assert_close(model(latents(total), 0.5), torch.full((1, 3, 2, total), 0.37))


@pytest.mark.parametrize(("total", "width", "overlap"), LAYOUTS)
def test_a_local_model_sees_no_windows(total: int, width: int, overlap: int) -> None:
    def local(z: Tensor, t: float) -> Tensor:
        return torch.tanh(2.0 * z) * t

    windows, z = Windows.cover(total, width=width, overlap=overlap), latents(total, songs=2)
    torch.testing.assert_close(windowed(local, windows)(z, 0.7), local(z, 0.7))


def test_a_model_with_some_reach_differs_only_near_the_edges_of_windows() -> None:
    kernel = torch.tensor([0.2, 0.5, 0.3]).view(1, 1, 1, 3)

    def smooth(z: Tensor, t: float) -> Tensor:
        return functional.conv2d(z[:, :1], kernel, padding=(0, 1))

    windows, z = Windows.cover(100, width=40, overlap=10), latents(100)
    difference = (windowed(smooth, windows)(z, 0.5) - smooth(z, 0.5))[0, 0].abs().amax(dim=0)
    edges = {frame for start, stop in windows.spans for frame in (start, stop - 1)} - {0, 99}
    assert set(torch.nonzero(difference > 1e-6).flatten().tolist()) == edges
    # There the window's weight is least, and so is what its edge does: a squared sine of half a frame.
    assert difference.max() < 0.02


def test_each_window_has_its_own_conditions() -> None:
    windows = Windows.cover(50, width=30, overlap=10)
    conditions = join([{"energy": torch.tensor([0.0])}, {"energy": torch.tensor([1.0])}], [1, 1])

    def model(z: Tensor, t: float) -> Tensor:
        return torch.ones_like(z) * conditions["energy"].view(-1, 1, 1, 1)

    row = windowed(model, windows)(latents(50), 0.5)[0, 0, 0]
    assert torch.equal(row[:20], torch.zeros(20)) and torch.equal(row[30:], torch.ones(20))
    assert (row[20:30].diff() > 0.0).all()


def test_songs_keep_apart() -> None:
    windows, z = Windows.cover(100, width=40, overlap=10), latents(100, songs=3)
    together = windowed(lambda z, t: z.cumsum(dim=-1), windows)(z, 0.5)
    for song in range(3):
        alone = windowed(lambda z, t: z.cumsum(dim=-1), windows)(z[song : song + 1], 0.5)
        torch.testing.assert_close(together[song : song + 1], alone)


def test_one_window_is_the_model_itself() -> None:
    def model(z: Tensor, t: float) -> Tensor:
        return z

    assert windowed(model, Windows.cover(30, width=40, overlap=10)) is model


def test_a_long_song_is_sampled_in_windows_that_are_never_all_seen_at_once() -> None:
    process, sizes = Process(), list[int]()
    windows = Windows.cover(200, width=40, overlap=10)
    count = len(windows.starts)
    conditions = {"energy": torch.linspace(0.0, 1.0, count), "prompt": torch.ones(count, 4)}

    def predict(z: Tensor, t: float, given: object) -> Tensor:
        assert isinstance(given, dict) and len(given["energy"]) == len(z)
        sizes.append(len(z))
        assert z.shape[-1] == 40
        return process.from_x0(z, given["energy"].view(-1, 1, 1, 1).expand_as(z), t)

    # Text is of no use to this model, so guidance changes nothing but what is computed.
    settle = chunked(lambda given: lambda z, t: predict(z, t, given), items=3)
    model = windowed(guided(settle, conditions, Guidance(text_scale=4.0), process=process), windows)
    x = SAMPLERS["euler"].sample(model, process, latents(200), times(4))
    assert max(sizes) == 3 and sum(sizes) == 4 * 2 * count
    middles = [x[..., start + 15 : start + 25].mean() for start in windows.starts]
    torch.testing.assert_close(torch.stack(middles), conditions["energy"])
    assert (x[0, 0, 0].diff() > -1e-5).all()


@pytest.mark.parametrize(
    ("starts", "message"),
    [
        ((), r"must lie from 0 to 60"),
        ((1, 60), r"must lie from 0 to 60, and they start at \(1, 60\)"),
        ((0, 59), r"must lie from 0 to 60"),
        ((0, 60), r"leave no gap, and they start at \(0, 60\)"),
        ((0, 30, 20, 60), r"must rise"),
    ],
)
def test_windows_with_holes_are_refused(starts: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Windows(100, 40, starts)


def test_windows_wider_than_the_whole_are_refused() -> None:
    with pytest.raises(ValueError, match=r"must be 1…10 frames wide, the whole, and it is 40"):
        Windows(10, 40, (0,))
    with pytest.raises(ValueError, match=r"overlap must be 0…39 frames, below the width, and it is 40"):
        Windows.cover(100, width=40, overlap=40)
