"""What is still to come in an unfinished period: by hand, at its ends, and over many made-up cohorts."""

import numpy as np
import pytest

from loyalty_metrics.stats.completion import still_to_come


def test_alike_groups_tell_the_share_of_those_waited_for() -> None:
    """100 each, 20 had come, 8 of the 80 came late: of 80 waited for, a tenth is still to come."""
    number, low, high = still_to_come(100, 20, [100] * 8, [80] * 8, [8] * 8)
    assert number == pytest.approx(8, abs=0.05)
    assert low < 8 < high


def test_a_weak_start_lowers_the_estimate_where_groups_truly_differ_and_not_else() -> None:
    rng = np.random.default_rng(2)
    level = rng.uniform(0.1, 0.5, 12)
    size = np.full(12, 2000.0)
    early = np.round(size * level)
    late = np.round((size - early) * level)
    differ = still_to_come(2000, 200, size, size - early, late)[0]
    # Its own level would make it 180, that of the others 540.
    assert 150 < differ < 240
    alike = still_to_come(2000, 200, size, np.full(12, 1400.0), np.full(12, 420.0))[0]
    assert alike == pytest.approx(1800 * 0.3, rel=0.01)


def test_fewer_than_three_groups_tell_nothing() -> None:
    assert np.isnan(still_to_come(100, 20, [100, 100], [80, 80], [8, 8])).all()
    assert np.isnan(still_to_come(100, 20, [100] * 3, [80, 80, 0], [8, 8, 0])).all()


def test_who_has_all_come_waits_for_nobody() -> None:
    assert still_to_come(50, 50, [10] * 3, [5] * 3, [1] * 3) == (0, 0, 0)


def test_nobody_ever_came_late_is_not_certain() -> None:
    number, low, high = still_to_come(100, 0, [50] * 4, [50] * 4, [0] * 4)
    assert number < 1
    assert low == 0 and high >= 1


@pytest.mark.parametrize("spread", [8, 60, 10_000])
@pytest.mark.parametrize("groups", [4, 12])
def test_the_range_holds_the_number_and_the_estimate_leans_nowhere(spread: int, groups: int) -> None:
    rng = np.random.default_rng(spread + groups)
    inside, error, total = 0, 0.0, 0.0
    for _round in range(600):
        level = rng.beta(0.3 * spread, 0.7 * spread, groups + 1)
        size = rng.integers(80, 400, groups + 1)
        early = rng.binomial(size, 0.6 * level)
        late = rng.binomial(size - early, 0.4 * level / (1 - 0.6 * level))
        number, low, high = still_to_come(size[0], early[0], size[1:], (size - early)[1:], late[1:])
        inside += low <= late[0] <= high
        error, total = error + number - late[0], total + late[0]
    assert inside / 600 >= 0.93
    assert abs(error / total) < 0.05
