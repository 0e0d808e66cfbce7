import pytest
from tests.ldm.diffusion.exact import PROCESSES

from muze_ldm.diffusion.times import times
from muzecli.errors import UsageError


def test_even_times() -> None:
    assert times(4) == (1.0, 0.75, 0.5, 0.25, 0.0)
    assert times(2, start=0.6) == pytest.approx((0.6, 0.3, 0.0))
    assert times(1) == (1.0, 0.0)


def test_a_shift_spends_steps_on_noise() -> None:
    assert times(4, shift=3.0) == pytest.approx((1.0, 0.9, 0.75, 0.5, 0.0))
    assert times(4, shift=3.0, start=0.5) == pytest.approx((0.5, 0.45, 0.375, 0.25, 0.0))


@pytest.mark.parametrize("name", PROCESSES)
def test_times_are_even_on_the_clock(name: str) -> None:
    process = PROCESSES[name]
    for start in (1.0, 0.4):
        found = times(8, start=start, process=process)
        clock = [process.clock(t) for t in found]
        assert clock == pytest.approx([clock[0] * (1 - step / 8) for step in range(9)])
        assert found[0] == start and found[-1] == 0.0
    if name != "eps-linear_beta" and name != "v-linear_beta":
        assert times(8, process=process) == pytest.approx(times(8))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"steps": 0}, r"at least 1 step, and it has 0"),
        ({"steps": 5, "start": 0.0}, r"above 0, at most at 1, and it starts at 0"),
        ({"steps": 5, "start": 1.5}, r"it starts at 1\.5"),
        ({"steps": 5, "shift": 0.0}, r"shift of the times must be above 0, and it is 0"),
    ],
)
def test_times_out_of_range_are_refused(arguments: dict[str, float], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        times(**arguments)  # type: ignore[arg-type]
