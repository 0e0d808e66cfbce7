"""Seeds: the run's and the items'."""

from __future__ import annotations

from muzecli.seeds import SEED_MAX, item_seed, resolve_seed

SEED_OF_1_A = 1025704754


def test_a_given_seed_is_kept_and_a_missing_one_is_random() -> None:
    assert resolve_seed(0) == 0
    assert resolve_seed(7) == 7
    assert len({resolve_seed(None) for _ in range(8)}) > 1


def test_an_items_seed_depends_on_run_and_item_alone() -> None:
    assert item_seed(1, "a") == SEED_OF_1_A  # stored sidecars rely on it
    seeds = {item_seed(run, item) for run in range(20) for item in ("a", "b", "ab", "")}
    assert len(seeds) == 80
    assert all(0 <= seed <= SEED_MAX for seed in seeds)
