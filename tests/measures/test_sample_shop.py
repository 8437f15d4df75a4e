"""Every measure that has an oracle equals it on the shipped sample shop."""

import pytest

from loyalty_metrics.scope import Scope
from tests.oracles.ask import KEYS, Shop

SCOPES = [Scope(), Scope(as_of="2025-09-15", window=200, grain="week", refunds="own_date", lapse_days=60)]


@pytest.mark.parametrize("scope", SCOPES, ids=Scope.describe)
@pytest.mark.parametrize("name", sorted(KEYS))
def test_measure_equals_the_oracle(sample_shop: Shop, name: str, scope: Scope) -> None:
    sample_shop.check(name, scope)
