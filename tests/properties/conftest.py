"""Hypothesis: the same examples on every machine, as many as the time allows."""

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "measures",
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # each example builds workspaces: shrinking one would take minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
settings.load_profile("measures")
